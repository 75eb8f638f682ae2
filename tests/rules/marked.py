"""Reading the sentences in which the disguised word is marked."""

from dataclasses import dataclass
from pathlib import Path

_TEXTS = Path(__file__).parent / "texts"
_ORDINALS = (
    *("fresh", "second_fresh", "third_fresh", "fourth_fresh"),
    *("fifth_fresh", "sixth_fresh", "seventh_fresh", "eighth_fresh"),
)
FRESH_DISGUISED = _ORDINALS
"""Sets of disguised words, by the beginning of their files' names, in the order of writing."""
FRESH_INNOCENT = _ORDINALS[:6]
"""The same of innocent texts."""


@dataclass(frozen=True)
class Marked:
    """A sentence without its marks, and where the last marked word stood."""

    text: str
    start: int
    end: int
    word: str


def _lines(name: str) -> list[str]:
    """The lines of a file in `texts/` that are not empty, `␤` in them a line break."""
    lines = (_TEXTS / name).read_text(encoding="utf-8").split("\n")
    return [line.replace("␤", "\n") for line in lines if line]


def _read(line: str) -> Marked:
    marked, _, word = line.rpartition(" | ")
    start = marked.rindex("⟦")
    before = marked[:start].replace("⟦", "").replace("⟧", "")
    inside, _, after = marked[start + 1 :].partition("⟧")
    return Marked(before + inside + after, len(before), len(before) + len(inside), word)


def marked_sentences(name: str) -> list[Marked]:
    """All sentences of a file in `texts/`."""
    return [_read(line) for line in _lines(name) if not line.startswith("# ")]


def texts_by_kind(name: str) -> dict[str, list[str]]:
    """Texts of a file in `texts/` by their kind."""
    kinds: dict[str, list[str]] = {}
    for line in _lines(name):
        if line.startswith("# kind:"):
            kind = kinds.setdefault(line.removeprefix("# kind:").strip(), [])
        elif not line.startswith("# "):
            kind.append(line)
    return kinds
