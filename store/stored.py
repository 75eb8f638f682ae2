"""Stored JSON, read: comments and verdicts as they were written, perhaps by a newer release.

What a caller submits is read strictly. What was stored was looked at then, and may have fields
that this release does not know (docs/decisions/0051).
"""

import json
from typing import Any

from rules.comment import Beginning, Comment, CommentBody
from rules.verdict import Verdict

_BEGUN = '"rest":'
"""What only a Beginning's JSON has: in a text the quotes would be escaped.

A union of both would validate nearly every comment twice.
"""


class Unreadable(Comment):
    """Stands for a comment whose stored form cannot be read: one row must not stop the others."""

    body: CommentBody = "\N{REPLACEMENT CHARACTER}"


def stored_comment(content: str, metadata: str = "{}") -> Comment:
    """Return a comment as it was stored, or one that is Unreadable."""
    try:
        kind = Beginning if _BEGUN in content else Comment
        comment = kind.model_validate_json(content, extra="ignore")
    except ValueError:
        comment = Unreadable()
    return comment.model_copy(update={"metadata": stored_metadata(metadata)})


def stored_metadata(metadata: str) -> dict[str, Any]:
    """Return the metadata of a comment; none if it cannot be read."""
    try:
        return dict(json.loads(metadata))
    except (ValueError, TypeError):
        return {}


def stored_verdict(verdict: str) -> Verdict:
    """Return a verdict as it was stored; raise ValueError."""
    return Verdict.model_validate_json(verdict, extra="ignore")
