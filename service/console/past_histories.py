"""What was known of authors and texts when comments of the past came, counted again in order.

Outcomes are as people see them now, and what the spam score was taught is what it is now; what came
before the period is asked of the database once an author. Floods are of the period's own comments.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from rules.history import History
from store.author_past import MOST_OF_AUTHOR
from store.floods import FLOOD
from store.past_comments import PastComment, PastOutcome

_WINDOWS = {"": None, "_24h": timedelta(hours=24), "_30d": timedelta(days=30)}


class _Author:
    """Outcomes of one author's newest comments up to now: in all, of the last hours and days."""

    def __init__(self) -> None:
        self._latest: dict[str, deque[PastOutcome]] = {suffix: deque() for suffix in _WINDOWS}
        self._counts: dict[str, Counter[str]] = {suffix: Counter() for suffix in _WINDOWS}

    def add(self, outcome: PastOutcome) -> None:
        for suffix, latest in self._latest.items():
            latest.append(outcome)
            self._counts[suffix][outcome.word] += 1
            if len(latest) > MOST_OF_AUTHOR:
                self._drop(suffix)

    def counts(self, now: datetime) -> dict[str, int]:
        """Return {name of a History field: count}."""
        found: dict[str, int] = {}
        for suffix, window in _WINDOWS.items():
            latest = self._latest[suffix]
            while window and latest and latest[0].at <= now - window:
                self._drop(suffix)
            counts = self._counts[suffix]
            found |= {word + suffix: counts[word] for word in ("approved", "rejected", "spam")}
        return found

    def _drop(self, suffix: str) -> None:
        self._counts[suffix][self._latest[suffix].popleft().word] -= 1


class _Flood:
    """Times of comments with the same author, address or text in the last FLOOD minutes."""

    def __init__(self) -> None:
        self._times: dict[str, deque[datetime]] = defaultdict(deque)

    def seen(self, key: str | None, now: datetime) -> int | None:
        """Return how many there were, and note this one."""
        if key is None:
            return None
        times = self._times[key]
        while times and times[0] <= now - FLOOD:
            times.popleft()
        times.append(now)
        return len(times) - 1


class PastHistories:
    """Histories of a site's comments, asked for in order of time."""

    def __init__(self, spam_taught: int) -> None:
        self._spam_taught = spam_taught
        self._authors: dict[str, _Author] = {}
        self._floods = {"author": _Flood(), "ip": _Flood(), "similar": _Flood()}

    def unknown(self, rows: Iterable[PastComment]) -> list[str]:
        """Return the authors of these comments whose earlier ones have not been told."""
        return sorted({row.author_id for row in rows if row.author_id} - self._authors.keys())

    def learn(self, authors: Iterable[str], earlier: Iterable[PastOutcome]) -> None:
        """Take what became of the earlier comments of these authors, oldest first."""
        self._authors |= {author: _Author() for author in authors}
        for outcome in earlier:
            self._authors[outcome.author_id].add(outcome)

    def before(self, row: PastComment) -> History:
        """Return what was known when a comment came, and note the comment."""
        now, counts = row.submitted_at, {}
        if row.author_id:
            author = self._authors[row.author_id]
            counts = author.counts(now)
            author.add(PastOutcome(author_id=row.author_id, at=now, word=row.became))
        keys = {"author": row.author_id, "ip": row.ip_digest, "similar": row.fingerprint}
        floods = {f"flood_{name}": self._floods[name].seen(key, now) for name, key in keys.items()}
        return History(**counts, **floods, spam_taught=self._spam_taught)
