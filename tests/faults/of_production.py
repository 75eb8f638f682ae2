"""The faults of the stage of production: its processes, and what is asked of it."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import select

from store.database import Database
from store.tables import deliveries
from tests.faults.endpoints import take_slowly
from tests.faults.fault import Fault, Strike
from tests.faults.ledger import Post
from tests.faults.production import Production
from tests.faults.traffic import Platform
from tests.faults.worker import DIE_SCORING, LINGER, LINGER_SCORING
from tests.servers import wait_until

GRACE_SECONDS = 30.0  # terminationGracePeriodSeconds in k8s/
SLOWEST_START = 60.0


def killed(*names: str) -> Strike[Production]:
    """Kill -9; whatever keeps services running starts it again."""

    @contextlib.contextmanager
    def strike(stage: Production, _platform: Platform) -> Iterator[None]:
        for name in names:
            stage.kill(name)
        yield

    return strike


@contextlib.contextmanager
def stopped_past_its_lease(stage: Production, platform: Platform) -> Iterator[None]:
    """SIGSTOP a worker in the middle of a batch until another has judged it, then SIGCONT."""
    (stage.folder / LINGER).touch()
    post = platform.new_comment(f"{LINGER_SCORING} {platform.ledger.name}")
    pid = _lingering(stage)
    os.kill(pid, signal.SIGSTOP)
    (stage.folder / LINGER).unlink()
    (stage.folder / str(pid)).unlink()
    try:
        yield
        wait_until(lambda: _judge_of(platform, post) is not None, 60, "nobody took over")
    finally:
        os.kill(pid, signal.SIGCONT)
    platform.ledger.expectations.append(partial(_was_not_judged_by, platform, post, pid))


@contextlib.contextmanager
def poisoned(stage: Production, platform: Platform) -> Iterator[None]:
    """A comment that kills whichever process scores it: twice, and then it is held for people."""
    scorers = [stage.processes["score"], stage.processes["score 2"]]
    before = sum(scorer.deaths for scorer in scorers)
    post = platform.new_comment(f"{DIE_SCORING} {platform.ledger.name}")
    wait_until(lambda: sum(s.deaths for s in scorers) >= before + 2, 90, "it killed nobody twice")
    yield
    platform.ledger.expectations.append(partial(_is_held_for_people, platform, post))


@contextlib.contextmanager
def ended_in_order(stage: Production, _platform: Platform) -> Iterator[None]:
    """SIGTERM to every process while it works; each must end within its grace."""
    for process in stage.processes.values():
        process.stop(GRACE_SECONDS)
    with contextlib.closing(Database(stage.database_url)) as database, database.read() as tx:
        held = select(deliveries.c.id).where(deliveries.c.lease_token.is_not(None))
        assert tx.execute(held).all() == [], "a delivery was left half done"
    for process in stage.processes.values():
        process.held_down = False
    yield


@contextlib.contextmanager
def restarted_with_a_backlog(stage: Production, platform: Platform) -> Iterator[None]:
    """A deliverer is killed, and asked to end, while 1,000 deliveries wait."""
    deliverer = stage.processes["deliver"]
    deliverer.stop(GRACE_SECONDS)
    with contextlib.ExitStack() as stack:
        for endpoint in stage.endpoints:
            stack.enter_context(endpoint.behaving(take_slowly))
        _at_once([partial(_many, platform, 125)] * 4)
        took = sum(len(endpoint.took) for endpoint in stage.endpoints)

        def some_were_sent() -> bool:
            return sum(len(endpoint.took) for endpoint in stage.endpoints) > took + 20

        deliverer.held_down = False
        wait_until(some_were_sent, SLOWEST_START, "nothing was sent")
        deliverer.kill()
        wait_until(some_were_sent, SLOWEST_START, "nothing was sent")
        deliverer.stop(GRACE_SECONDS)
    deliverer.held_down = False
    yield


@contextlib.contextmanager
def posted_ten_times(_stage: Production, platform: Platform) -> Iterator[None]:
    """The same POST ten times at once: with a key, and with nothing but its external_id."""
    with_key = platform.ledger.new_post("The same thing, said ten times at once.")
    _at_once([partial(platform.post, with_key)] * 10)
    without = platform.ledger.new_post("Another thing, said ten times at once.")
    keys = [Post(f"{without.key}-{number}", without.body) for number in range(10)]
    _at_once([partial(platform.post, post) for post in keys])
    yield


def _at_once(works: Sequence[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _many(platform: Platform, count: int) -> None:
    for _ in range(count):
        platform.new_comment()


def _lingering(stage: Production) -> int:
    """Return the process that is in the middle of a batch."""
    found: list[Path] = []

    def look() -> bool:
        found[:] = [path for path in stage.folder.iterdir() if path.name.isdecimal()]
        return bool(found)

    wait_until(look, SLOWEST_START, "nobody scores")
    return int(found[0].name)


def _judge_of(platform: Platform, post: Post) -> int | None:
    """Return the process that judged a comment."""
    verdict = platform.verdict(post)
    return int(verdict["engine"]["version"]) if verdict else None


def _was_not_judged_by(platform: Platform, post: Post, pid: int) -> None:
    assert _judge_of(platform, post) != pid, "a worker wrote although its lease was another's"


def _is_held_for_people(platform: Platform, post: Post) -> None:
    verdict = platform.verdict(post)
    assert verdict is not None
    assert (verdict["action"], verdict["decided_by"]) == ("review", "fallback")


PROCESS_FAULTS: list[Fault[Production]] = [
    Fault("web server, kill -9", killed("web"), times=20),
    Fault("web server's worker process, kill -9", killed("web's worker"), times=20),
    Fault("scoring workers, kill -9", killed("score", "score 2"), times=20),
    Fault("delivery worker, kill -9", killed("deliver"), times=20),
    Fault("cron, kill -9", killed("cron"), times=20),
    Fault(
        "every process at once, kill -9",
        killed("web", "score", "score 2", "deliver", "cron"),
        times=5,
    ),
    Fault("every process, SIGTERM during load", ended_in_order, times=5),
    Fault("scoring worker, SIGSTOP past its lease, SIGCONT", stopped_past_its_lease, times=2),
    Fault("a comment that kills its scorer", poisoned),
    Fault("delivery worker restarted, 1,000 deliveries", restarted_with_a_backlog),
    Fault("the same POST ten times at once", posted_ten_times, times=10, apart=0.3),
]
