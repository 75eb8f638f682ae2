"""Functional test cases: sentences of held-back templates about held-back identities, and comments.

`TEMPLATES` have guided what was taught next; `SENTENCES` were written when version 6 was, by
somebody who had seen neither.
"""

import random
from dataclasses import dataclass
from pathlib import Path

from training.lite.grammar import Filler, read_categories, read_identities, read_words

FOLDER = Path(__file__).parents[2] / "tests" / "scorers" / "functional"
TEMPLATES = "tests.txt"
SENTENCES = "sentences.txt"
"""Whole comments, without slots."""
SEED = 7


@dataclass(frozen=True)
class Case:
    """A sentence, its category, and whether it is abuse; `identity` is "" where it names none."""

    text: str
    category: str
    toxic: bool
    identity: str

    @property
    def hate(self) -> bool:
        """Whether it is abuse of a group of people."""
        return self.category.startswith("hate-")


def cases(name: str = TEMPLATES, folder: Path = FOLDER) -> list[Case]:
    """Return a file's cases: each template about every identity, those without identity once."""
    identities = read_identities(folder / "identities.txt")
    filler = Filler(read_words(folder / "words.txt"), identities, random.Random(SEED))  # noqa: S311
    found: list[Case] = []
    for category in read_categories(folder / name):
        toxic = category.targets["toxicity"] > 0.5  # noqa: PLR2004 - 0 or 1
        for template in category.templates:
            named = "{group}" in template or "person}" in template
            for identity in identities if named else identities[:1]:
                text = _sentence(filler.fill(template, identity))
                found.append(Case(text, category.name, toxic, identity.group if named else ""))
    return found


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
