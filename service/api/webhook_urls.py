"""The URL of a webhook as callers may write it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from rules.comment import Pattern
from service.http.problems import invalid
from workers.addresses import AllowList
from workers.destinations import MAX_URL_LENGTH, parse_destination


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


def refuse_special_address(url: str, allow: AllowList) -> None:
    """Refuse a URL whose host is an address that is never called. Names are judged when called."""
    destination = parse_destination(url)
    if destination.address is None:
        return
    reason = allow.refusal(destination.host, destination.address)
    if reason is not None:
        raise invalid("/url", f"is at an address that is {reason}; TACTFUL_WEBHOOK_ALLOW opens it")
