"""Care: slurs hidden as `s***` from those who asked for it, wherever a text is shown.

What a policy matched is masked by its marks; elsewhere (earlier comments, a thread's context)
the packaged word lists say what is a slur.
"""

from functools import cache

from flask import g

from rules.loading.document import Profanity
from rules.profanity import ProfanityFilter


def careful(text: str) -> str:
    """Return a text as the person who looks at it wants to see it."""
    return veiled(text) if g.visit.preferences.hide_slurs else text


def veiled(text: str) -> str:
    """Return a text with its slurs masked."""
    out, done = [], 0
    for hit in sorted(_lists().hits(text), key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= done:
            out += [text[done : hit.start], masked(text[hit.start : hit.end])]
            done = hit.end
    return "".join((*out, text[done:]))


def masked(word: str) -> str:
    """Return a word with its first character and, for the rest, stars."""
    return word[:1] + "".join(" " if c.isspace() else "*" for c in word[1:])


@cache
def _lists() -> ProfanityFilter:
    return ProfanityFilter(Profanity())
