"""What the prior learns from: the YouTube collection, templates, and ordinary comments."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.comment import Comment
from training.spam.blog import written
from workers.spam.features import Vector, features_of

VIDEOS, BLOG, ORDINARY, TWEETS = "videos", "blog", "ordinary", "tweets"
# What one example may weigh: the real ones most, the many ordinary ones least.
BOUNDS = {VIDEOS: 100.0, BLOG: 6.0, ORDINARY: 1.5, TWEETS: 1.0}
EACH = {
    "spam.txt": 12,
    "ham.txt": 20,
    "talk_ham.txt": 6,
    "video_spam.txt": 15,
    "video_ham.txt": 15,
}
MOST_TWEETS = 8_000
LITE_TEXTS = Path(__file__).parents[1] / "lite" / "texts"
ORDINARY_FILES = ("civil_comments_spans.jsonl.gz", "wikipedia_talk.jsonl.gz")


@dataclass(frozen=True)
class Example:
    """A vector, whether it is spam, where it is from; `group` is the video."""

    text: str
    vector: Vector
    spam: bool
    source: str
    group: str = ""

    @property
    def bound(self) -> float:
        """What it may weigh."""
        return BOUNDS[self.source]


def videos(shared: Path) -> list[Example]:
    """Return the YouTube collection's training part."""
    rows = _rows(shared / "youtube_spam.jsonl.gz")
    return [
        _example(row["text"], VIDEOS, spam=row["spam"] == 1, group=row["video"]) for row in rows
    ]


def others(shared: Path, seed: int, ordinary: int = 10_000) -> list[Example]:
    """Return the templates' texts and `ordinary` comments of other collections."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    blog = [
        _example(text, BLOG, spam=name.endswith("spam.txt"))
        for name, each in EACH.items()
        for text in written(name, each, rng)
    ]
    texts = ordinary_texts(shared)[0:ordinary]
    return [
        *blog,
        *(_example(text, ORDINARY) for text in texts),
        *(_example(text, TWEETS) for text in tweets(shared)),
    ]


def tweets(shared: Path) -> list[str]:
    """Return tweets without links, many of them rude: "my" and "follow me" among friends.

    With links they would teach that shorteners are harmless, as on Twitter all links are short.
    Every fourth is left out, to measure with.
    """
    texts = [row["text"] for row in _rows(shared / "davidson_tweets.jsonl.gz")]
    kept = [text for number, text in enumerate(texts) if number % 4 and "http" not in text]
    return kept[:MOST_TWEETS]


def ordinary_texts(shared: Path) -> list[str]:
    """Return ordinary comments, many of them heated, always in the same order."""
    texts = [row["text"] for name in ORDINARY_FILES for row in _rows(shared / name)]
    for name in ("everyday.txt", "comments.txt", "fair.txt", "mild.txt"):
        lines = (LITE_TEXTS / name).read_text(encoding="utf-8").splitlines()
        texts += [line for line in lines if line and not line.startswith("#") and "{" not in line]
    random.Random(1).shuffle(texts)  # noqa: S311 - as above
    return [text for text in texts if text.strip()]


def _example(text: str, source: str, *, spam: bool = False, group: str = "") -> Example:
    return Example(text, features_of(Comment(body=text)).vector, spam, source, group)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
