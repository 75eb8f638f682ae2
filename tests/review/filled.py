"""A site on which every page has something to show, all of it in words from outside."""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, update

from rules.verdict import Verdict
from store.act_records import Moderator
from store.acts import Target, decide_comments
from store.appeals import submit_appeal
from store.audit import note_action
from store.campaign_tables import sightings
from store.decisions import Decision, decide
from store.deliveries import list_deliveries
from store.escalation import ESCALATED
from store.ids import new_id
from store.notes import add_note
from store.policies import activate_policy
from store.review_settings import choose_second_share
from store.tables import attempts, webhooks
from tests.make import add_webhook
from tests.review.conftest import Blog, flagged

ADMIN, OTHER = "ann@blog.example", "bob@blog.example"


@dataclass(frozen=True)
class Filled:
    """What a page needs to be asked for; `paths` are all pages that the site can show."""

    waiting: str
    decided: str
    escalated: str
    webhook: str

    def paths(self) -> list[str]:
        return [
            "/review",
            f"/review?focus={self.waiting}",
            "/review?label=profanity&score=toxicity&least=0.5",
            f"/review?queue={ESCALATED}",
            f"/comments/{self.waiting}",
            f"/comments/{self.decided}",
            *(
                f"/review/bulk?comment={self.waiting}&by={by}"
                for by in ("author", "rule", "text", "campaign")
            ),
            "/appeals",
            "/second-opinions",
            "/insight",
            "/insight?days=90",
            "/policy",
            "/policy?version=1",
            "/webhooks",
            f"/webhooks?of={self.webhook}",
            "/keys",
            "/site",
            "/people",
            "/audit",
            "/audit?action=comment.reject",
            "/account",
            "/comments/none",
        ]


def policy_of(words: str, least: float) -> str:
    """Return a policy that says the words wherever it may; its example shows something else."""
    said = json.dumps(words)
    return (
        f"name: outside\ndescription: {said}\nrules:\n  - id: toxic\n    description: {said}\n"
        f"    when: toxicity >= {least}\n    message: {json.dumps(words.replace('{', '(')[:400])}\n"
        f"examples:\n  - text: {said}\n    expect: reject\n"
    )


def fill(blog: Blog, words: str) -> Filled:
    """Fill the site, with `words` as every text that somebody outside can choose."""
    blog.person(ADMIN, "admin")
    bob = Moderator(blog.person(OTHER), OTHER)
    add_webhook(blog.database, blog.site.id, url="https://calm.example/hook")
    webhook = add_webhook(blog.database, blog.site.id, url=f"https://evil.example/{words}")
    author = {"id": words[:200], "name": words, "email": words, "url": words, "role": words}
    thread = {"url": words, "title": words, "context": [words], "parent": "wp-0"}
    outside = {"author": author, "thread": thread}
    blog.flag(words, external_id="wp-0", author={"id": "p", "name": words})
    ids = [blog.flag(words, _verdict(blog, words), **outside) for _ in range(6)]
    decided, opinion, appealed, escalated, waiting, last = ids
    urgent = _verdict(blog, words).model_copy(update={"queue": ESCALATED})
    escalated = blog.flag(words, urgent, **outside)
    _campaign(blog, [waiting, last, ids[3]])
    blog.clock.move(minutes=30)
    now, site = blog.clock(), blog.site.id

    def work(tx: Connection) -> None:
        choose_second_share(tx, site, 1.0)
        for one in (opinion, appealed):
            decide_comments(tx, site, bob, "reject", [Target(one, 1)], now, note=words)
        decide(tx, site, decided, Decision("reject", "platform", words[:200], words), now)
        submit_appeal(tx, site, appealed, words, now)
        add_note(tx, site, waiting, OTHER, words, now)
        activate_policy(tx, site, words[:60], policy_of(words, 0.8), now)
        activate_policy(tx, site, words[:60], policy_of(words, 0.7), now)
        note_action(tx, site, words[:200], "comment.reject", words[:200], now, detail=words)
        tx.execute(
            update(webhooks)
            .where(webhooks.c.id == webhook)
            .values(enabled=False, disabled_reason=words[:200], failing_since=now)
        )

    blog.database.write(work)
    _answered(blog, words)
    blog.clock.move(seconds=1)
    return Filled(waiting, decided, escalated, webhook)


def _verdict(blog: Blog, words: str) -> Verdict:
    verdict = flagged(words, blog.clock(), *words.split()[:2], public_reason=words)
    reason = verdict.reasons[0].model_copy(update={"rule": words[:200], "message": words})
    return verdict.model_copy(update={"reasons": [reason], "labels": [words[:200], "profanity"]})


def _campaign(blog: Blog, ids: list[str]) -> None:
    common = {"site_id": blog.site.id, "campaign_id": "cmp_one", "seen_at": blog.clock()}
    rows = [{"comment_id": one, "who": f"{n:04x}", **common} for n, one in enumerate(ids)]
    blog.database.write(lambda tx: tx.execute(insert(sightings), rows))


def _answered(blog: Blog, words: str) -> None:
    """Have each delivery answered, once by nobody and once with a fault."""
    with blog.database.read() as tx:
        found = list_deliveries(tx, blog.site.id, limit=50)
    rows = [
        {
            "id": new_id("att"),
            "delivery_id": delivery.id,
            "number": number,
            "started_at": blog.clock() + timedelta(seconds=number),
            "duration_ms": 120,
            "status": status,
            "error": error,
            "response": words,
            "address": "203.0.113.9",
        }
        for delivery in found
        for number, status, error in ((1, None, words[:300]), (2, 500, None))
    ]
    blog.database.write(lambda tx: tx.execute(insert(attempts), rows))
