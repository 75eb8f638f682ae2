"""The caller: which site an Akismet request speaks for, or the answer that refuses it."""

import ipaddress
import re
from dataclasses import dataclass

from flask import Request, Response

from service.compat.akismet.answers import invalid, replaced_key
from service.compat.akismet.form import Form, read_form
from service.compat.keys import site_of
from service.context import ServiceContext
from store.records import Site
from store.sites import is_revoked_key

_LABEL = re.compile(r"[a-z0-9]{12}")


class Invalid(Exception):
    """The request gets this answer."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


@dataclass(frozen=True)
class Caller:
    """A request whose `key` is good."""

    context: ServiceContext
    site: Site
    form: Form
    key: str

    def require(self, *names: str) -> None:
        """Refuse a request in which one of these fields is missing or empty."""
        for name in names:
            if not self.form.get(name):
                raise Invalid(invalid(f'Empty "{name}" value'))


def caller_of(request: Request, context: ServiceContext, *, key_first: bool = False) -> Caller:
    """Return who calls; raise Invalid, StoreUnavailable, or as `read_form` does.

    `key_first` is for `verify-key`: WordPress sends the key that is to be verified as `key`, and
    beside it, as `api_key`, the one that it still uses.
    """
    if request.method not in {"GET", "HEAD", "POST"}:
        raise Invalid(invalid(f"{request.method} is not answered here; use POST."))
    form = read_form(request)
    names = ("key", "api_key") if key_first else ("api_key", "key")
    key = form.get(*names) or _host_label(request)
    if not key:
        raise Invalid(invalid('Empty "api_key" value'))
    site = site_of(context.keys, key)
    if site is None:
        raise Invalid(_no_site(context, key))
    return Caller(context, site, _as_written(form, request), key)


def is_wordpress(request: Request) -> bool:
    """Whether WordPress's own plugin asks."""
    return request.headers.get("User-Agent", "").startswith("WordPress/")


def _as_written(form: Form, request: Request) -> Form:
    """Return the form as its author wrote it.

    WordPress sends a new comment as PHP once delivered it, with a backslash before each quote;
    what it reads back from its database (rechecks, submissions) has none.
    """
    slashed = is_wordpress(request) and request.path.endswith("/comment-check")
    return form.unslashed() if slashed and not form.get("recheck_reason") else form


def _no_site(context: ServiceContext, key: str) -> Response:
    with context.database.read() as tx:
        revoked = is_revoked_key(tx, key.strip().lower())
    return replaced_key() if revoked else invalid("There is no site with this key.")


def _host_label(request: Request) -> str:
    """Return the first label of the host that was asked for, where it looks like a key."""
    host = request.headers.get("X-Forwarded-Host") or request.host
    label, dot, _ = host.strip().lower().partition(".")
    return label if dot and _LABEL.fullmatch(label) and not _is_address(host) else ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.rpartition(":")[0] or host)
    except ValueError:
        return False
    return True
