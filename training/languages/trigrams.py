"""Writes `rules/lists/_trigrams.txt`: how much three letters speak for a language, not English.

    python -m training.languages.trigrams PROFILES ../shared/data

PROFILES is the folder `langdetect/profiles` of the package langdetect 1.0.9 (Apache-2.0, by
Nakatani Shuyo and Michal Danilak): how often three letters come in each Wikipedia. For English,
half of the weight is that of comments, with their names and slang: long ones only, so that short
ones are left for measuring.
"""

import gzip
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from rules.facts.foreign_short import words_of
from rules.facts.trigrams import NOTHING, TABLE, trigrams

LANGUAGES = (
    "es", "fr", "de", "it", "pt", "nl", "pl", "tr", "sv", "no", "da", "fi", "hu", "ro", "cs", "id",
)  # fmt: skip
COMMENTS = ("civil_comments_spans", "davidson_tweets")
FEWEST_LETTERS = 40
LOOKED_AT = 400
SELDOM = 1e-5  # a trigram that is as seldom says nothing
TELLING = 3e-5
LIMIT = 3.0  # of the logarithm of how many times likelier: nothing is told by three letters alone
_TRIGRAM = re.compile(r"(?=.{3}$) ?[^\W\d_]+ ?")
LEVELS = 9  # each side of NOTHING
HEAD = """\
# How much three letters of a word (_ is its beginning or end) speak for each language, in the order
# of the first line: from a, English, by j, nothing, to s. Written by `training.languages.trigrams`
# from the profiles of langdetect 1.0.9 (Apache-2.0; Nakatani Shuyo, Michal Danilak; Wikipedia) and
# for English also from Civil Comments (CC0) and Davidson et al. 2017 (MIT).
"""


def main(profiles: Path, data: Path) -> None:
    """Write the table."""
    foreign = {language: _shares(_profile(profiles / language)) for language in LANGUAGES}
    written, spoken = _shares(_profile(profiles / "en")), _shares(_comments(data))
    english = {
        one: (written.get(one, 0.0) + spoken.get(one, 0.0)) / 2 for one in {*written, *spoken}
    }
    lines = [f"{one}{levels}\n" for one, levels in sorted(_levels(foreign, english))]
    path = Path(__file__).parents[2] / "rules" / "lists" / TABLE
    path.write_text(HEAD + " ".join(LANGUAGES) + "\n" + "".join(lines), encoding="utf-8")


def _levels(
    foreign: Mapping[str, Mapping[str, float]], english: Mapping[str, float]
) -> Iterator[tuple[str, str]]:
    for one in {*english}.union(*foreign.values()):
        shares = [foreign[language].get(one, 0.0) for language in LANGUAGES]
        if max(english.get(one, 0.0), *shares) < TELLING:
            continue
        levels = "".join(_level(share, english.get(one, 0.0)) for share in shares)
        if levels.strip(NOTHING):
            yield one.replace(" ", "_"), levels


def _level(share: float, english: float) -> str:
    ratio = math.log((share + SELDOM) / (english + SELDOM))
    return chr(ord(NOTHING) + round(max(-LIMIT, min(LIMIT, ratio)) / LIMIT * LEVELS))


def _profile(path: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one, count in json.loads(path.read_text(encoding="utf-8"))["freq"].items():
        if _TRIGRAM.fullmatch(one):
            counts[one.lower()] += count
    return counts


def _comments(data: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name in COMMENTS:
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                if len(text := json.loads(line)["text"]) >= FEWEST_LETTERS:
                    for word in words_of(text[:LOOKED_AT]):
                        counts.update(trigrams(word))
    return counts


def _shares(counts: Counter[str]) -> dict[str, float]:
    return {one: count / counts.total() for one, count in counts.items()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
