"""Scoring: a text and its sentences, scored together, as attributes with spans."""

from dataclasses import dataclass
from typing import Any

from rules.matching.fold import GONE
from rules.matching.markup import shown
from service.compat.perspective.attributes import value_of
from service.compat.perspective.errors import refused, wrong_language
from service.compat.perspective.requests import About, AnalyzeRequest
from service.compat.perspective.sentences import Sentence, sentences_of, utf16_length
from service.context import Scoring


@dataclass(frozen=True)
class Scored:
    """The scores of a text as a whole, and of each of its parts."""

    whole: dict[str, float]
    parts: list[tuple[Sentence, dict[str, float]]]
    unsupported_language: str | None = None


def score(
    analyzer: Scoring, site_id: str, asked: AnalyzeRequest, text: str, seconds: float
) -> Scored:
    """Return what a text scores, sentence by sentence when asked; raise as `service.http.analysis`.

    Of HTML only the text is scored, and there are no sentences: their places would be in
    something that the client does not have.
    """
    parts = sentences_of(text) if asked.span_annotations and not asked.is_markup() else []
    single = len(parts) < 2  # noqa: PLR2004 - then the part is the whole
    whole = whole_of(asked, text)
    texts = [whole] if single else [whole, *(part.text for part in parts)]
    found = analyzer.analyze_all(site_id, texts, asked.language(), max(0.0, seconds))
    scores = [one.scores for one in found]
    unread = found[0].unsupported_language
    if single:
        return Scored(scores[0], [(Sentence(text, 0, utf16_length(text)), scores[0])], unread)
    return Scored(scores[0], list(zip(parts, scores[1:], strict=True)), unread)


def attribute_scores(asked: AnalyzeRequest, scored: Scored) -> dict[str, Any]:
    """Return {"attributeScores": …} without what is below its threshold, {} when all is.

    Raises GoogleError for an attribute that the engine does not score.
    """
    answered: dict[str, Any] = {}
    for key, parameters in asked.wanted().items():
        value = value_of(key, scored.whole, scored.unsupported_language)
        if value is None:
            if asked.drop_unsupported_attributes:
                continue
            if scored.unsupported_language:
                unread = [scored.unsupported_language]
                raise wrong_language(key, unread, unread)
            raise refused("INVALID_REQUEST", f"Attribute {key} is not scored by this engine.")
        if value >= (parameters.score_threshold or 0.0):
            answered[key] = _attribute(key, value, scored)
    return {"attributeScores": answered} if answered else {}


def _attribute(key: str, value: float, scored: Scored) -> dict[str, Any]:
    spans = [
        {"begin": part.begin, "end": part.end, "score": _score(value_of(key, scores) or 0.0)}
        for part, scores in scored.parts
    ]
    return {"spanScores": spans, "summaryScore": _score(value)}


def _score(value: float) -> dict[str, Any]:
    return {"value": value, "type": "PROBABILITY"}


def whole_of(asked: About, text: str) -> str:
    """Return the text as it reads; of HTML without any, the markup itself: nothing goes unread."""
    if not asked.is_markup():
        return text
    return shown(text).replace(GONE, "").strip() or text
