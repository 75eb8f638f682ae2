"""The shared data sets as training examples."""

import gzip
import html
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from training.lite.example import LABELS, Example, Span, severity, squeeze

Row = dict[str, Any]
_DOUBTFUL = re.compile(
    r"fuck|shit|bitch|gay|fag|hate|kill|suck|stupid|idiot|\bass\b|dick|cunt|nigg|hell\b|die\b"
    r"|dumb|retard|ugly|sex",
    re.I,
)
_SWEARING = re.compile(
    r"\b(fuck|shit|bitch|ass\b|asshole|cunt|pussy|dick|cock|hoe|slut|whore|nigg|fag|damn|tits)",
    re.I,
)


def read_rows(folder: Path, name: str) -> Iterator[Row]:
    """Yield the rows of a gzipped JSON lines file of `../shared/data`."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def civil_comments(folder: Path) -> list[Example]:
    """Return the Civil Comments posts: shares of raters as probabilities, and marked words."""
    return [_civil(row) for row in read_rows(folder, "civil_comments_spans")]


def _civil(row: Row) -> Example:
    shares = {k: float(row["labels"].get(k, 0)) for k in LABELS if k not in _UNJUDGED}
    toxicity = float(row["toxicity"])
    targets = {**shares, "toxicity": toxicity, "severe_toxicity": severity(toxicity, shares)}
    return Example(row["text"], targets, "civil", weight=1.2, spans=tuple(_marked(row)))


def _marked(row: Row) -> Iterator[Span]:
    """Yield the marked stretches of a text, each with its share of raters.

    Raters mark overlapping stretches; one rater may mark a stretch under several labels, so the
    label that most of them chose counts.
    """
    spans = row["spans"]
    edges = sorted({s["start"] for s in spans} | {s["end"] for s in spans})
    for start, end in pairwise(edges):
        votes = Counter[str]()
        for span in spans:
            if span["start"] <= start and end <= span["end"]:
                votes[span["label"]] += span["raters"]
        if votes:
            yield start, end, min(1.0, max(votes.values()) / row["raters"])


_UNJUDGED = ("toxicity", "severe_toxicity", "sexual_explicit")
"""What the spans' raters were not asked: severity is derived, the last left unknown."""


def davidson_tweets(folder: Path) -> list[Example]:
    """Return the tweets; "offensive" counts as toxicity of 0.8, "hate" as 1."""
    return [_tweet(row) for row in read_rows(folder, "davidson_tweets")]


def _tweet(row: Row) -> Example:
    text = squeeze(html.unescape(row["text"]))
    hate, offensive = row["hate"] / row["raters"], row["offensive"] / row["raters"]
    targets = {
        "toxicity": min(1.0, hate + 0.8 * offensive),
        "severe_toxicity": hate**2,
        "identity_attack": hate,
    }
    if not _SWEARING.search(text):
        targets["obscene"] = 0.0
    elif hate + offensive > 0.5:  # noqa: PLR2004 - the majority
        targets["obscene"] = 0.9
    if row["neither"] == row["raters"]:
        targets |= {"insult": 0.0, "threat": 0.0}
    return Example(text, targets, "davidson", spans=() if hate + offensive == 0 else None)


def wikipedia_talk(folder: Path) -> list[Example]:
    """Return the talk page comments; the toxic ones have only the one label."""
    return [_talk(row) for row in read_rows(folder, "wikipedia_talk")]


def _talk(row: Row) -> Example:
    text = squeeze(row["text"])
    if row["toxic"]:
        return Example(text, {"toxicity": 0.95}, "wikipedia", weight=2.0)
    return Example(text, {**dict.fromkeys(LABELS, 0.0), "toxicity": 0.03}, "wikipedia", 1.5, ())


def identity_templates(folder: Path) -> list[Example]:
    """Return the sentences of Dixon et al.: the same ones over many identities."""
    return [_template(row) for row in read_rows(folder, "identity_templates")]


def _template(row: Row) -> Example:
    if not row["toxic"]:
        return Example(row["text"], dict.fromkeys(LABELS, 0.02), "identity", spans=())
    about_people = row["template"] != "you_occupation"
    targets = {"toxicity": 0.92, "threat": 0.02, "sexual_explicit": 0.02, "insult": 0.75}
    targets["identity_attack"] = 0.75 if about_people else 0.05
    return Example(row["text"], targets, "identity")


def template_of(row: Row) -> tuple[str, str]:
    """Return the name of a row's template and its evaluating word."""
    words = row["text"].split()
    place = {"name_adj": 3, "you_are_adj": 3, "being_adj": -1, "you_occupation": 3}
    return row["template"], words[place.get(row["template"], 0)]


def youtube_comments(folder: Path) -> list[Example]:
    """Return casual comments without abuse, spam and not, as negatives (swearing left out)."""
    texts = (squeeze(html.unescape(row["text"])) for row in read_rows(folder, "youtube_spam"))
    calm = dict.fromkeys(LABELS, 0.02)
    kept = dict.fromkeys(text for text in texts if not _DOUBTFUL.search(text))
    return [Example(text, calm, "youtube", weight=0.7, spans=()) for text in kept]


def thin(examples: list[Example], keep: int, rng: random.Random) -> list[Example]:
    """Return at most `keep` of the examples, drawn at random."""
    return rng.sample(examples, min(keep, len(examples)))
