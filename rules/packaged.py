"""Words that come with the package, read once when a module that needs them is imported."""

import gzip
from importlib import resources


def packaged_text(name: str) -> str:
    """Return the text of a file in `rules/lists`."""
    return (resources.files("rules") / "lists" / name).read_text(encoding="utf-8")


def packaged_words(name: str) -> frozenset[str]:
    """Return all words of a file, whose lines that begin with # are comments."""
    lines = (line for line in packaged_text(name).splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


def packaged_table(name: str) -> dict[str, frozenset[str]]:
    """Return {word: words} of a file with lines `word word: words`."""
    table: dict[str, frozenset[str]] = {}
    for line in packaged_text(name).splitlines():
        words, _, around = line.partition(":")
        if not line.startswith("#"):
            table |= dict.fromkeys(words.split(), frozenset(around.split()))
    return table


def packaged_dictionary(name: str) -> str:
    """Return the text of a gzipped word list, one word a line."""
    packed = (resources.files("rules") / "lists" / name).read_bytes()
    return gzip.decompress(packed).decode("ascii")
