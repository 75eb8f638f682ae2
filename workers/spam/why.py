"""Why: what pushed a comment over the line, in words and with its places in the text."""

from collections.abc import Iterator

from rules.comment import Comment
from rules.verdict import Judgement, Match, Reason
from workers.spam.hashing import hashed_name, places_of, word_codes, word_grams
from workers.spam.people import PEOPLE_SIGNALS
from workers.spam.phrases import packaged_phrases
from workers.spam.reading import Reading, is_moment
from workers.spam.scoring import Suspicion
from workers.spam.signals import TEXT_SIGNALS, told

TECHNIQUE = "spam"  # how such a match was found
MOST_SAID = 5
MOST_MATCHES = 10
_TELLING = 0.3  # log-odds below which a feature pushed nothing over a line
_SCORE = "spam"
_SHORTEST = 4  # letters of a word that says something by itself


def explain_spam(judgement: Judgement, comment: Comment, suspicion: Suspicion) -> Judgement:
    """Return the judgement with the features in the message of each rule that asked for `spam`."""
    asked = [r for r in judgement.reasons if _SCORE in r.values and r.action != "approve"]
    if not asked:
        return judgement
    because = "; ".join(features_in_words(suspicion))
    matches = _matches(comment.body, suspicion)[:MOST_MATCHES]
    reasons = [
        _explained(reason, because, matches) if reason in asked else reason
        for reason in judgement.reasons
    ]
    return judgement.model_copy(update={"reasons": reasons})


def features_in_words(suspicion: Suspicion) -> list[str]:
    """Return what speaks most for spam, the weightiest first; never empty."""
    weights: dict[str, float] = {}
    for name, size in suspicion.features.signals.items():
        words = told(name) or PEOPLE_SIGNALS.get(name)
        if words is not None:
            place = hashed_name(name)
            weights[words] = weights.get(words, 0.0) + size * float(suspicion.weights[place])
    said = sorted((w for w in weights if weights[w] >= _TELLING), key=lambda w: -weights[w])
    if terms := [f"“{word}”" for word, _, _ in _telling_words(suspicion)][:MOST_SAID]:
        said.append(f"words such as {', '.join(dict.fromkeys(terms))}")
    return said[:MOST_SAID] or ["words and spelling as in other spam"]


def _explained(reason: Reason, because: str, matches: list[Match]) -> Reason:
    message = f"{reason.message}: {because}" if reason.message else because
    return reason.model_copy(update={"message": message, "matches": [*reason.matches, *matches]})


def _matches(body: str, suspicion: Suspicion) -> list[Match]:
    """Return matches in order of place; of those that overlap, the longest."""
    kept: list[Match] = []
    spans = _spans(suspicion.features.reading, suspicion)
    for start, end, term in sorted(spans, key=lambda span: (span[0], -span[1])):
        if kept and start < kept[-1].end:
            continue
        kept.append(
            Match(
                field="body", start=start, end=end, text=body[start:end], term=term,
                technique=TECHNIQUE, confidence=suspicion.score,
            )
        )  # fmt: skip
    return kept


def _spans(reading: Reading, suspicion: Suspicion) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, what it is) of links, phrases and words that speak for spam."""
    weights = suspicion.weights
    if any(weights[hashed_name(n)] > 0 for n in suspicion.features.signals if n.startswith("link")):
        for link in reading.links:
            if not is_moment(link):
                yield link.start, link.end, TEXT_SIGNALS["links:1"]
    phrases = packaged_phrases()
    for kind, start, end in phrases.found(reading.line):
        if weights[hashed_name(f"phrase:{kind}")] > 0:
            yield *reading.place_of(start, end), phrases.kinds[kind]
    for word, start, end in _telling_words(suspicion):
        yield *reading.place_of(start, end), word


def _telling_words(suspicion: Suspicion) -> list[tuple[str, int, int]]:
    """Return the words that weigh most by themselves, with their places in the reading's line."""
    reading = suspicion.features.reading
    words = reading.words
    different = set(places_of(word_grams(reading.line)).tolist())
    size = 1 / max(1, len(different)) ** 0.5
    found: list[tuple[float, str, int]] = []
    at = 1
    for word, place in zip(words, places_of(word_codes(reading.line)), strict=False):
        weight = float(suspicion.weights[place]) * size
        found.append((weight if len(word) >= _SHORTEST else 0.0, word, at))
        at += len(word) + 1
    telling = sorted((one for one in found if one[0] >= _TELLING), key=lambda one: -one[0])
    return [(word, start, start + len(word)) for _, word, start in telling[:MOST_SAID]]
