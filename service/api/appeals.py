"""Appeals: the author of a comment asks, through the platform, for another look."""

from sqlalchemy import Connection

from rules.comment import LongText, Submitted
from service.api.parameters import CommentId
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.problems import Refused
from service.http.replies import Reply
from store.appeals import Appeal, NotJudgedYet, submit_appeal

appeals = Resource("Appeals", "The author of a comment asks for another look.")


class AppealBody(Submitted):
    """An appeal, in the words of the author."""

    reason: LongText = ""


@appeals.operation(
    "POST",
    "/v1/comments/{comment_id}/appeal",
    summary="Appeal",
    answers=(Answer(202, "The appeal, which somebody will look at.", Appeal),),
    problems=("conflict", "erased"),
)
def appeal(call: Call, comment_id: CommentId, body: AppealBody) -> Reply[Appeal]:
    """Ask that a comment be looked at again, by somebody who had not decided about it.

    The answer is that person's decision, told by a `comment.decided` webhook. While an appeal is
    open, another one about the same comment is the same.
    """
    return call.write(lambda tx: _submit(tx, call, comment_id, body.reason))


def _submit(tx: Connection, call: Call, comment_id: str, reason: str) -> Reply[Appeal]:
    try:
        made = submit_appeal(tx, call.site.id, comment_id, reason, call.context.clock())
    except NotJudgedYet:
        raise Refused("conflict", "The comment has no verdict yet to appeal against.") from None
    if made is None:
        raise Refused("not-found")
    return Reply(202, made, comment_id=comment_id)
