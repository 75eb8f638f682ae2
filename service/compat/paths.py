"""Paths: how clients join a base address with what they call, with a slash too many.

A base that ends with a slash gives `/v1alpha1//comments:analyze`. There is no such thing, and
Coral publishes every comment at such an answer; so a path of these protocols is taken without.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_OURS = re.compile(r"/+(1\.[12]|v1alpha1|v1/+moderations|coral)(/|$)")
_SLASHES = re.compile(r"/{2,}")


def forgive_slashes(app: "WSGIApplication") -> "WSGIApplication":
    """Return the app, to which the paths of drop-in protocols have single slashes, none last."""

    def tidied(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if _OURS.match(path):
            environ["PATH_INFO"] = _SLASHES.sub("/", path).rstrip("/")
        return app(environ, start)

    return tidied
