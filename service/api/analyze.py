"""Analysis: what a text scores, with nothing stored."""

from typing import Annotated

from pydantic import Field

from rules.comment import CommentBody, Language, Submitted
from service.api.limits import refuse_long_text
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.replies import Reply
from workers.analysis import Analysis

ANALYZE_SECONDS = 10.0  # how long a caller waits for a worker, at most

analysis = Resource("Analysis", "What a text scores, with nothing stored.")


class AnalyzeBody(Submitted):
    """A text to score."""

    text: Annotated[CommentBody, Field(description="The text; not blank.")]
    lang: Language | None = None


@analysis.operation(
    "POST",
    "/v1/analyze",
    summary="Score a text",
    answers=(Answer(200, "Scores, labels and matches.", Analysis),),
    problems=("overloaded",),
    stores=False,
)
def analyze(call: Call, body: AnalyzeBody) -> Reply[Analysis]:
    """Return what the scorer and the word lists of the site's policy find in a text.

    The text is forgotten once it is answered.
    """
    refuse_long_text(call, body.text, "/text")
    with call.context.long_waits.up_to(ANALYZE_SECONDS) as seconds:
        found = call.context.analyzer.analyze(call.site.id, body.text, body.lang, seconds)
    return Reply(200, Analysis.model_validate(found.model_dump()))  # without what is for judging
