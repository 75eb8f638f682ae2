"""Whether a word with two meanings is meant innocently, by what stands around it."""

from rules.matching.vocabulary import Key

_REACH = 60
_DISGUISES = frozenset(
    {"leet", "masked", "spaced", "stretched", "look-alike", "markup", "invisible"}
)
_AIMED = frozenset(
    "you your youre ur u fucking fuckin fucken stupid dumb ugly fat dirty filthy little suck sucking "
    "sucks lick licking eat kiss total complete such absolute utter lazy whining lying shut my his".split()
)
_AIMED_BEFORE_A = frozenset("such like being are is was youre you're he's she's what".split())


def _neighbours(text: str, start: int, end: int) -> tuple[list[str], list[str]]:
    before = text[max(0, start - _REACH) : start].split()
    after = text[end : end + _REACH].split()
    return before[-3:], after[:3]


def _bare(word: str) -> str:
    return word.strip(".,;:!?\"'()“”‘’").lower()


def _is_name(written: str, before: list[str], after: list[str]) -> bool:
    """A capital within a sentence, or before another capitalised word."""
    if not written[:1].isupper() or written.isupper() and len(written) > 1:
        return False
    starts_sentence = not before or before[-1][-1:] in ".!?:"
    return not starts_sentence or bool(after and after[0][:1].isupper())


def may_be_innocent(text: str, start: int, end: int, key: Key, technique: str) -> bool:
    """Whether an ambiguous word at `text[start:end]` may be meant innocently.

    Someone who disguises a word means the other meaning; so does someone who aims it (`you dick`).
    """
    if technique in _DISGUISES or key.technique:
        return False
    before, after = _neighbours(text, start, end)
    if _is_name(text[start:end], before, after):
        return True
    aimed = bool(before) and _bare(before[-1]) in _AIMED
    if len(before) > 1 and _bare(before[-1]) in {"a", "an"}:
        aimed = _bare(before[-2]) in _AIMED_BEFORE_A
    return not aimed
