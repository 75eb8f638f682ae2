"""The functional tests of `lite` are sentences that it never learned, nor any like them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from training.lite.dataset import FILES, TEXTS
from training.lite.functional import FOLDER, SENTENCES, TEMPLATES
from training.lite.grammar import read_categories, read_identities, read_words

FEWEST = 5
"""Words that a sentence needs to be like another, slots aside."""
SHARED = 0.6
"""Of the words of either: more would make it the same sentence."""


def test_no_tested_sentence_was_learned_nor_one_like_it() -> None:
    files = [TEXTS / f"{name}.txt" for name in FILES]
    learned = [t for path in files for c in read_categories(path) for t in c.templates]
    graded = (TEXTS / "graded.tsv").read_text(encoding="utf-8").splitlines()
    learned += [line.rpartition("\t")[2] for line in graded]
    tests = [FOLDER / name for name in (TEMPLATES, SENTENCES)]
    tested = [t for path in tests for c in read_categories(path) for t in c.templates]
    assert not {as_said(text) for text in learned} & {as_said(text) for text in tested}
    assert not list(pairs_alike(tested, learned))


def as_said(text: str) -> str:
    return text.lower().strip(".!? ")


def pairs_alike(some: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    words = [words_of(text) for text in others]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, found in enumerate(words):
        for word in found:
            holders[word].append(number)
    for text in some:
        mine = words_of(text)
        shared = Counter(number for word in mine for number in holders[word])
        for number, count in shared.items():
            fewest = min(len(mine), len(words[number]))
            if fewest >= FEWEST and count >= SHARED * len(mine | words[number]):
                yield text, others[number]


def words_of(template: str) -> set[str]:
    return set(re.findall(r"[a-z']+", re.sub(r"\{\w+\}", "", template.lower())))


def test_what_is_alike_is_found() -> None:
    one, other = "Fanny Price is the quiet heroine of {group}.", "fanny price is the heroine of"
    assert list(pairs_alike([one, "a train"], ["nothing", other])) == [(one, other)]


def test_no_tested_identity_or_word_fills_a_slot_that_was_learned() -> None:
    learned = {i.group.lower() for i in read_identities(TEXTS / "identities.txt")}
    tested = {i.group.lower() for i in read_identities(FOLDER / "identities.txt")}
    assert not learned & tested
    words = {w for listed in read_words(TEXTS / "words.txt").values() for w in listed}
    held = {w for listed in read_words(FOLDER / "words.txt").values() for w in listed}
    assert not words & held
