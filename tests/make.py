"""Makers of what tests need: comments, verdicts, webhooks, with the dull parts filled in."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from rules.comment import Comment, begun
from rules.verdict import Action, EngineRef, PolicyRef, Verdict
from store.claims import Claim, claim_pending
from store.comments import Submission, submit_comment
from store.database import Database
from store.ids import new_id
from store.kept_addresses import Keeping
from store.sealing import Sealer
from store.tables import webhooks
from tests.conftest import NOW
from workers.lease_keeper import LEASE

SEALER = Sealer("a secret of the tests")
KEEPING = Keeping(SEALER)
SLOW_TEXT = "a" * 64_000
_SLOW_RULE = "  - {{id: r{0}, action: review, pattern: '[ab]{{{1}}}a{{400}}c'}}\n"
SLOW_POLICY = "name: slow\nrules:\n" + "".join(_SLOW_RULE.format(n, 500 - n) for n in range(60))
"""At SLOW_TEXT, each of its rules takes as long as many an ordinary policy takes at hundreds."""


def make_verdict(action: Action = "approve", **changes: Any) -> Verdict:
    verdict = Verdict(
        action=action,
        scores={"toxicity": 0.1},
        decided_by="policy",
        policy=PolicyRef(name="default", version=1),
        engine=EngineRef(name="lite", version="1"),
        scored_at=NOW,
    )
    return verdict.model_copy(update=changes)


def submit(
    database: Database, site_id: str, body: str = "Hello", *, rest: str = "", **fields: Any
) -> Submission:
    """Submit a comment; with `rest`, as the beginning of one that goes on with it."""
    comment = begun(Comment(body=body, **fields), rest)
    return database.write(lambda tx: submit_comment(tx, site_id, comment, NOW, KEEPING))


def claim(
    database: Database, now: datetime = NOW, *, limit: int = 10, retried: bool = False
) -> Claim:
    return database.write(
        lambda tx: claim_pending(tx, now, limit=limit, lease=LEASE, retried=retried)
    )


def add_webhook(
    database: Database,
    site_id: str,
    url: str = "https://blog.example/hook",
    events: str = '["comment.verdict", "comment.decided", "comment.erased"]',
) -> str:
    """Store a webhook without a usable secret, for tests that send nothing."""
    webhook_id = new_id("whk")
    row = {"id": webhook_id, "site_id": site_id, "url": url, "events": events, "enabled": True}
    database.write(lambda tx: tx.execute(insert(webhooks).values(secret="", created_at=NOW, **row)))
    return webhook_id
