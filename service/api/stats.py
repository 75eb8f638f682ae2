"""Statistics: what the policy did, and how people answered it."""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field

from rules.comment import Moment
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.queries import Query
from service.http.replies import Reply
from store.counts import counts_between
from store.stats import review_figures

HOUR = timedelta(hours=1)
DEFAULT_SPAN = timedelta(days=7)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)

stats = Resource("Statistics", "What the policy did, and how people answered it.")


class StatsQuery(Query):
    """Which time to count."""

    since: Moment | None = Field(
        default=None, description="The start, rounded down to the hour; else 7 days before `until`."
    )
    until: Moment | None = Field(
        default=None, description="The end, rounded up to the hour; else the end of this hour."
    )


class ReviewStats(BaseModel):
    """How people answered what the policy asked of them."""

    decisions: int = Field(description="Decisions of people, of any kind.")
    reviewed: int = Field(description="Those on comments that the policy had held for review.")
    median_seconds: float | None = Field(
        description="The median time from such a verdict to the decision."
    )


class Stats(BaseModel):
    """Counts of whole hours, and what people made of them."""

    since: datetime
    until: datetime
    actions: dict[str, int] = Field(description="Verdicts by action.")
    labels: dict[str, int] = Field(description="Verdicts by label.")
    rules: dict[str, int] = Field(description="Verdicts by rule that matched.")
    shadow_rules: dict[str, int] = Field(
        description="Verdicts by rule on trial that would have matched."
    )
    review: ReviewStats
    overturned: int = Field(description="Decisions against what the policy had decided.")
    overturn_rate: float | None = Field(description="`overturned` of all decisions, 0 to 1.")


@stats.operation(
    "GET",
    "/v1/stats",
    summary="Count verdicts and decisions",
    answers=(Answer(200, "The counts.", Stats),),
)
def read_stats(call: Call, query: StatsQuery) -> Reply[Stats]:
    """Return counts of the whole hours that the time touches; none where it ends before it starts.

    Erased comments stay counted.
    """
    until = _hour(query.until, up=True) if query.until else _hour(call.context.clock()) + HOUR
    since = _hour(query.since or until - DEFAULT_SPAN)
    with call.context.database.read() as tx:
        counts = counts_between(tx, call.site.id, since, until)
        figures = review_figures(tx, call.site.id, since, until)
    rate = figures.overturned / figures.decisions if figures.decisions else None
    answer = Stats(
        since=since,
        until=until,
        actions=counts.get("action", {}),
        labels=counts.get("label", {}),
        rules=counts.get("rule", {}),
        shadow_rules=counts.get("shadow", {}),
        review=ReviewStats(
            decisions=figures.decisions,
            reviewed=figures.reviewed,
            median_seconds=figures.median_seconds,
        ),
        overturned=figures.overturned,
        overturn_rate=rate,
    )
    return Reply(200, answer)


def _hour(moment: datetime, *, up: bool = False) -> datetime:
    """Return the hour's start, or with `up` the next one's unless this is one, in UTC."""
    # Bounded before the conversion: the first and last day of the calendar have no UTC.
    start = min(max(moment, EARLIEST), LATEST).astimezone(UTC)
    start = start.replace(minute=0, second=0, microsecond=0)
    return start + HOUR if up and start < moment < LATEST else start
