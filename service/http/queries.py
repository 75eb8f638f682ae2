"""Query parameters: each one known, given once, and in its form."""

from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from service.http.bodies import refusal
from service.http.problems import invalid


class Query(BaseModel):
    """Base of the parameters of an operation. A parameter that is not given has its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _digits(value: object) -> object:
    # pydantic would also read "1_0", " 5" and "+5" as numbers, which the schema forbids.
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("must be a whole number")
    return value


Limit = Annotated[
    int,
    Field(ge=1, le=100, description="How many items a page has, at most."),
    BeforeValidator(_digits),
]

AnyQuery = TypeVar("AnyQuery", bound=Query)


class NoQuery(Query):
    """The operation takes no parameters."""


def read_query(model: type[AnyQuery]) -> AnyQuery:
    """Return the request's parameters as `model`; raise Refused (422)."""
    given = request.args.to_dict(flat=False)
    for name, values in given.items():
        if len(values) > 1:
            raise invalid(f"?{name[:100]}", "must be given once")
    try:
        return model.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        raise refusal(error, prefix="?") from None
