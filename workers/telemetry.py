"""What the workers count and time. Names are part of the outside contract."""

from prometheus_client import Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call] # a line for each series, which nobody reads

VERDICTS = Counter(
    "tactful_verdicts", "Verdicts by action and by who decided.", ["action", "decided_by"]
)
VERDICT_SECONDS = Histogram(
    "tactful_verdict_seconds",
    "Time from submission to verdict.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
BATCH_SIZE = Histogram(
    "tactful_scoring_batch_size",
    "Texts in one call of the scorer.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
SCORING_SECONDS = Histogram(
    "tactful_scoring_seconds",
    "Time of one call of the scorer.",
    ["engine"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SCORE_CACHE = Counter(
    "tactful_score_cache", "Texts whose scores were remembered (hit) or not (miss).", ["outcome"]
)
REFUSED_JOBS = Counter("tactful_refused_jobs", "Jobs in Redis that were none of ours.")
SCORER_FAILURES = Counter("tactful_scorer_failures", "Texts that the scorer could not score.")
RULE_HITS = Counter(
    "tactful_rule_hits", "Verdicts in which a rule of an active policy matched.", ["rule"]
)
MOST_RULES = 1_000
OTHER_RULES = "other"
WEBHOOK_ATTEMPTS = Counter("tactful_webhook_attempts", "Webhook attempts by outcome.", ["outcome"])
WEBHOOK_ATTEMPT_SECONDS = Histogram(
    "tactful_webhook_attempt_seconds",
    "Time of one webhook attempt.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
EXPIRED = Counter(
    "tactful_expired_comments",
    "Comments whose content, or whose whole record, a site's retention let go.",
    ["what"],
)

# What has happened never yet is told as 0: a rate needs a first value to rise from.
for _outcome in ("delivered", "refused", "timeout", "blocked", "failed"):
    WEBHOOK_ATTEMPTS.labels(_outcome)
for _action in ("approve", "review", "reject"):
    for _decided_by in ("policy", "fallback"):
        VERDICTS.labels(_action, _decided_by)
for _what in ("content", "record"):
    EXPIRED.labels(_what)

_rules: set[str] = set()


def count_rule_hit(rule: str) -> None:
    """Count a verdict in which this rule matched.

    The owners of sites name their rules, and may rename them every day. The first MOST_RULES
    that this process meets keep their names; all others are counted together.
    """
    if rule not in _rules:
        if len(_rules) >= MOST_RULES:
            rule = OTHER_RULES
        else:
            _rules.add(rule)
    RULE_HITS.labels(rule).inc()
