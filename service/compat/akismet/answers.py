"""Answers: one word of plain text, status 200, and headers that clients act on.

Good answers carry neither `X-akismet-debug-help` nor `X-akismet-alert-*`: @cedx/akismet throws
at the sight of either.
"""

from flask import Response

from service.compat.checks import Outcome
from store.records import AkismetReview

THANKS = "Thanks for making the web a better place."
HOLD = "pending"  # any word but true and false: WordPress holds the comment and asks again
ALERT_REPLACED = 10_005  # "your key is being used in a way that it should not be"


def word(text: str, **headers: str) -> Response:
    """Return the answer `text`, without a line break: clients compare it as it is."""
    response = Response(text, content_type="text/plain; charset=utf-8")
    for name, value in headers.items():
        response.headers[f"X-akismet-{name.replace('_', '-')}"] = value
    return response


def verdict(outcome: Outcome, review: AkismetReview, guid: str) -> Response:
    """Return what to tell a blog about a comment.

    `review` becomes what the site chose: `true` without the pro-tip lands in the blog's own
    spam folder, `false` publishes, and no verdict at all is held.
    """
    if outcome.action == "reject":
        tip = {"pro_tip": "discard"} if outcome.discard else {}
        return word("true", guid=guid, **tip)
    if outcome.action == "approve":
        return word("false", guid=guid)
    return word({"spam": "true", "publish": "false", "hold": HOLD}[review], guid=guid)


def invalid(why: str) -> Response:
    """Return the answer to a request that cannot be taken, saying why."""
    return word("invalid", debug_help=why)


def replaced_key() -> Response:
    """Return the answer to a key that was rotated; WordPress shows the alert to its admins."""
    response = invalid("This key was replaced by a new one.")
    response.headers["X-akismet-alert-code"] = str(ALERT_REPLACED)
    response.headers["X-akismet-alert-msg"] = (
        "This site's key was replaced. Enter the new key; comments are held until then."
    )
    return response


def too_often(seconds: int) -> Response:
    """Return the answer to who asks too often: no verdict, so that the comment is held."""
    response = word("invalid", debug_help="Too many requests; try again later.")
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def unavailable() -> Response:
    """Return the answer when nothing can be stored: WordPress and Discourse hold the comment."""
    response = word("unavailable", error="The moderation service cannot store comments now.")
    response.status_code = 503
    response.headers["Retry-After"] = "2"
    return response
