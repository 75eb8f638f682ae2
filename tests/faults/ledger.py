"""The ledger: what was accepted, kept outside of Tactful, and what must have come of it."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from store.database import Database
from store.tables import comments, deliveries, hourly_counts, verdicts
from tests.faults.endpoints import Endpoint, Told


@dataclass(frozen=True)
class Post:
    """A submission, which its sender may repeat."""

    key: str
    body: Mapping[str, Any]


@dataclass
class Ledger:
    """What was posted during one fault, and what the answers said."""

    name: str = field(default_factory=lambda: secrets.token_hex(4))
    posted: int = 0
    accepted: dict[str, Told] = field(default_factory=dict)  # by external_id: the last revision
    revisions: set[Told] = field(default_factory=set)  # all that were accepted
    in_doubt: list[Post] = field(default_factory=list)  # not answered, or not with 2xx
    refused: Counter[str] = field(default_factory=Counter)
    improper: list[str] = field(default_factory=list)  # answers that must not be
    expectations: list[Callable[[], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def new_post(self, body: str, metadata: Mapping[str, Any] | None = None) -> Post:
        """Return a comment that was not posted before."""
        with self._lock:
            self.posted += 1
            external_id = f"{self.name}-{self.posted}"
        told = {"external_id": external_id, "body": body, "metadata": metadata or {}}
        return Post(f"key-{external_id}", told)

    def note(self, post: Post, status: int, answer: Mapping[str, Any], again_after: str) -> None:
        """Keep an answer; `again_after` is its Retry-After."""
        if status in {200, 202}:
            told = answer["id"], answer["revision"]
            with self._lock:
                external_id = post.body["external_id"]
                self.accepted[external_id] = max(told, self.accepted.get(external_id, told))
                self.revisions.add(told)
            return
        if status not in {429, 503} or not again_after.isdecimal():
            self.improper.append(f"{status} with Retry-After: {again_after or 'none'}")
        self.doubt(post, str(status))

    def doubt(self, post: Post, why: str) -> None:
        """Keep what has to be posted again."""
        with self._lock:
            self.refused[why] += 1
            self.in_doubt.append(post)

    def take_doubtful(self) -> Post | None:
        """Hand over one that has to be posted again, if there is one."""
        with self._lock:
            return self.in_doubt.pop(0) if self.in_doubt else None

    def all_told(self, endpoints: Sequence[Endpoint]) -> bool:
        """Whether each endpoint took the last revision of every comment."""
        last = set(self.accepted.values())
        return not self.in_doubt and all(last <= endpoint.took.keys() for endpoint in endpoints)

    def missing(self, endpoints: Sequence[Endpoint]) -> dict[str, int]:
        """Return {endpoint's URL: how many it was not told of}, for a failure's message."""
        last = set(self.accepted.values())
        return {endpoint.url: len(last - endpoint.took.keys()) for endpoint in endpoints}

    def check(self, database: Database, endpoints: Sequence[Endpoint]) -> None:
        """Fail unless all is as was promised."""
        assert self.improper == []
        assert self.all_told(endpoints), self.missing(endpoints)
        self._check_database(database)
        self._check_webhook_ids(endpoints)
        for expectation in self.expectations:
            expectation()

    def verdicts(self, database: Database) -> Counter[Told]:
        """Return how many verdicts each revision has."""
        with database.read() as tx:
            rows = tx.execute(
                select(verdicts.c.comment_id, verdicts.c.revision)
                .join(comments, comments.c.id == verdicts.c.comment_id)
                .where(comments.c.external_id.startswith(f"{self.name}-"))
            )
            return Counter((row.comment_id, row.revision) for row in rows)

    def events(self, endpoints: Sequence[Endpoint]) -> tuple[int, int]:
        """Return (events that the endpoints took, how many they took again)."""
        taken = list(self._taken(endpoints))
        return len(taken), sum(len(ids) - 1 for _, ids in taken)

    def _check_database(self, database: Database) -> None:
        judged = self.verdicts(database)
        assert set(self.accepted.values()) <= judged.keys()
        assert {told for told, count in judged.items() if count != 1} == set()
        with database.read() as tx:
            ours = comments.c.external_id.startswith(f"{self.name}-")
            mine = select(func.count()).where(ours)
            assert tx.execute(mine).scalar_one() == len(self.accepted), "a comment came twice"
            counted = select(func.sum(hourly_counts.c.count)).where(
                hourly_counts.c.kind == "action"
            )
            total = select(func.count()).select_from(verdicts)
            assert tx.execute(counted).scalar_one() == tx.execute(total).scalar_one()
            failed = select(func.count()).where(deliveries.c.state == "failed")
            assert tx.execute(failed).scalar_one() == 0

    def _check_webhook_ids(self, endpoints: Sequence[Endpoint]) -> None:
        ids: dict[Told, set[str]] = {}
        for told, taken in self._taken(endpoints):
            ids.setdefault(told, set()).update(taken)
        assert {told for told, its in ids.items() if len(its) != 1} == set()

    def _taken(self, endpoints: Sequence[Endpoint]) -> Iterable[tuple[Told, list[str]]]:
        ours = {comment_id for comment_id, _ in self.accepted.values()}
        for endpoint in endpoints:
            took = list(endpoint.took.items())
            yield from ((told, list(ids)) for told, ids in took if told[0] in ours)
