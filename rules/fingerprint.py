"""The fingerprint of a text: near-identical texts have the same one."""

import hashlib
import unicodedata

FEWEST_LETTERS = 20  # "Thank you!" says the same each time and is no flood


def fingerprint(text: str) -> str | None:
    """Return 16 hexadecimal digits that depend on the letters alone; None for a short text.

    Case, accents, spaces, punctuation, digits and invisible characters make no difference, so an
    advert that changes its number or its emphasis keeps its fingerprint.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in folded if char.isalpha())
    if len(letters) < FEWEST_LETTERS:
        return None
    return hashlib.blake2b(letters.encode(), digest_size=8).hexdigest()
