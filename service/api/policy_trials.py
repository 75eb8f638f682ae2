"""Policy trials: what a policy would make of comments, with nothing stored."""

import time
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from rules.comment import Comment, Submitted
from rules.errors import PolicyInvalid
from rules.history import History
from rules.policy import Policy, load_policy
from rules.verdict import Judgement, PolicyRef
from service.api.limits import refuse_long_text
from service.api.policy_faults import refuse_errors
from service.http.analysis import AnalysisUnavailable
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.problems import Refused
from service.http.replies import Reply
from store.policies import active_versions, policy_source
from workers.policies import active_policy
from workers.scorers.places import PlacedScores

if TYPE_CHECKING:
    from workers.judging import SiteRules

TRIAL_SECONDS = 20.0  # for all the comments together
MAX_COMMENTS = 50

policy_trials = Resource("Policy trials", "Try a policy before it judges anybody.")


class TrialComment(Comment):
    """A comment with what is to be taken for known of its past; without, no history is known."""

    history: History = Field(
        default=History(),
        description="Counts that rules on history look at, such as `approved` or `flood_ip`.",
    )


class TrialBody(Submitted):
    """Comments to judge, and the policy to judge them by."""

    policy: str | None = Field(
        default=None, description="A policy as YAML; without one, the active policy."
    )
    comments: Annotated[list[TrialComment], Field(min_length=1, max_length=MAX_COMMENTS)]


class Trial(BaseModel):
    """What the policy would say, in the order of the comments."""

    policy: PolicyRef = Field(description="Version 0 is the policy that was sent.")
    judgements: list[Judgement]


@policy_trials.operation(
    "POST",
    "/v1/policy/test",
    summary="Try a policy",
    answers=(Answer(200, "The judgements.", Trial),),
    problems=("invalid-policy", "overloaded", "not-found"),
    stores=False,
)
def try_policy(call: Call, body: TrialBody) -> Reply[Trial]:
    """Return what a policy makes of comments. Nothing is stored, told, or counted."""
    from workers.judging import SiteRules  # noqa: PLC0415 - with numpy, which the web needs only here
    from workers.spam.scoring import SpamShelf  # noqa: PLC0415

    for index, comment in enumerate(body.comments):
        refuse_long_text(call, comment.body, f"/comments/{index}/body")
    active = active_policy(*_policy(call, body.policy))
    with call.context.database.read() as tx:
        spam = SpamShelf().models(tx, {call.site.id})[call.site.id]
    with call.context.long_waits.up_to(TRIAL_SECONDS) as seconds:
        until = time.monotonic() + seconds
        judgements = [
            _judge(call, SiteRules(active, on_timeout="approve", spam=spam), comment, until)
            for comment in body.comments
        ]
    return Reply(200, Trial(policy=active.ref, judgements=judgements))


def _policy(call: Call, source: str | None) -> tuple[Policy, int]:
    """Return the policy to try and its version; raise Refused."""
    version = 0
    if source is None:
        with call.context.database.read() as tx:
            version = active_versions(tx, [call.site.id]).get(call.site.id, 0)
            if not version:
                raise Refused("not-found", "This site has no policy yet; send one.")
            source = policy_source(tx, call.site.id, version)
    try:
        return load_policy(source), version
    except PolicyInvalid as invalid:
        refuse_errors(invalid.problems)
        raise


def _judge(call: Call, rules: "SiteRules", comment: TrialComment, until: float) -> Judgement:
    from workers.judging import Engine, judge  # noqa: PLC0415 - as above

    left = until - time.monotonic()
    if left <= 0:
        raise AnalysisUnavailable
    found = call.context.analyzer.analyze(call.site.id, comment.body, comment.lang, left)
    call.context.long_waits.answered()
    scores = PlacedScores(found.scored or found.scores, found.places)  # of an older worker
    engine = Engine(found.engine, found.reads)
    # Not the stored history: a trial must say the same of the same comment tomorrow.
    now, history = call.context.clock(), comment.history
    return judge(comment, scores, rules, engine=engine, now=now, history=history)
