"""Operations pages: alive, ready, and the numbers, for machines that look after this one."""

from flask import Blueprint, Response

ops = Blueprint("ops", __name__)


@ops.get("/healthz")
def healthz() -> Response:
    """Answer that this process is alive."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")
