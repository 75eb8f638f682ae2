"""What the workers count and time. Names are part of the outside contract."""

from prometheus_client import Counter, Histogram

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
SCORER_FAILURES = Counter("tactful_scorer_failures", "Texts that the scorer could not score.")
RULE_HITS = Counter(
    "tactful_rule_hits", "Verdicts in which a rule of an active policy matched.", ["rule"]
)
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
