"""Suggestions: what people say that a score should have been, counted against what it is."""

from service.compat.perspective.attributes import name_of, value_of
from service.compat.perspective.requests import SuggestRequest
from service.compat.perspective.scoring import whole_of
from service.context import ServiceContext
from store.records import Site
from store.suggestions import Suggestion, add_suggestions

HIGH_FROM = 0.5


def note_suggestions(
    context: ServiceContext, site: Site, asked: SuggestRequest, text: str, seconds: float
) -> None:
    """Score the text as `comments:analyze` would, and count on which side it should have been.

    The text is forgotten. What the engine has no score for is not counted. Raises as
    `service.http.analysis`, and StoreUnavailable.
    """
    suggested = asked.suggested()
    if not suggested:
        return
    whole, lang = whole_of(asked, text), asked.language()
    found = context.analyzer.analyze(site.id, whole, lang, max(0.0, seconds))
    engine = f"{found.engine.name} {found.engine.version}"
    counted = [
        Suggestion(name_of(key), engine, int(100 * value), wanted >= HIGH_FROM)
        for key, wanted in suggested.items()
        if (value := value_of(key, found.scores, found.unsupported_language)) is not None
    ]
    context.database.write(lambda tx: add_suggestions(tx, site.id, counted, context.clock()))
