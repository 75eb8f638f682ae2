"""Spellings that sound or look like a word: dropped vowels, swapped letters, `ph` for `f`.

Made once, when a vocabulary is built, from the words marked `sure`; each is a further key of its
word, so that finding one costs what finding any word costs.
"""

from collections.abc import Iterator

_VOWELS = frozenset("aeiou")
_SOUNDS = (
    ("ck", ("k", "kk", "q", "c", "cc", "x", "xx", "ckk", "cck", "gg")),
    ("u", ("v", "uu", "oo", "uh", "w", "x", "aw", "ah")),
    ("f", ("ph", "ff", "fh")),
    ("ph", ("f",)),
    ("i", ("y", "ii", "ie", "ee", "eei", "x", "l")),
    ("er", ("a", "ah", "uh", "r", "err", "ur", "or")),
    ("ers", ("as", "az", "ahs", "erz", "rs", "uhs")),
    ("ing", ("in", "en", "n", "ng", "un")),
    ("sh", ("ssh", "shh", "sch")),
    ("tch", ("tsh", "ch", "tchh", "ttch")),
    ("ss", ("zz", "sz", "s", "sss")),
    ("or", ("oar", "oor")),
    ("s", ("z",)),
    ("wh", ("h", "w")),
    ("w", ("vv", "uu")),
    ("l", ("i",)),
    ("b", ("ss",)),  # `ß`, which folds so
    ("hole", ("whole", "hoal", "holl", "ole")),
    ("ard", ("id", "ud", "erd", "urd")),
    ("a", ("x",)),
    ("o", ("x",)),
    ("gg", ("qq", "bb")),
    ("itch", ("eatch",)),
    ("head", ("hed", "hedd", "heed")),
)
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
SHORTEST = 4
_FEWEST_BONES = 3
_SHORTEST_CLIPPED = 6
_BESIDE = {"a": "qwsz", "e": "wr", "i": "jk", "o": "klp", "u": "hjy"}
"""Consonants whose keys are beside a vowel's: with one of them a word is none in any language."""
_SOFTENING = frozenset("eihyc ")
"""Letters before which a `c` is soft, half of a pair, or an end."""
_FIGURED = ("o", "i", "e", "a")
"""Vowels that figures are read as."""


def _dropped(word: str) -> Iterator[str]:
    bones = word[0] + "".join(letter for letter in word[1:] if letter not in _VOWELS)
    if len(bones) >= (_FEWEST_BONES if len(word) == SHORTEST else SHORTEST):
        yield bones
    for at in range(1, len(word)):
        if len(word) > SHORTEST and word[at] in _VOWELS:
            yield word[:at] + word[at + 1 :]


def slips(word: str) -> Iterator[str]:
    """Yield a word without its last letter, and with a key beside that of a vowel: `fyck`."""
    if len(word) > SHORTEST and (word[-2] not in _VOWELS or len(word) > _SHORTEST_CLIPPED):
        yield word[:-1]
    for at, letter in enumerate(word):
        yield from (word[:at] + key + word[at + 1 :] for key in _BESIDE.get(letter, "") if at)


def hard_spellings(word: str) -> Iterator[str]:
    """Yield how a Romance word is written with `k` for its hard `c` or `qu`: `kabron`, `kazzo`."""
    letters = word.replace("qu", "k")
    hard = "".join(
        "k" if letter == "c" and after not in _SOFTENING else letter
        for letter, after in zip(letters, letters[1:] + " ", strict=True)
    )
    if hard != word:
        yield hard


def figured(word: str) -> Iterator[str]:
    """Yield what a word is read as with a figure in place of its first vowel: `f0ck`."""
    at = next((at for at, letter in enumerate(word) if letter in _VOWELS), 0)
    if at:
        yield from (word[:at] + vowel + word[at + 1 :] for vowel in _FIGURED if vowel != word[at])


def _swapped(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _doubled(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        yield word[:at] + letter + word[at:]


def _sounding(word: str) -> Iterator[str]:
    yield word + "z"
    if word[0] == "c" and word[1] not in "ehiy":
        yield "k" + word[1:]
    if len(word) > SHORTEST:
        yield from (
            word[:at] + "x" + word[at + 1 :]
            for at, letter in enumerate(word)
            if at and letter in _VOWELS
        )
        yield "".join("x" if letter in _VOWELS else letter for letter in word)
    for sound, others in _SOUNDS:
        if sound not in word:
            continue
        for at in {word.find(sound), word.rfind(sound)}:
            before, after = word[:at], word[at + len(sound) :]
            yield from [before + other + after for other in others]


def _coded(word: str) -> Iterator[str]:
    yield word.translate(_ROT13)
    onset = next((at for at, letter in enumerate(word) if letter in _VOWELS), 0)
    if onset:
        yield word[onset:] + word[:onset] + "ay"


def respellings(word: str) -> Iterator[tuple[str, str]]:
    """Pairs of a spelling and the name of its technique, for a word of lower-case letters."""
    makers = (
        ("respelled", _sounding),
        ("stretched", _doubled),
        ("respelled", _dropped),
        ("swapped", _swapped),
        ("coded", _coded),
    )
    for technique, make in makers:
        for spelling in make(word):
            yield spelling, technique
    for spelling in dict.fromkeys(_sounding(word)):
        if spelling.startswith("ph") or "k" in spelling:
            yield from [(twice, "respelled") for twice in _sounding(spelling)]


def runs(word: str) -> tuple[str, tuple[int, ...]]:
    """Return a word with each run of one letter written once, and how long each run was."""
    lengths: list[int] = []
    letters: list[str] = []
    for letter in word:
        if letters and letters[-1] == letter:
            lengths[-1] += 1
        else:
            letters.append(letter)
            lengths.append(1)
    return "".join(letters), tuple(lengths)
