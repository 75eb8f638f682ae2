"""Pseudonyms: what is compared to see whether two comments share an author, a domain or a network.

Digests are keyed with the id of the site (or of the owner of several), so that nothing is
recognised elsewhere. The `who` of a campaign is so short that thousands of authors share each: good
enough to count to a few hundred, too short to test a guess against.
"""

import hashlib

from rules.comment import Author
from store.kept_addresses import author_key

_DIGITS = 16
_WHO_DIGITS = 4


def pseudonym(realm: str, kind: str, value: str) -> str:
    """Return 16 hex digits for a value, the same each time within a site or owner (`realm`)."""
    message = f"{kind}\0{value}".encode()
    return hashlib.blake2b(message, digest_size=_DIGITS // 2, key=realm.encode()[:64]).hexdigest()


def who(owner_id: str, author: Author, otherwise: str) -> str:
    """Return a short digest of whoever wrote; `otherwise` for one of whom nothing is known."""
    known = (author_key(author), author.email, author.ip, author.name)
    value = next((text.strip().lower() for text in known if text and text.strip()), otherwise)
    return pseudonym(owner_id, "who", value)[:_WHO_DIGITS]
