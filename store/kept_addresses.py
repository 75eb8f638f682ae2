"""Addresses of authors: stored as keyed hashes, unless the site keeps the originals.

A policy may ask for the address itself, and it is judged after it was stored. So until the
verdict the originals lie sealed beside the comment, and nowhere in the clear. What stays of an
e-mail address is a hash and its domain, of an IP address its network: enough for the facts about
domains and networks when a comment is judged anew, or a policy is tried on the past.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.comment import Author, Comment
from rules.networks import address_of, network_of
from rules.verdict import Match, Reason, Scalar, Verdict
from store.sealing import Sealer

GUEST = "mailto:"
"""What the id of an author begins with who is known by an e-mail address alone."""
_HASH_DIGITS = 16
_LONGEST_ID, _LONGEST_EMAIL = 255, 1000  # as of a comment that is submitted
_SHORTEST = 3  # of what is looked for in a message: less is no address, and in every word
_MAILBOX = re.compile(rf'({GUEST})?((?:"[^"]+"|[^@\s]+)@[^@\s]+)')  # an id that is an address
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")  # Ann <ann@blog.example>
_ADDRESS_FIELDS = {"author.email": "email", "author.ip": "ip"}


@dataclass(frozen=True)
class Keeping:
    """How a site's addresses are kept: with which key, and whether as `originals`."""

    sealer: Sealer
    originals: bool = False


def kept_comment(comment: Comment, site_id: str, keeping: Keeping) -> tuple[Comment, str | None]:
    """Return (the comment as it is stored, the sealed originals of what was hashed)."""
    given = comment.author
    if keeping.originals or not (given.id or given.email or given.ip):
        return comment, None
    kept = {
        "id": given.id and kept_author_id(given.id, site_id, keeping.sealer),
        "email": given.email and _kept_email(given.email, site_id, keeping.sealer),
        "ip": given.ip and _kept_ip(given.ip, site_id, keeping.sealer),
    }
    hidden = {name: getattr(given, name) for name in kept if kept[name] != getattr(given, name)}
    if not hidden:
        return comment, None
    author = given.model_copy(update=kept)
    return comment.model_copy(update={"author": author}), keeping.sealer.seal(json.dumps(hidden))


def original_comment(kept: Comment, sealed: str | None, sealer: Sealer) -> Comment:
    """Return the comment as it was submitted; raise WrongSecretKey."""
    if sealed is None:
        return kept
    originals = json.loads(sealer.open(sealed))
    return kept.model_copy(update={"author": kept.author.model_copy(update=originals)})


def kept_author_id(author_id: str, site_id: str, sealer: Sealer) -> str:
    """Return an author's id, hashed where it is an e-mail address (as of WordPress's guests)."""
    found = _MAILBOX.fullmatch(author_id)
    if found is None:
        return author_id
    return ((found[1] or "") + _kept_email(found[2], site_id, sealer))[:_LONGEST_ID]


def author_key(author: Author) -> str | None:
    """Return by what an author's comments are found: the id, else that of a guest.

    Of an author as kept, it is as kept; platforms are told no other id than they gave.
    """
    return author.id or guest_id(author.email)


def guest_id(address: str | None) -> str | None:
    """Return the id of who is known by an e-mail address alone; None of what is no address."""
    found = _mailbox(address or "")
    return f"{GUEST}{found}"[:_LONGEST_ID] if found else None


def ip_digest(ip: str | None, site_id: str, sealer: Sealer) -> str | None:
    """Return what is compared to see whether two comments came from one IP address."""
    return sealer.digest("ip", site_id, _normal_ip(ip))[:_HASH_DIGITS] if ip else None


def without_originals(verdict: Verdict, original: Comment, kept: Comment) -> Verdict:
    """Return a verdict on `original` that quotes its addresses only as they are kept."""
    swaps = _swaps(original.author, kept.author)
    if not swaps:
        return verdict
    changes = {
        "reasons": [_veiled(reason, kept.author, swaps) for reason in verdict.reasons],
        "shadow": [_veiled(reason, kept.author, swaps) for reason in verdict.shadow],
        "public_reason": verdict.public_reason and _swapped(verdict.public_reason, swaps),
    }
    return verdict.model_copy(update=changes)


def _kept_email(address: str, site_id: str, sealer: Sealer) -> str:
    found = _mailbox(address)
    normal = found or address.strip().lower()
    hashed = f"~{sealer.digest('email', site_id, normal)[:_HASH_DIGITS]}"
    # With a domain, what is no address would become a guest's id that no erasure finds.
    return f"{hashed}@{normal.rpartition('@')[2]}"[:_LONGEST_EMAIL] if found else hashed


def _mailbox(given: str) -> str | None:
    """Return the bare e-mail address of what was given as one; None where it is none."""
    normal = given.strip().lower()
    named = _NAMED.fullmatch(normal)
    found = _MAILBOX.fullmatch(named[1].strip() if named else normal)
    return found[2] if found else None


def _kept_ip(address: str, site_id: str, sealer: Sealer) -> str:
    if (network := network_of(address)) is not None:
        return network
    # No address, but whatever was given instead of one.
    return f"~{sealer.digest('ip', site_id, _normal_ip(address))[:_HASH_DIGITS]}"


def _normal_ip(address: str) -> str:
    return str(address_of(address) or address.strip().lower())


def _swaps(original: Author, kept: Author) -> Sequence[tuple[str, str]]:
    """Return (original, kept) of what is hidden, the longest first: one may be in another."""
    pairs = [(getattr(original, name), getattr(kept, name)) for name in ("id", "email", "ip")]
    hidden = [pair for pair in pairs if pair[0] != pair[1] and len(pair[0]) >= _SHORTEST]
    return sorted(hidden, key=lambda pair: -len(pair[0]))


def _veiled(reason: Reason, kept: Author, swaps: Sequence[tuple[str, str]]) -> Reason:
    return reason.model_copy(
        update={
            "message": _swapped(reason.message, swaps),
            "matches": [_veiled_match(match, kept) for match in reason.matches],
            "values": _swapped_values(reason.values, swaps),
        }
    )


def _veiled_match(match: Match, kept: Author) -> Match:
    name = _ADDRESS_FIELDS.get(match.field)
    if name is None:
        return match
    text = getattr(kept, name)
    return match.model_copy(update={"start": 0, "end": len(text), "text": text})


def _swapped_values(
    values: Mapping[str, Scalar], swaps: Sequence[tuple[str, str]]
) -> dict[str, Scalar]:
    return {
        name: _swapped(value, swaps) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _swapped(text: str, swaps: Sequence[tuple[str, str]]) -> str:
    for original, kept in swaps:
        text = text.replace(original, kept)
    return text
