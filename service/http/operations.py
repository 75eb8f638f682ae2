"""Operations: every endpoint with what it takes and answers, written once, in its signature.

    comments = Resource("Comments", "What was submitted, and what became of it.")

    @comments.operation(
        "POST", "/v1/comments", summary="Submit a comment",
        answers=(Answer(202, "Accepted.", CommentRecord),), problems=("erased",))
    def submit(call: Call, body: Comment) -> Reply[CommentRecord]: ...

A parameter named `body` is read from JSON and one named `query` from the query string, as the
pydantic types they are annotated with; the others are taken from the path. Before the endpoint
runs, the key is checked; `call.write` makes a POST safe to repeat. The OpenAPI document is made
from the same registry, so the two cannot disagree.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from flask import Blueprint
from pydantic import BaseModel

from service.http.queries import NoQuery, Query
from service.http.replies import JSON, Reply

Handler = Callable[..., Reply[Any]]
_NOT_IN_PATH = {"call", "body", "query", "return"}


@dataclass(frozen=True)
class Answer:
    """An answer that is no problem. `content` is the model of its body."""

    status: int
    description: str
    content: type[BaseModel] | None = None
    media_types: tuple[str, ...] = (JSON,)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """A request header that an operation understands."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One method of one path, with all that is known of it."""

    method: str
    path: str  # as in OpenAPI, but a name may end in `:text` to take slashes too
    summary: str
    about: str
    handler: Handler
    answers: tuple[Answer, ...]
    problems: tuple[str, ...]
    headers: tuple[Header, ...]
    text_body: tuple[str, ...]  # media types of a body that the endpoint reads as text
    stores: bool
    hints: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the operation's identifier."""
        return self.handler.__name__

    @property
    def body(self) -> type[BaseModel] | None:
        """Return the type of the JSON body."""
        return self.hints.get("body")

    @property
    def query(self) -> type[Query]:
        """Return the type of the query parameters."""
        model: type[Query] = self.hints.get("query", NoQuery)
        return model

    @property
    def path_parameters(self) -> dict[str, Any]:
        """Return {name: annotated type}, in the path's order."""
        return {name: hint for name, hint in self.hints.items() if name not in _NOT_IN_PATH}


class Resource:
    """The operations of one resource; `blueprint` makes them answer."""

    def __init__(self, name: str, about: str) -> None:
        self.name = name
        self.about = about
        self.operations: list[Operation] = []

    def operation(  # noqa: PLR0913 - keyword-only, and each a part of the document
        self,
        method: str,
        path: str,
        *,
        summary: str,
        answers: tuple[Answer, ...],
        problems: tuple[str, ...] = (),
        headers: tuple[Header, ...] = (),
        text_body: tuple[str, ...] = (),
        stores: bool = True,
    ) -> Callable[[Handler], Handler]:
        """Register the decorated endpoint; its docstring is the operation's description.

        `problems` are the kinds beyond those that every operation of its shape has.
        `stores=False` marks a POST that changes nothing, so that its answers need no keeping.
        """

        def register(handler: Handler) -> Handler:
            operation = Operation(
                method=method,
                path=path,
                summary=summary,
                about=inspect.getdoc(handler) or "",
                handler=handler,
                answers=answers,
                problems=problems,
                headers=headers,
                text_body=text_body,
                stores=stores,
                hints=get_type_hints(handler, include_extras=True),
            )
            self.operations.append(operation)
            return handler

        return register

    def blueprint(self, view_of: Callable[[Operation], Callable[..., Any]]) -> Blueprint:
        """Return the Flask blueprint; `view_of` makes an operation's view function."""
        blueprint = Blueprint(f"api-{self.name.lower()}", __name__)
        for operation in self.operations:
            rule = _flask_rule(operation.path)
            blueprint.add_url_rule(
                rule, operation.name, view_of(operation), methods=[operation.method]
            )
        return blueprint


def _flask_rule(path: str) -> str:
    """Return `/v1/authors/{id:text}` as Flask writes it: `/v1/authors/<text:id>`."""
    parts = []
    for part in path.split("/"):
        name, _, kind = part.strip("{}").partition(":")
        rule = f"<{kind}:{name}>" if kind else f"<{name}>"
        parts.append(rule if part.startswith("{") else part)
    return "/".join(parts)
