"""The URL of a webhook as callers may write it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from rules.comment import Pattern
from service.context import ServiceContext
from service.http.problems import invalid
from workers.destinations import MAX_URL_LENGTH, parse_destination
from workers.forecast import foreseen_refusal


def _well_formed(url: str) -> str:
    parse_destination(url)  # raises a ValueError, whose message is told
    return url


WebhookUrl = Annotated[
    str,
    Field(
        max_length=MAX_URL_LENGTH,
        description="Where to POST events: https, or http. No user name or password, and the"
        " host must not be at a private address.",
        examples=["https://blog.example/hooks/tactful"],
    ),
    AfterValidator(_well_formed),
    Pattern(r"^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9.:\[\]_-]+([/?#][!-~]*)?$"),
]


def refuse_special_address(url: str, context: ServiceContext) -> None:
    """Refuse a URL that would not be called. What its name is later is judged when it is called."""
    reason = foreseen_refusal(url, context.allow, context.resolver)
    if reason is not None:
        raise invalid("/url", f"{reason}; TACTFUL_WEBHOOK_ALLOW opens it")
