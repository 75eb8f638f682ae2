"""Parameters that several resources share."""

from typing import Annotated

from pydantic import Field

from rules.comment import Identifier
from service.http.operations import Header

CommentId = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^cmt_[0-9a-z]{26}$", description="`cmt_…`")
]
WebhookId = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^whk_[0-9a-z]{26}$", description="`whk_…`")
]
DeliveryId = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^dlv_[0-9a-z]{26}$", description="`dlv_…`")
]
AuthorId = Annotated[Identifier, Field(description="The platform's own id of the author.")]

PREFER = Header(
    "Prefer",
    "`wait=N` waits up to N seconds (at most 30) for the verdict (RFC 7240). Malformed ones are"
    " ignored.",
    {"type": "string", "example": "wait=5"},
)
