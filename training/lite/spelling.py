"""Spelling as people type it: capitals, typing errors, letters disguised."""

import random
from collections.abc import Callable

_LEET = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7"}
_TAILS = ("!", "!!", "!!!", ".", "...", " lol", " 😂", " 😡", "?!", " smh", " tbh", " ❤️")
_HEADS = ("lol ", "@user ", "@{} ".format("Sam_1984"), "well, ", "RT @anna: ", "so ", "ok ", "omg ")


def vary(text: str, rng: random.Random) -> str:
    """Return the text as another hand might type it; the meaning stays."""
    text = _letter_case(text, rng)
    if rng.random() < 0.16:  # noqa: PLR2004 - the same for kind and unkind texts: no cue by itself
        text = _disguise(text, rng)
    if rng.random() < 0.35:  # noqa: PLR2004
        text += rng.choice(_TAILS)
    if rng.random() < 0.12:  # noqa: PLR2004
        text = rng.choice(_HEADS) + text
    return text


def _letter_case(text: str, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.45:  # noqa: PLR2004
        return text[:1].upper() + text[1:] + ("." if text[-1:].isalpha() else "")
    if draw < 0.52:  # noqa: PLR2004
        return text.upper()
    return text


def _disguise(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 3]  # noqa: PLR2004
    if not long:
        return text
    for i in rng.sample(long, min(len(long), rng.choice((1, 1, 2)))):
        words[i] = rng.choice(_TRICKS)(words[i], rng)
    joint = "" if rng.random() < 0.1 else " "  # noqa: PLR2004
    return joint.join(words)


def _leet(word: str, rng: random.Random) -> str:
    return "".join(
        rng.choice(_LEET[c.lower()]) if c.lower() in _LEET and rng.random() < 0.6 else c  # noqa: PLR2004
        for c in word
    )


def _swap(word: str, rng: random.Random) -> str:
    i = rng.randrange(1, len(word) - 1)
    return word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]


def _drop(word: str, rng: random.Random) -> str:
    i = rng.randrange(1, len(word))
    return word[:i] + word[i + 1 :]


def _double(word: str, rng: random.Random) -> str:
    i = rng.randrange(len(word))
    return word[:i] + word[i] * rng.choice((2, 3, 4)) + word[i + 1 :]


def _spaced(word: str, rng: random.Random) -> str:
    return rng.choice((" ", ".", "-", "*")).join(word)


def _starred(word: str, rng: random.Random) -> str:
    i = rng.randrange(1, len(word) - 1)
    return word[:i] + rng.choice("*#_") + word[i + 1 :]


def _glued(word: str, rng: random.Random) -> str:
    i = rng.randrange(2, len(word) - 1)
    return word[:i] + " " + word[i:]


_TRICKS: tuple[Callable[[str, random.Random], str], ...] = (
    _leet, _swap, _drop, _double, _spaced, _starred, _glued,
)  # fmt: skip
