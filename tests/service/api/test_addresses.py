"""What becomes of an author's addresses between the request and the verdict, in every file."""

from pathlib import Path

import pytest

from rules.policy import load_policy
from service.context import ServiceContext
from store.policies import activate_policy
from store.sites import set_keep_addresses
from tests.conftest import NOW
from tests.make import add_webhook
from tests.service.api.conftest import Caller, json_of
from tests.workers.fakes import FakeScorer
from workers.policies import PolicyShelf
from workers.runtime import ScoringRuntime
from workers.scoring import score_pending_comments

ADDRESSES = ("ann.secret@blog.example", "203.0.113.77")
COMMENT = {
    "external_id": "wp-1",
    "body": "Hello",
    "author": {"id": f"mailto:{ADDRESSES[0]}", "email": ADDRESSES[0], "ip": ADDRESSES[1]},
}
POLICY = """
name: addresses
lists:
  bad-networks: {networks: [203.0.0.0/16]}
rules:
  - id: network
    list: bad-networks
    message: "from {author.ip}, {author.email}"
  - id: exactly
    when: starts_with(author.email, "ann.sec") and in_cidr(author.ip, ["203.0.113.76/31"])
    public_reason: "We know {author.email}."
    labels: [exactly]
"""


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def left(folder: Path) -> list[str]:
    stored = b"".join(path.read_bytes() for path in folder.glob("tactful.db*"))
    return [address for address in ADDRESSES if address.encode() in stored]


def submit_and_judge(blog: Caller, context: ServiceContext) -> dict[str, object]:
    database = context.database
    name = load_policy(POLICY).name
    database.write(lambda tx: activate_policy(tx, blog.site.id, name, POLICY, NOW))
    add_webhook(database, blog.site.id)
    answer = blog.post("/v1/comments", COMMENT, headers={"Idempotency-Key": "one"})
    comment_id = json_of(answer)["id"]
    score_pending_comments(
        ScoringRuntime(
            database, context.redis, FakeScorer(), PolicyShelf(), context.sealer, context.clock
        )
    )
    verdict: dict[str, object] = json_of(blog.get(f"/v1/comments/{comment_id}"))["verdict"]
    return verdict


def test_a_policy_sees_the_addresses_and_no_file_ever_has_them(
    blog: Caller, context: ServiceContext, tmp_path: Path
) -> None:
    verdict = submit_and_judge(blog, context)
    assert verdict["labels"] == ["exactly"]
    assert "203.0.113.0/24" in str(verdict)
    assert left(tmp_path) == []


def test_a_site_may_keep_them(blog: Caller, context: ServiceContext, tmp_path: Path) -> None:
    context.database.write(lambda tx: set_keep_addresses(tx, blog.site.id, keep=True))
    verdict = submit_and_judge(blog, context)
    assert f"from {ADDRESSES[1]}, {ADDRESSES[0]}" in str(verdict)
    assert left(tmp_path) == list(ADDRESSES)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(
    ("author", "erased"),
    [
        (COMMENT["author"], f"mailto:{ADDRESSES[0]}"),
        ({"email": ADDRESSES[0].title()}, f"mailto:{ADDRESSES[0]}"),
        ({"email": ADDRESSES[0].title()}, ADDRESSES[0]),
        ({"email": f"mailto:{ADDRESSES[0]}"}, ADDRESSES[0]),
        ({"email": f'"Ann, S." <{ADDRESSES[0]}>'}, ADDRESSES[0]),
        ({"email": ADDRESSES[0]}, f"Ann <{ADDRESSES[0]}>"),
        ({"email": '"ann secret"@blog.example'}, '"ann secret"@blog.example'),
    ],
)
def test_a_guest_is_erased_by_the_address_that_was_hashed_or_kept(
    blog: Caller, context: ServiceContext, author: dict[str, str], erased: str, *, keep: bool
) -> None:
    context.database.write(lambda tx: set_keep_addresses(tx, blog.site.id, keep=keep))
    blog.post("/v1/comments", {**COMMENT, "author": author})
    assert blog.delete(f"/v1/authors/{erased}").status_code == 204
    [item] = json_of(blog.get("/v1/comments"))["items"]
    assert item["status"] == "erased"
