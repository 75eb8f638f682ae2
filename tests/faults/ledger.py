"""The ledger: what was accepted, kept outside of Tactful, and what must have come of it."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx
from sqlalchemy import select

from store.database import Database, sqlite_url
from store.tables import verdicts
from tests.receivers import Receiver
from tests.servers import wait_until

RECOVERY_SECONDS = 15


class Ledger:
    """Posts comments and remembers which were accepted (id and revision)."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.accepted: set[tuple[str, int]] = set()
        self.slowest = 0.0

    def listen(self, api: httpx.Client) -> str:
        """Register the receiver with the service; return the webhook's id."""
        hook = {"url": self.receiver.url, "events": ["comment.verdict"]}
        answer = api.post("/v1/webhooks", json=hook)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def post(
        self, api: httpx.Client, count: int, now_and_then: Callable[[int], object] = lambda _: None
    ) -> None:
        """Submit comments; what is not answered with 2xx is not in the ledger."""
        for number in range(count):
            now_and_then(number)
            started = time.monotonic()
            answer = api.post("/v1/comments", json={"body": f"Comment {number}, calm and kind."})
            self.slowest = max(self.slowest, time.monotonic() - started)
            assert answer.status_code in {202, 503}, answer.text
            if answer.status_code == 202:
                self.accepted.add((answer.json()["id"], answer.json()["revision"]))

    def told(self) -> set[tuple[str, int]]:
        """Return what the receiver was told of."""
        events = self.receiver.of_type("comment.verdict")
        return {(event.data["id"], event.data["revision"]) for event in events}

    def wait_until_all_is_told(self, seconds: float = RECOVERY_SECONDS) -> None:
        wait_until(
            lambda: self.accepted <= self.told(), seconds, "not every accepted comment was told of"
        )

    def check_nothing_lost_or_judged_twice(self, data_dir: Path) -> None:
        assert self.accepted <= self.told()
        judged = Counter(self._judged(data_dir))
        assert {key for key, count in judged.items() if count != 1} == set()
        assert self.accepted <= set(judged)
        assert all(len(ids) == 1 for ids in self._webhook_ids().values())

    def _judged(self, data_dir: Path) -> Iterable[tuple[str, int]]:
        database = Database(sqlite_url(data_dir / "tactful.db"))
        with database.read() as tx:
            rows = tx.execute(select(verdicts.c.comment_id, verdicts.c.revision)).all()
        database.close()
        return [(row.comment_id, row.revision) for row in rows]

    def _webhook_ids(self) -> dict[tuple[str, int], set[str]]:
        ids: dict[tuple[str, int], set[str]] = defaultdict(set)
        for event in self.receiver.of_type("comment.verdict"):
            ids[event.data["id"], event.data["revision"]].add(event.headers["webhook-id"])
        return ids
