"""What looks like a disguised word and is none: a number, a formula, a surname with initials."""

import re
from itertools import pairwise

from rules.packaged import packaged_words

_WRAPPING = ".,;:!?()[]{}<>\"'*_~“”‘’"
_REACH = 80
_FEWEST_FIGURES = 2
_SHORTEST_RANDOM = 16
_EQUATIONS = ("=", "==", "!=", "<", ">", "<=", ">=", "≤", "≥")
_NUMBERED = packaged_words("_numbered.txt")
_OPERATORS = (" = ", " + ", " - ", " * ", " / ", " += ", "== ", " < ", " > ")
_BETWEEN = frozenset("*+-/^")
_UNITS = frozenset("kmgbhl")
_LONGEST_SHORT = 3
_SIGNS_OF_INITIALS = frozenset(".,")
_WITH_INITIALS = re.compile(r"([^\W\d_]{2,}),?((?: ?[^\W\d_]\b\.?)+)")


def _token(text: str, start: int, end: int) -> str:
    """Return all that stands between white space around a place."""
    before = text[max(0, start - _REACH) : start]
    after = text[end : end + _REACH]
    head = "" if before[-1:].isspace() else before.split()[-1:]
    tail = "" if after[:1].isspace() else after.split()[:1]
    return ("".join(head) + text[start:end] + "".join(tail)).strip(_WRAPPING)


def _is_serial(token: str, text: str) -> bool:
    """`B17-CH`: capitals and figures in groups, in a text that has small letters too."""
    groups = token.replace(" ", "-").split("-")
    figures = sum(map(str.isdigit, token))
    if len(groups) == 1 or not figures or not token.isupper() or text.isupper():
        return False
    told = figures >= _FEWEST_FIGURES or min(map(len, groups)) > 1
    return (
        (told or any(map(str.isdigit, groups)))
        and max(map(len, groups)) > 1
        and all(group.isalnum() and group.isascii() for group in groups)
    )


def _is_numbered(text: str, start: int, end: int) -> bool:
    """`batch 5H17`, `Order no. 4C0CK`: capitals and figures after a word that announces them."""
    before = text[max(0, start - _REACH) : start].lower().split()[-1:]
    told = bool(before) and before[0].strip(_WRAPPING + "#") in _NUMBERED
    written = text[start:end].replace("-", "")
    return told and written.isupper() and written.isalnum() and not written.isalpha()


def _is_random(token: str) -> bool:
    """`AAAAIFucKsh1tw0rD`: long, with figures and capitals in the midst of its words."""
    if len(token) < _SHORTEST_RANDOM:
        return False
    capitals = sum(one.islower() and other.isupper() for one, other in pairwise(token))
    triples = zip(token, token[1:], token[2:], strict=False)
    figures = sum(a.isalpha() and b.isdigit() and c.isalpha() for a, b, c in triples)
    return min(capitals, figures) >= _FEWEST_FIGURES


def _is_compared(text: str, end: int) -> bool:
    """`a*b >= 3`, `a*b > c`: with a number or a variable."""
    sign, _, rest = text[end : end + 8].strip().partition(" ")
    rest = rest.lstrip("-")
    return sign in _EQUATIONS and (
        rest[:1].isdigit() or (rest[:1].isalpha() and not rest[1:2].isalpha())
    )


def _is_operand(text: str, start: int, written: str) -> bool:
    """`x = f(u) + c*k`: letters with signs between them, and an operator before."""
    before = text[max(0, start - 4) : start]
    return before.endswith(_OPERATORS) and not written.isalpha() and set(written[1::2]) <= _BETWEEN


def _is_field(text: str, start: int, end: int) -> bool:
    """`ON s.hit = a.id`: a dot without a blank, and an equation after it."""
    return "." in text[start + 1 : end - 1] and text[end : end + 3] in {" = ", " =="}


def _is_formula(text: str, start: int, end: int) -> bool:
    written = text[start:end]
    if " " in written:
        return _is_operand(text, start, written.replace(" ", ""))
    compared = _is_compared(text, end) or _is_operand(text, start, written)
    return compared or _is_field(text, start, end)


def _is_measure(written: str) -> bool:
    """`900k`: figures and a unit."""
    figures = written[:-1]
    return len(figures) >= _FEWEST_FIGURES and figures.isdigit() and written[-1].lower() in _UNITS


def is_short_name(text: str, start: int, end: int) -> bool:
    """Whether three letters are part of a name in code: `cum_total`, `fail_cnt`."""
    if end - start > _LONGEST_SHORT:
        return False
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (before[-1:] == "_" and before[:1].isalnum()) or (
        after[:1] == "_" and after[1:].isalnum()
    )


def _is_surname(text: str, start: int, end: int) -> bool:
    """`Fu, C. K.`, `Shi T, Li Q.`: initials after a surname, told by a dot or comma among them."""
    named = _WITH_INITIALS.fullmatch(text, start, end)
    if not (named and named[1].istitle() and named[2].isupper()):
        return False
    goes_on = text[end : end + 1] in {".", ","} and bool(text[end + 1 :].strip())
    return goes_on or not _SIGNS_OF_INITIALS.isdisjoint(text[start:end])


def is_no_word(text: str, start: int, end: int) -> bool:
    """Whether letters, figures and signs at `text[start:end]` are a code, a formula or a name."""
    token = _token(text, start, end)
    if _is_surname(text, start, end):
        return True
    if _is_numbered(text, start, end) or _is_measure(text[start:end]):
        return True
    return _is_serial(token, text) or _is_random(token) or _is_formula(text, start, end)
