"""Techniques of dodging a word list, each a function of a word, and sentences that use them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

WORDS = (
    "fuck", "shit", "bitch", "cunt", "asshole", "bastard", "whore", "wanker", "faggot", "nigger",
    "dickhead", "bullshit", "motherfucker", "fucking", "slut", "bollocks", "douchebag", "jackass",
    "dumbass", "twat",
)  # fmt: skip
CARRIERS = (
    "You are such a {}, honestly.",
    "{} is all I have to say",
    "what a load of {}!",
    "Go away {}",
)

_CYRILLIC = str.maketrans("aceopxyikABCEHKMOPTX", "асеорхуікАВСЕНКМОРТХ")
_GREEK = str.maketrans("aoeiktuvxnp", "αοεικτυνχηρ")
_FLIP = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥıɾʞlɯuodbɹsʇnʌʍxʎz")
_SMALL = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘqʀꜱᴛᴜᴠᴡxʏᴢ")
_SUPER = str.maketrans("abcdefghiklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_VOWELS = "aeiou"


def _alphabet(start: int) -> Callable[[str], str]:
    return lambda word: "".join(chr(start + ord(char) - ord("a")) for char in word)


def _middle(word: str) -> int:
    return max(1, len(word) // 2)


def _first_vowel(word: str) -> int:
    return next(at for at, char in enumerate(word) if char in _VOWELS)


def _with(word: str, at: int, new: str, width: int = 1) -> str:
    return word[:at] + new + word[at + width :]


def _vowels_as(sign: str) -> Callable[[str], str]:
    return lambda word: "".join(sign if char in _VOWELS else char for char in word)


def _joined(sign: str) -> Callable[[str], str]:
    return sign.join


def _leet(pairs: str) -> Callable[[str], str]:
    table = str.maketrans(pairs[::2], pairs[1::2])
    return lambda word: word.translate(table)


TECHNIQUES: dict[str, Callable[[str], str]] = {
    "plain": lambda word: word,
    "capitals": str.upper,
    "mixed_case": lambda word: "".join(c.upper() if i % 2 else c for i, c in enumerate(word)),
    "leet_figures": _leet("a4e3i1o0s5t7"),
    "leet_signs": _leet("a@s$i!"),
    "leet_light": _leet("i1o0e3a4"),
    "leet_one_as_l": _leet("l1o0"),
    "spaces": _joined(" "),
    "double_spaces": _joined("  "),
    "dots": _joined("."),
    "hyphens": _joined("-"),
    "underscores": _joined("_"),
    "asterisks": _joined("*"),
    "slashes": _joined("/"),
    "pipes": _joined("|"),
    "commas": _joined(","),
    "tildes": _joined("~"),
    "middle_dots": _joined("·"),
    "spaced_hyphens": _joined(" - "),
    "spaced_capitals": lambda word: " ".join(word.upper()),
    "line_breaks": _joined("\n"),
    "split_by_space": lambda word: word[: _middle(word)] + " " + word[_middle(word) :],
    "split_by_hyphen": lambda word: word[: _middle(word)] + "-" + word[_middle(word) :],
    "split_by_line": lambda word: word[: _middle(word)] + "-\n" + word[_middle(word) :],
    "split_by_dot": lambda word: word[: _middle(word)] + "." + word[_middle(word) :],
    "stretched_vowel": lambda word: _with(word, _first_vowel(word), word[_first_vowel(word)] * 5),
    "stretched_end": lambda word: word + word[-1] * 4,
    "stretched_all": lambda word: "".join(char * 3 for char in word),
    "doubled": lambda word: _with(word, _first_vowel(word), word[_first_vowel(word)] * 2),
    "zero_width": _joined("\u200b"),
    "zero_width_joiner": lambda word: _with(word, 1, "\u200d" + word[1]),
    "soft_hyphen": _joined("\u00ad"),
    "word_joiner": _joined("\u2060"),
    "variation": _joined("\ufe0f"),
    "bidi": lambda word: "\u202d" + word[0] + "\u202c" + word[1:],
    "tag_characters": _joined("\U000e0061"),
    "cyrillic": lambda word: word.translate(_CYRILLIC),
    "greek": lambda word: word.translate(_GREEK),
    "full_width": _alphabet(0xFF41),
    "bold": _alphabet(0x1D41A),
    "script": _alphabet(0x1D4EA),
    "fraktur": _alphabet(0x1D586),
    "double_struck": _alphabet(0x1D552),
    "monospace": _alphabet(0x1D68A),
    "circled": _alphabet(0x24D0),
    "squared": _alphabet(0x1F130),
    "black_squared": _alphabet(0x1F170),
    "parenthesised": _alphabet(0x249C),
    "regional": _alphabet(0x1F1E6),
    "small_capitals": lambda word: word.translate(_SMALL),
    "superscript": lambda word: word.translate(_SUPER),
    "accents": lambda word: "".join(char + "\u0301" if char in _VOWELS else char for char in word),
    "zalgo": lambda word: "".join(char + "\u0336\u0315\u0489" for char in word),
    "masked_vowel": lambda word: _with(word, _first_vowel(word), "*"),
    "masked_hash": lambda word: _with(word, _first_vowel(word), "#"),
    "masked_inner": lambda word: word[0] + "*" * (len(word) - 2) + word[-1],
    "masked_vowels": _vowels_as("*"),
    "masked_hyphen": lambda word: _with(word, _first_vowel(word), "-"),
    "masked_emoji": lambda word: _with(word, _first_vowel(word), "🍆"),
    "entity_decimal": lambda word: _with(word, 1, f"&#{ord(word[1])};"),
    "entity_hex": lambda word: "".join(f"&#x{ord(char):x};" for char in word),
    "tags_inside": lambda word: word[0] + "<b>" + word[1] + "</b>" + word[2:],
    "comment_inside": lambda word: word[:2] + "<!-- -->" + word[2:],
    "shy_entity": lambda word: word[:2] + "&shy;" + word[2:],
    "emphasis": lambda word: word[0] + "**" + word[1] + "**" + word[2:],
    "percent": lambda word: _with(word, 1, f"%{ord(word[1]):x}"),
    "reversed": lambda word: word[::-1],
    "upside_down": lambda word: word.translate(_FLIP)[::-1],
    "swapped": lambda word: word[: len(word) - 2] + word[-1] + word[-2],
    "vowel_drop": lambda word: word[0] + "".join(char for char in word[1:] if char not in _VOWELS),
    "v_for_u": _leet("uv"),
    "z_for_s": lambda word: word + "z",
    "hashtag": lambda word: "#" + word,
    "mention": lambda word: "@" + word,
    "quoted": lambda word: f"“{word}”",
    "glued": lambda word: "you" + word,
    "camel": lambda word: "Total" + word.title(),
    "leet_and_dots": lambda word: ".".join(_leet("i1o0a@e3")(word)),
    "leet_and_stretch": lambda word: _leet("i1o0e3")(word) + word[-1] * 3,
    "cyrillic_and_spaces": lambda word: " ".join(word.translate(_CYRILLIC)),
    "spaced_and_stretched": lambda word: " ".join(word[0] + word[1] * 4 + word[2:]),
}  # fmt: skip


@dataclass(frozen=True)
class Evasion:
    """A disguised word in a sentence; the word stands at `start:end`."""

    technique: str
    word: str
    text: str
    start: int
    end: int


def _fits(technique: str, word: str) -> bool:
    """Whether a technique makes something that a reader still reads as the word."""
    if technique == "vowel_drop":
        return len([char for char in word if char not in _VOWELS]) > 3 or word in {"fuck", "shit"}
    if technique in {"glued", "camel"}:
        return word in {"fuck", "shit", "bitch", "cunt", "asshole", "faggot", "nigger", "fucking"}
    if technique == "masked_hyphen":
        return len(word) < 6
    if technique == "v_for_u":
        return "u" in word
    return True


def evasions() -> Iterator[Evasion]:
    """Every technique on six words, in changing sentences."""
    for number, (technique, disguise) in enumerate(TECHNIQUES.items()):
        usable = [word for word in WORDS if _fits(technique, word)]
        for at in range(min(8, len(usable))):
            word = usable[(number * 3 + at) % len(usable)]
            carrier = CARRIERS[(number + at) % len(CARRIERS)]
            disguised = disguise(word)
            start = carrier.index("{}")
            yield Evasion(technique, word, carrier.format(disguised), start, start + len(disguised))
