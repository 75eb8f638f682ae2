"""More ways of dodging a word list, on words that the techniques were not tried on before.

Written to break the matcher, after `evasions.py`; what they found was mended by technique, not by
word, and the words of HELD_OUT were looked at by their rate alone.
"""

from collections.abc import Callable, Iterator

from tests.rules.evasions import Evasion

WORDS = (
    "pussy", "arsehole", "cocksucker", "pissed", "shithead", "fuckwit", "bitches", "tosser",
    "bellend", "goddamn", "nigga", "fucker", "wetback", "skank", "scumbag", "blowjob", "knobhead",
)  # fmt: skip
HELD_OUT = (
    "fucked", "whores", "cunts", "bastards", "bitching", "wanking", "turd", "shitface", "dipshit",
    "horseshit", "dickwad", "cockhead", "slutty", "faggots", "shitting", "pillock", "poofter",
    "schlong", "gangbang", "dammit", "twats", "assholes", "dickheads", "motherfuckers",
)  # fmt: skip
CARRIERS = ("You are such a {}, honestly.", "oh {}. Not again", "(yes, {}) he shouted", "{}")
STEMS = frozenset({"pussy", "arsehole", "cocksucker", "nigga", "fucked", "whores", "cunts"})
_VOWELS = "aeiou"
_LEET = str.maketrans("aeio", "43!0")
_LEET_ALL = str.maketrans("aegiost", "4361057")
_CYRILLIC = str.maketrans("aceopxyikhmtbsj", "асеорхуікһмтЬѕј")
_EUROPE = str.maketrans("acdeghijklnorstuyz", "åçđêǧħïǰķłñøŕşťüýž")
_CENTRAL = str.maketrans("abcdefghiklmnoprstuvwxyz", "ąɓćďéfğĥíĵĺḿńöṕŕšţúṽẃẍÿź")
_COINS = str.maketrans("aceflnstuyk", "₳₡€₣£₦$₮µ¥₭")
_CHEROKEE = str.maketrans("abcdeghijklmprstvwyz", "ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᎩᏃ")
_FLIP = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟɓɥıɾʞןɯuodbɹsʇnʌʍxʎz")
_SHAPES = {"a": "/\\", "d": "|)", "h": "|-|", "k": "|<", "n": "|\\|", "o": "()", "u": "|_|"}
_PICTURES = {"a": "🅰️", "b": "🅱️", "o": "⭕", "i": "ℹ️", "x": "❌", "s": "💲", "p": "🅿️"}


def _vowel(word: str) -> int:
    return next(at for at, char in enumerate(word) if char in _VOWELS)


def _put(sign: str, width: int = 1) -> Callable[[str], str]:
    """Put a sign in place of the first vowel."""
    return lambda word: word[: _vowel(word)] + sign + word[_vowel(word) + width :]


def _cut(sign: str) -> Callable[[str], str]:
    """Cut the word in the middle."""
    return lambda word: word[: len(word) // 2] + sign + word[len(word) // 2 :]


def _letters(first: int) -> Callable[[str], str]:
    return lambda word: "".join(chr(first + ord(char) - ord("a")) for char in word)


def _around(left: str, right: str) -> Callable[[str], str]:
    """Wrap the second letter."""
    return lambda word: word[0] + left + word[1] + right + word[2:]


def _each(table: dict[str, str]) -> Callable[[str], str]:
    return lambda word: word[0] + "".join(table.get(char, char) for char in word[1:])


JOINED = dict.fromkeys(
    [
        *(
            " . ",
            "   ",
            "\t",
            "\u00a0",
            "\u2003",
            "+",
            "=",
            "•",
            ":",
            ";",
            "^",
            "'",
            '"',
            "`",
            "\\",
        ),
        *("#", "!", "?", "**", "__", ", ", "...", "–", "→", "❤", " 👏 ", ">", "&", "%", "@"),
        *("\u200c", "\ufeff", "\u3164", "\u034f", "\u180e", "\u2062", "&nbsp;", "&zwj;", "🔥"),
    ]
)
IN_PLACE_OF_A_VOWEL = "@$_%^~&?!•█—#"
AT_THE_CUT = (".", "'", "_", "/", "*", "~", "|", ":", "–", "·", "..", "...", "^", " - ", "-\r\n")

TECHNIQUES: dict[str, Callable[[str], str]] = {
    **{f"joined by {sign!a}": sign.join for sign in JOINED},
    **{f"{sign} for a vowel": _put(sign) for sign in IN_PLACE_OF_A_VOWEL},
    **{f"cut by {sign!a}": _cut(sign) for sign in AT_THE_CUT},
    "leet": lambda word: word.translate(_LEET),
    "leet, all but the first": lambda word: word[0] + word[1:].translate(_LEET_ALL),
    "shapes": _each(_SHAPES),
    "pictures": _each(_PICTURES),
    "two letters masked": _put("**", 2),
    "escaped star": _put("\\*"),
    "figure space": lambda word: " ".join(word.translate(_LEET)),
    "bold italic": _letters(0x1D482),
    "sans bold": _letters(0x1D5EE),
    "script with holes": _letters(0x1D4B6),
    "white on black": _letters(0x1F150),
    "circled capitals": _letters(0x24B6),
    "full-width capitals": _letters(0xFF21),
    "cyrillic": lambda word: word.translate(_CYRILLIC) if set(word) & set("bdfglnruw") else word,
    "cyrillic, dotted": lambda word: ".".join(word.translate(_CYRILLIC)),
    "european": lambda word: word.translate(_EUROPE),
    "central european": lambda word: word.translate(_CENTRAL),
    "coins": lambda word: word.translate(_COINS),
    "cherokee": lambda word: word.translate(_CHEROKEE),
    "dots below": lambda word: "".join(char + "\u0323" for char in word),
    "struck out": lambda word: "".join(char + "\u0336" for char in word),
    "keycaps": lambda word: "".join(char + "\u20e3" for char in word),
    "upside down": lambda word: word.translate(_FLIP)[::-1],
    "upside down, not turned": lambda word: word.translate(_FLIP),
    "entity with zeros": lambda word: word[0] + f"&#0000{ord(word[1])};" + word[2:],
    "entity in capitals": lambda word: word[0] + f"&#X{ord(word[1]):X};" + word[2:],
    "entity twice": lambda word: word[0] + f"&amp;#{ord(word[1])};" + word[2:],
    "accent entity": lambda word: _put(f"&{word[_vowel(word)]}acute;")(word),
    "span": _around('<span style="color:red">', "</span>"),
    "bbcode": _around("[b]", "[/b]"),
    "emphasis": _around("*", "*"),
    "struck out in markdown": _around("~~", "~~"),
    "empty comment": lambda word: word[:2] + "<!---->" + word[2:],
    "stretched": lambda word: _put(word[_vowel(word)] * 9)(word).upper(),
    "every letter twice": lambda word: "".join(char * 2 for char in word),
    "stretched and spaced": lambda word: " ".join(_put(word[_vowel(word)] * 3)(word)),
    "masked and stretched": lambda word: _put("*")(word) + word[-1] * 2,
    "masked leet": lambda word: word[0] + "*" + word[2:].translate(_LEET_ALL),
    "invisible and leet": lambda word: "\u200b".join(word.translate(_LEET)),
    "last letters swapped": lambda word: word[:-2] + word[-1] + word[-2],
    "z at the end": lambda word: word.removesuffix("s") + "z",
    "reversed": lambda word: word[::-1],
    "after an at sign": lambda word: "@" + word,
    "as part of a name": lambda word: f"Total{word.title()}Energy",
    "glued": lambda word: "youstupid" + word,
}


def _fits(technique: str, word: str, disguised: str) -> bool:
    if technique in {"as part of a name", "glued"}:
        return word in STEMS
    return disguised != word


def attacks(words: tuple[str, ...]) -> Iterator[Evasion]:
    """Every technique on every word, in changing sentences."""
    for number, (technique, disguise) in enumerate(TECHNIQUES.items()):
        for at, word in enumerate(words):
            disguised = disguise(word)
            if _fits(technique, word, disguised):
                carrier = CARRIERS[(number + at) % len(CARRIERS)]
                start = carrier.index("{}")
                end = start + len(disguised)
                yield Evasion(technique, word, carrier.format(disguised), start, end)
