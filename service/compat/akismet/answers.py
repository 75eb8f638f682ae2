"""Answers: one word of plain text, status 200, and headers that clients act on.

Good answers carry neither `X-akismet-debug-help` nor `X-akismet-alert-*`: @cedx/akismet throws
at the sight of either. Ruby's rakismet and many a snippet publish at any word but `true`, whatever
the status is; so who waits for a verdict that there is none of is told `true`, and in
`X-akismet-error`, at which Discourse asks its moderators, why. WordPress is told another word: it
holds the comment then, and asks again.
"""

from flask import Response

from service.compat.checks import Outcome
from store.records import AkismetReview

THANKS = "Thanks for making the web a better place."
TOO_LONG = "The comment is too long to be read."
HOLD = "pending"  # any word but true and false: WordPress holds the comment and asks again
ALERT_REPLACED = 10_005  # "your key is being used in a way that it should not be"


def word(text: str, **headers: str) -> Response:
    """Return the answer `text`, without a line break: clients compare it as it is."""
    response = Response(text, content_type="text/plain; charset=utf-8")
    for name, value in headers.items():
        response.headers[f"X-akismet-{name.replace('_', '-')}"] = value
    return response


def verdict(outcome: Outcome, review: AkismetReview, guid: str, *, asks_again: bool) -> Response:
    """Return what to tell a blog about a comment.

    `review` becomes what the site chose: `true` without the pro-tip lands in the blog's own
    spam folder, `false` publishes, and no verdict at all is held by who `asks_again`. So is what
    was not read whole: a site that publishes what it should look at has not seen that.
    """
    if outcome.action == "reject":
        tip = {"pro_tip": "discard"} if outcome.discard else {}
        return word("true", guid=guid, **tip)
    if outcome.action == "approve":
        return word("false", guid=guid)
    if review != "hold" and not outcome.unread:
        return word({"spam": "true", "publish": "false"}[review], guid=guid)
    if asks_again:
        return word(HOLD, guid=guid)
    return held(TOO_LONG if outcome.unread else "A person must look at this comment.", guid=guid)


def held(why: str, **headers: str) -> Response:
    """Return the answer at which all clients but WordPress keep a comment back."""
    return word("true", error=why, **headers)


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


def too_often(seconds: int, *, hold: bool) -> Response:
    """Return the answer to who asks too often, which has a comment held with `hold`."""
    why = "Too many requests; try again later."
    response = held(why) if hold else word("invalid", debug_help=why)
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def unavailable(*, hold: bool) -> Response:
    """Return the answer when nothing can be stored, which has a comment held with `hold`."""
    why = "The moderation service cannot store comments now."
    response = held(why) if hold else word("unavailable", error=why)
    response.status_code = 503
    response.headers["Retry-After"] = "2"
    return response
