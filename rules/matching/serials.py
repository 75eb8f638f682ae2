"""What looks like a disguised word and is none: a serial number, a random string, a formula."""

from itertools import pairwise

_WRAPPING = ".,;:!?()[]{}<>\"'*_~“”‘’"
_REACH = 80
_FEWEST_FIGURES = 2
_SHORTEST_RANDOM = 16
_EQUATIONS = ("=", "==", "!=", "<=", ">=", "≤", "≥")


def _token(text: str, start: int, end: int) -> str:
    """Return all that stands between white space around a place."""
    before = text[max(0, start - _REACH) : start]
    after = text[end : end + _REACH]
    head = "" if before[-1:].isspace() else before.split()[-1:]
    tail = "" if after[:1].isspace() else after.split()[:1]
    return ("".join(head) + text[start:end] + "".join(tail)).strip(_WRAPPING)


def _is_serial(token: str, text: str) -> bool:
    """`B17-CH`: capitals and figures in groups, in a text that has small letters too."""
    groups = token.split("-")
    if len(groups) == 1 or not token.isupper() or text.isupper():
        return False
    figures = sum(map(str.isdigit, token))
    return (
        figures >= _FEWEST_FIGURES
        and max(map(len, groups)) > 1
        and all(group.isalnum() and group.isascii() for group in groups)
    )


def _is_random(token: str) -> bool:
    """`AAAAIFucKsh1tw0rD`: long, with figures and capitals in the midst of its words."""
    if len(token) < _SHORTEST_RANDOM:
        return False
    capitals = sum(one.islower() and other.isupper() for one, other in pairwise(token))
    triples = zip(token, token[1:], token[2:], strict=False)
    figures = sum(a.isalpha() and b.isdigit() and c.isalpha() for a, b, c in triples)
    return min(capitals, figures) >= _FEWEST_FIGURES


def _is_formula(text: str, end: int) -> bool:
    """`a*b >= 3`: compared with a number."""
    sign, _, rest = text[end : end + 8].strip().partition(" ")
    return sign in _EQUATIONS and rest.lstrip("-")[:1].isdigit()


def is_no_word(text: str, start: int, end: int) -> bool:
    """Whether letters, figures and signs at `text[start:end]` are a code or part of a formula."""
    token = _token(text, start, end)
    return _is_serial(token, text) or _is_random(token) or _is_formula(text, end)
