"""Calls: one authenticated request on its way through an operation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from flask import Response, current_app, request
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from service.context import ServiceContext
from service.http.authentication import authenticated_site
from service.http.bodies import read_json
from service.http.idempotency import AlreadyAnswered, KeyedRequest
from service.http.operations import Operation
from service.http.problems import Refused
from service.http.queries import read_query
from service.http.replies import Content, Reply
from store.audit import API, note_action
from store.records import Site

EXTENSION = "tactful"
Value = TypeVar("Value")


@dataclass(frozen=True)
class Call:
    """What an endpoint works with."""

    context: ServiceContext
    site: Site
    keyed: KeyedRequest | None  # the request came with an Idempotency-Key

    def read(self, work: Callable[[Connection], Value]) -> Value:
        """Return what `work` reads; raise StoreUnavailable."""
        with self.context.database.read() as tx:
            return work(tx)

    def write(self, work: Callable[[Connection], Reply[Content]]) -> Reply[Content]:
        """Run `work` in one transaction, then ring the bell that its reply names.

        It may run on another thread, so it must not ask Flask for the request.

        With an Idempotency-Key, the reply is stored in the same transaction, and a request that
        was answered before is answered with what is stored (AlreadyAnswered, which the view
        catches). So a crash at any moment leaves both the effect and the reply, or neither.
        Raises StoreUnavailable and what `work` raises.
        """
        if (keyed := self.keyed) is None:
            reply = self.context.database.write(work)
        else:
            reply = self.context.database.write(lambda tx: keyed.once(tx, work))
        if reply.ring is not None:
            self.context.doorbell.ring(reply.ring)
        return reply

    def note(
        self, tx: Connection, action: str, subject: str, *, detail: str = "", count: int = 1
    ) -> None:
        """Add what is done here to the site's audit log, as its pages would."""
        now = self.context.clock()
        note_action(tx, self.site.id, API, action, subject, now, detail=detail, count=count)

    def amend(self, reply: Reply[Content]) -> Reply[Content]:
        """Answer with this reply after all, also when the request is repeated."""
        if (keyed := self.keyed) is not None:
            self.context.database.write(lambda tx: keyed.amend(tx, reply))
        return reply


def current_context() -> ServiceContext:
    """Return the context of the app that handles this request."""
    return cast("ServiceContext", current_app.extensions[EXTENSION])


def view_of(operation: Operation) -> Callable[..., Response]:
    """Return the Flask view that runs an operation. Refusals come first: key, query, body."""
    path_types = {n: TypeAdapter(hint) for n, hint in operation.path_parameters.items()}

    def view(**path: str) -> Response:
        context = current_context()
        site = authenticated_site(context.keys)
        arguments = _path_values(path_types, path)
        query = read_query(operation.query)
        if "query" in operation.hints:
            arguments["query"] = query
        keyed = _keyed(operation, context, site)
        if operation.body is not None:
            arguments["body"] = read_json(operation.body)
        return _answer(operation, Call(context, site, keyed), arguments)

    return view


def _answer(operation: Operation, call: Call, arguments: dict[str, Any]) -> Response:
    try:
        if call.keyed is not None and not operation.stores:
            call.context.database.write(call.keyed.check)
            call = replace(call, keyed=None)
        return operation.handler(call, **arguments).response()
    except AlreadyAnswered as answered:
        return answered.response


def _keyed(operation: Operation, context: ServiceContext, site: Site) -> KeyedRequest | None:
    key = request.headers.get("Idempotency-Key")
    if operation.method != "POST" or key is None:
        return None
    return KeyedRequest.of(request, site.id, key, context.sealer, context.clock())


def _path_values(types: dict[str, TypeAdapter[Any]], path: dict[str, str]) -> dict[str, Any]:
    try:
        return {name: types[name].validate_python(value) for name, value in path.items()}
    except ValidationError:  # what cannot be an identifier names nothing
        raise Refused("not-found") from None
