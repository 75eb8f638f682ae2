"""A policy: loaded from YAML, it judges comments."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from rules.combining import combine, hold_unread, matching
from rules.comment import Comment
from rules.errors import PolicyInvalid
from rules.facts.registry import Facts, profanity_score
from rules.facts.subject import Subject
from rules.history import History
from rules.loading.compile import CompiledPolicy, compile_policy
from rules.patterns import Watch, unwatched
from rules.verdict import Judgement

_NOTHING_KNOWN = History()


@dataclass(frozen=True)
class Policy:
    """A loaded policy. Immutable; `judge` is pure: the same input gives the same judgement."""

    compiled: CompiledPolicy

    @property
    def name(self) -> str:
        """The name it gives itself."""
        return self.compiled.document.name

    @property
    def rule_ids(self) -> list[str]:
        """Its rules in order of the file."""
        return [rule.id for rule in self.compiled.document.rules]

    def judge(
        self,
        comment: Comment,
        scores: Mapping[str, float],
        history: History = _NOTHING_KNOWN,
        now: datetime | None = None,
        watch: Watch = unwatched,
    ) -> Judgement:
        """Return what the policy makes of a comment.

        `scores` are the scorer's, 0..1 by name; a score that is missing is "not known", which
        matches nothing. `now` (aware) dates the comment where `posted_at` is missing. Spans in the
        reasons are code points into the fields as submitted. Never raises for any text, but
        what `watch` does, which is asked before each search of the policy's own patterns: what a
        pattern says that it leaves no time for is "not known".
        """
        compiled = self.compiled
        hits = compiled.profanity(comment)
        lists, zone = compiled.lists, compiled.zone
        subject = Subject(comment, scores, history, now, hits, lists, zone=zone, watch=watch)
        certain = [hit for hit in hits if not hit.ambiguous]
        sure = None
        if len(certain) < len(hits):
            sure = Facts(replace(subject, profanity=certain))
        found, trial = matching(compiled.rules, Facts(subject), sure)
        known = {**scores, "profanity": round(profanity_score(hits), 4)}
        judgement = combine(found, trial, compiled.document.otherwise, known)
        return hold_unread(judgement, comment)


def load_policy(source: str) -> Policy:
    """Return the policy of a YAML text; raise PolicyInvalid with every error and its place."""
    compiled, problems = compile_policy(source)
    if compiled is None or any(problem.severity == "error" for problem in problems):
        raise PolicyInvalid(problems)
    return Policy(compiled)
