"""Whether letters that stand apart are one word: `s h i t`, `fu-ck`, `dumb ass` or `push it`."""

from dataclasses import dataclass
from itertools import accumulate

from rules.matching.fold import normalise
from rules.matching.vocabulary import COMMON, Key
from rules.packaged import packaged_table

_WIDEST_GAP = 5
_LONGEST_RUN = 20
SHORT_JOINTS = frozenset("-_*/|~·")
"""Signs that part three letters, too: `a-s-s`, but not `a s s`."""
_SPELT_BY = SHORT_JOINTS | {"."}
_INITIALS = frozenset({"", ".", ",", "&", "+"})
_CONTRACTIONS = frozenset({"s", "t", "re", "ll", "ve", "m", "d"})
_LONGER_THAN_INITIALS = 4
_MOST_PIECES = 3
_WIDEST_PHRASE_GAP = 3
_WORD_GAPS = frozenset({" ", "\n", ".", ",", "/", ", ", ". ", "...", "… ", " - ", "; ", ": "})
_OPERATORS = frozenset({">", "<", "=", "==", "+", "-", "*", "/", "^"})
_BRACKETS = frozenset({"()", "[]", "{}", "<>"})
_SENTENCE_ENDS = frozenset(".,!?;:")
_CLOSING = ")]}\"'”"
_QUOTES = "'\""
_AFTER = frozenset({"up", "off", "you", "it", "me"})
"""Words after a word that is spaced out: `f u c k up`."""
_LONGEST_HALF = 2
_SHORTEST_ABROAD = 5
_LONGEST_OF_TWO = 8
_FUNCTION_WORDS = frozenset().union(*packaged_table("_function_words.txt").values())


@dataclass(frozen=True, slots=True)
class Place:
    """Letters found at `start:end` of the views, with what they were cut from."""

    key: Key
    start: int
    end: int
    view: str
    clean: str

    @property
    def inner(self) -> str:
        """The found letters with blanks for what stands between them."""
        return self.view[self.start : self.end].replace("\x01", "")

    def opens(self) -> bool:
        """Whether a word begins here."""
        return self.start == 0 or not self.view[self.start - 1].isalpha()

    def closes(self) -> bool:
        """Whether a word ends here; signs that only end a sentence do not carry it on."""
        end = self.end
        while self.view[end : end + 1] == "\x01":
            end += 1
        rest = self.view[end : end + 8].split(" ", 1)[0]
        return not rest.strip("\x01") or not any(
            char.isalnum() for char in self.clean[end : end + len(rest)]
        )


def _gaps(place: Place) -> list[str]:
    gaps: list[str] = []
    at = place.start
    for piece in place.view[place.start : place.end].split():
        begins = place.view.index(piece, at)
        gaps.append(place.clean[at:begins])
        at = begins + len(piece)
    return gaps[1:]


def _lone_before(view: str, start: int, gap: int) -> bool:
    """Whether one more single letter stands before, as far away as these stand apart."""
    at = start - gap - 1
    if at < 0 or not view[at].isalpha() or view[at + 1 : start].strip():
        return False
    return at == 0 or not view[at - 1].isalpha()


def _lone_after(view: str, end: int, gap: int) -> bool:
    at = end + gap
    if not view[at : at + 1].isalpha() or view[end:at].strip():
        return False
    return not view[at + 1 : at + 2].isalpha()


def _is_initials(place: Place, gap: str) -> bool:
    """`A.S.S.`: three letters may be initials, unless nothing but the bad word begins so."""
    if len(place.key.letters) >= _LONGER_THAN_INITIALS:
        return False
    signs = gap.strip()
    if place.key.term.spelt:  # is looked for whatever signs a text has: `f(a(g))`
        return not signs or not _SPELT_BY.issuperset(signs)
    if signs not in _INITIALS:
        return False
    return bool(place.key.technique) or not place.key.term.stem


def _is_doubtful_row(key: Key, gaps: set[str]) -> bool:
    """Return whether it is `F(u,c,k)`, or a respelling that is hidden once more."""
    if len(gaps) == 1:
        return bool(key.technique) and not key.term.stem
    signs = {gap.strip() for gap in gaps}
    return (
        bool(key.technique) or {"(", ","} <= gaps or (signs <= _OPERATORS and " " in "".join(gaps))
    )


def _is_listed(place: Place, gaps: set[str]) -> bool:
    """Return whether it is `{s, h, i, t}` or `f(u, c, k)`: names, not letters."""
    around = place.clean[place.start - 1 : place.start] + place.clean[place.end : place.end + 1]
    return around in _BRACKETS and gaps <= {",", ", "}


def _spaced(place: Place, gaps: list[str]) -> bool:
    if not (place.opens() and place.closes()) or _is_initials(place, gaps[0]):
        return False
    if len({len(gap) for gap in gaps}) > 1 or _is_listed(place, set(gaps)):
        return False
    if _is_doubtful_row(place.key, set(gaps)):
        return False
    if place.key.term.stem:
        return True
    if len(set(gaps)) > 1 and " " not in gaps and "".join(gaps) not in _BRACKETS:
        return False
    gap = len(gaps[0])
    before = place.view[place.start - gap - 1 : place.start - gap]
    signs_after = place.clean[place.end : place.end + gap]
    signs_before = place.clean[place.start - gap : place.start]
    carried_on = _lone_after(place.view, place.end, gap) and signs_after == gaps[-1]
    before_too = _lone_before(place.view, place.start, gap) and signs_before == gaps[0]
    return not carried_on and (before in {"a", "i"} or not before_too)


def _has_figure_piece(place: Place, gaps: list[str]) -> bool:
    """`6 itches`, `5h 1t`: a number before a word is a number, and so are measures in a row."""
    if not any(" " in gap for gap in gaps):
        return False
    pieces = place.clean[place.start : place.end].split()
    return all(piece[:-1].isdigit() for piece in pieces) or any(
        any(map(str.isdigit, piece)) and not any(map(str.isalpha, piece)) for piece in pieces
    )


def lone_run(place: Place, gap: int) -> str:
    """All single letters that stand in a row with these, written together."""
    step = gap + 1
    first, last = place.start, place.end
    earliest, latest = first - _LONGEST_RUN * step, last + _LONGEST_RUN * step
    while first > earliest and _lone_before(place.view, first, gap):
        first -= step
    while last < latest and _lone_after(place.view, last, gap):
        last += step
    return place.view[first:last].replace(" ", "")


def _is_splittable(key: Key, pieces: list[str]) -> bool:
    """Return whether it may be in pieces; a short one not beside a word: `for fk in keys`."""
    term = key.term
    short = len(key.letters) <= _LONGER_THAN_INITIALS and not (term.stem or term.sounds)
    if short and any(piece in COMMON for piece in pieces):
        return False
    return term.sure or (term.ambiguous and term.severity > 1)


def _is_hush(piece: str) -> bool:
    """Return whether it is `shhh`, which bids silence; `sh` alone is half of a word."""
    return len(piece) > _LONGEST_HALF and not piece.lstrip("s").strip("h") and piece[0] == "s"


def _are_words(pieces: list[str]) -> bool:
    return all(piece in COMMON or _is_hush(piece) for piece in pieces)


def _is_doubtful(place: Place, pieces: list[str], gaps: list[str]) -> bool:
    """Return whether it may be something else: a name in code (`g_imp`), or words from abroad."""
    term = place.key.term
    if " -" in gaps:  # `sh -it`
        return True
    in_code = "_" in gaps and term.ambiguous and not (term.sure or term.sounds)
    if len(set(gaps)) > 1 and term.ambiguous:  # `non c'è`
        return True
    return in_code or _is_abroad(place, pieces, gaps)


def _is_abroad(place: Place, pieces: list[str], gaps: list[str]) -> bool:
    """Return whether it is a word of another language that two words may make.

    One word of any language that is parted by blanks is enough (`t even`, `f oder`); in a longer
    one that signs part, all must be words.
    """
    term = place.key.term
    if term.language == "en" or term.listed:
        return False
    if len(place.key.letters) < _SHORTEST_ABROAD:
        return True
    if not any(map(_is_wide, gaps)) and term.sure:
        return _are_words(pieces)
    known = COMMON if len(place.key.letters) > _LONGEST_OF_TWO else COMMON | _FUNCTION_WORDS
    return any(piece in known for piece in pieces)


def _is_wide(gap: str) -> bool:
    """Return whether blanks part the pieces; a hyphen at a line's end is none."""
    return " " in gap or ("\n" in gap and gap[0] not in "-–")


def _is_contraction(pieces: list[str], gaps: list[str]) -> bool:
    """Return whether it is `he'll` or `who're`."""
    return gaps[-1] == "'" and pieces[-1] in _CONTRACTIONS


def _most_pieces(key: Key) -> int:
    """Return how many pieces a word may be in: long ones may be in pieces of two letters."""
    return max(_MOST_PIECES, (len(key.letters) + 1) // 2 if not key.technique else 0)


def _is_dotted(gaps: list[str]) -> bool:
    """Return whether nothing but dots parts the pieces: `fu..ck`."""
    return not "".join(gaps).strip(".…")


def _ends_sentence(gap: str) -> bool:
    """Return whether it is a sign that ends a part of a sentence, after a quote or not."""
    if gap[0] in "[(" and gap[1:] in {"'", '"'}:
        return True  # `dic["k"]`
    if gap[0] in _QUOTES and gap[1:].strip(_QUOTES + " ") in _OPERATORS:
        return True  # `'.tar' + compressed`
    gap = gap.lstrip(_CLOSING) or gap
    return gap[0] in _SENTENCE_ENDS and len(gap) > 1


def _split(place: Place, pieces: list[str], gaps: list[str]) -> bool:
    """Two or three pieces: not if each is a word and what parts them may part words."""
    if not (place.opens() and place.closes()) or len(pieces) > _most_pieces(place.key):
        return False
    if place.clean[place.start - 1 : place.start] == "'" or _is_contraction(pieces, gaps):
        return False
    if any(map(_ends_sentence, gaps)) and not _is_dotted(gaps):
        return False
    if _is_doubtful(place, pieces, gaps) or _has_figure_piece(place, gaps):
        return False
    if all(gap in _WORD_GAPS or " " in gap or _is_dotted([gap]) for gap in gaps):
        return not _are_words(pieces) and _is_splittable(place.key, pieces)
    return True


def _ends_of(words: list[str]) -> set[int]:
    """Return after how many letters each word but the last ends."""
    lengths = [sum(map(str.isalpha, word)) for word in words[:-1]]
    return set(accumulate(lengths))


def is_phrase(place: Place) -> bool:
    """Return whether the words of a listed phrase stand here, each ending where it should."""
    if not (place.opens() and place.closes()):
        return False
    if max(map(len, _gaps(place)), default=0) > _WIDEST_PHRASE_GAP:
        return False
    return _ends_of(normalise(place.key.term.text).split()) <= _ends_of(place.inner.split())


def _has_number(place: Place, gaps: list[str]) -> bool:
    """Return whether a number or a sum stands in it: `c 4 64`, `p0, q0, p1`, `'.tar' + x`."""
    if any(len(gap) > 1 and any(map(str.isdigit, gap)) for gap in gaps):
        return True
    pieces = place.clean[place.start : place.end].split()
    if max(map(len, pieces)) == 1:
        return False
    return "+" in pieces or any(piece[1:] and piece.isdigit() for piece in pieces)


def joint(place: Place) -> str | None:
    """Return the technique by which letters with gaps are one word, None if they are not."""
    gaps = _gaps(place)
    pieces = place.inner.split()
    if max(map(len, gaps)) > _WIDEST_GAP or _has_number(place, gaps):
        return None
    lone = sum(len(piece) == 1 for piece in pieces)
    told = lone >= _MOST_PIECES or not any(piece in COMMON for piece in pieces if piece[1:])
    mostly = told and lone > 1 and lone * 2 >= len(pieces) >= _MOST_PIECES
    mixed = len(set(gaps)) > 1 and place.key.term.ambiguous  # `non c'è`
    ends = pieces[-1] not in _AFTER and not mixed
    if lone == len(pieces) or (mostly and not place.key.technique and ends):
        return "spaced" if _spaced(place, gaps) else None
    if len(place.key.letters) < _LONGER_THAN_INITIALS or place.key.technique:
        return None
    return "split" if _split(place, pieces, gaps) else None
