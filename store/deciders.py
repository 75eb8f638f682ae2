"""Deciders: by whom something was decided, as far as anybody's word is bounded.

The platform's own people all come by one key, and it is the key that is bounded: who holds it can
name any actor. What fell into a trap nobody decided; its writer chose the words.
"""

import hashlib

from store.records import TRAP, DecisionSource

_DIGITS = 32


def account_of(source: DecisionSource, actor: str | None) -> str | None:
    """Return whose decision it is, as a digest; None where it was a trap's."""
    if source == "platform" and actor == TRAP:
        return None
    name = f"moderator:{actor}" if source == "moderator" else "platform"
    return hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
