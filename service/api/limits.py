"""Limits that the schema cannot say: sizes in bytes, as the operator set them."""

from service.http.calls import Call
from service.http.problems import Fault, Refused


def refuse_long_text(call: Call, text: str, pointer: str) -> None:
    """Raise Refused (413) for a text that is larger than a comment may be."""
    limit = call.context.max_body_bytes
    if len(text.encode()) > limit:
        detail = f"A text may have {limit} bytes of UTF-8."
        raise Refused("too-large", detail, errors=[Fault(pointer=pointer, detail=detail)])
