"""A process that counts as one of Tactful's does, and ends: `bench/scrape.py` starts several."""

import sys

from pydantic import SecretStr

from service.app import create_app
from service.compose_web import make_context
from service.metrics import COMMENTS_RECEIVED, DECISIONS, REQUEST_SECONDS
from service.settings import Settings
from workers.telemetry import (
    BATCH_SIZE,
    SCORING_SECONDS,
    VERDICT_SECONDS,
    WEBHOOK_ATTEMPT_SECONDS,
    WEBHOOK_ATTEMPTS,
    count_rule_hit,
)

STATUSES = ("200", "401", "404")


def main(kind: str, rules: str, database_url: str, redis_url: str) -> None:
    """Count each thing that this kind of process counts."""
    if kind == "web":
        secret = SecretStr("a key for the bench only")
        settings = Settings(database_url=database_url, redis_url=redis_url, secret_key=secret)
        for rule in create_app(make_context(settings)).url_map.iter_rules():
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                for status in STATUSES:
                    REQUEST_SECONDS.labels(method, rule.rule, status).observe(0.01)
        COMMENTS_RECEIVED.labels("native").inc()
        DECISIONS.labels("approve", "false").inc()
    elif kind == "score":
        for number in range(int(rules)):
            count_rule_hit(f"a-rule-of-some-site-{number}")
        VERDICT_SECONDS.observe(0.02)
        BATCH_SIZE.observe(1)
        SCORING_SECONDS.labels("lite").observe(0.01)
    else:
        WEBHOOK_ATTEMPTS.labels("delivered").inc()
        WEBHOOK_ATTEMPT_SECONDS.observe(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
