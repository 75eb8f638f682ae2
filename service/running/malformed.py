"""Malformed HTTP: its sender's fault, answered as all requests are."""

from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.http.errors import ParseException

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def refuse_broken_bodies(app: Wsgi) -> Wsgi:
    """Return a WSGI app to which a malformed body is one that broke off: a 400, not a fault."""

    def guarded(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        return app(environ, start_response)

    return guarded


class _Body:
    """A body of which werkzeug's LimitedStream reads: nothing else asks for it."""

    def __init__(self, body: Any) -> None:  # noqa: ANN401 - gunicorn's own type has no stub
        self._body = body

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; raise OSError, which werkzeug answers with 400."""
        try:
            data: bytes = self._body.read(size)
        except ParseException as error:
            raise OSError(type(error).__name__) from None
        return data
