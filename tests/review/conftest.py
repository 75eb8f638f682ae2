"""Fixtures of the review pages' tests: the app on a real server, and a real browser before it."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from redis import Redis
from sqlalchemy import Connection, select
from werkzeug.serving import make_server

from rules.comment import Comment
from rules.verdict import Match, Reason, Verdict
from service.app import create_app
from service.context import ServiceContext
from service.http.hub import Hub
from service.http.streams import Streams
from store.comments import submit_comment
from store.database import Database
from store.people import Role, add_moderator, hash_password
from store.records import Site
from store.sealing import Sealer
from store.sites import create_site
from store.tables import people
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import KEEPING, claim, make_verdict
from tests.service.api.conftest import Clock, FixedScores, JudgingWaiter
from workers.doorbell import Doorbell
from workers.redis_clients import impatient_client, patient_client

PATIENCE_MS = 30_000  # a machine may have more to do than this
expect.set_options(timeout=PATIENCE_MS)
PASSWORD = "correct horse battery"
_HASH = hash_password(PASSWORD)  # slow on purpose, so once
_QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with impatient_client(redis_url) as client:
        yield client


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return an empty SQLite database; tests marked `on_both` run on PostgreSQL too."""
    kind = "postgres" if getattr(request, "param", "sqlite") == "postgresql" else "sqlite"
    return str(request.getfixturevalue(f"{kind}_database_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a migrated database that writes as the web process does: on a thread of its own."""
    with contextlib.closing(Database(database_url, group_commit=True)) as database:
        yield database


on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@contextlib.contextmanager
def unfinished(database: Database, work: Callable[[Connection], object]) -> Iterator[None]:
    """Do `work` in a transaction that ends a while after the block: what it starts has to wait."""
    done, go_on = threading.Event(), threading.Event()

    def wait(tx: Connection) -> None:
        work(tx)
        done.set()
        go_on.wait(PATIENCE_MS / 1_000)

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(database.write, wait)
        done.wait(PATIENCE_MS / 1_000)
        yield
        time.sleep(0.5)
        go_on.set()
        writing.result()


@pytest.fixture
def hub(redis_url: str) -> Iterator[Hub]:
    with patient_client(redis_url) as client:
        hub = Hub(client)
        yield hub
        hub.close()


@pytest.fixture
def context(database: Database, redis: Redis, clock: Clock, hub: Hub) -> ServiceContext:
    return ServiceContext(
        database=database,
        redis=redis,
        doorbell=Doorbell(redis),
        waiter=JudgingWaiter(database),
        analyzer=FixedScores(),
        sealer=Sealer("a secret of the tests"),
        clock=clock,
        streams=Streams(hub, most=3),
    )


@dataclass
class Blog:
    """A site with comments that wait, and people who look at them."""

    database: Database
    clock: Clock
    site: Site
    numbers: dict[str, int] = field(default_factory=dict)

    def flag(self, body: str = "Some text.", verdict: Verdict | None = None, **fields: Any) -> str:
        """Submit a comment that a policy sends to review; return its id."""
        comment = Comment(body=body, **fields)
        now = self.clock()
        made = self.database.write(
            lambda tx: submit_comment(tx, self.site.id, comment, now, KEEPING)
        )
        taken = claim(self.database, now)
        judged = verdict or flagged(body, now)
        self.database.write(
            lambda tx: record_verdicts(tx, taken, [(one, judged) for one in taken.comments], now)
        )
        self.clock.move(seconds=1)
        return made.id

    def person(self, email: str, role: Role = "moderator") -> str:
        """Make somebody moderate this site, with PASSWORD; return their id."""
        self.database.write(
            lambda tx: add_moderator(tx, email, _HASH, self.site.id, role, self.clock())
        )
        with self.database.read() as tx:
            return str(tx.execute(select(people.c.id).where(people.c.email == email)).scalar_one())


def flagged(body: str, now: datetime = NOW, *words: str, **changes: Any) -> Verdict:
    """Return a verdict that asks for a person, with a match on each word of `words`."""
    found = [
        Match(
            field="body",
            start=body.index(word),
            end=body.index(word) + len(word),
            text=word,
            term=word,
            technique="plain",
        )
        for word in words
    ]
    reason = Reason(
        rule="profanity", action="review", message="Swearing.", matches=found, decided=True
    )
    scores = {"toxicity": 0.91, "insult": 0.62, "spam": 0.03}
    base = {"labels": ["profanity"], "reasons": [reason], "scores": scores, "scored_at": now}
    return make_verdict("review", **{**base, **changes})


@pytest.fixture
def blog(database: Database, clock: Clock) -> Blog:
    site, _ = database.write(lambda tx: create_site(tx, "blog", NOW))
    return Blog(database, clock, site)


@pytest.fixture
def url(context: ServiceContext) -> Iterator[str]:
    """Serve the app, and return where."""
    server = make_server("127.0.0.1", 0, create_app(context), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give a browser; its event loop, which other packages cannot have beside, ends with it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=_QUIET.split()
        )
        yield browser
        browser.close()


# What a page's policy refused, or what an attack managed to do.
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
window.alert = (text) => window.violations.push(`alert: ${text}`);
"""


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, url: str) -> Iterator[SignIn]:
    """Return what signs somebody in, each in a browser of their own."""
    contexts: list[BrowserContext] = []

    def go(
        email: str = "ann@blog.example",
        labels: tuple[str, str, str] = ("E-mail address", "Password", "Sign in"),
        **options: Any,
    ) -> Page:
        address, password, button = labels
        context = browser.new_context(base_url=url, **options)
        contexts.append(context)
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/sign-in")
        page.get_by_label(address).fill(email)
        page.get_by_label(password).fill(PASSWORD)
        page.get_by_role("button", name=button).click()
        page.wait_for_url("**/review**")
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def page(blog: Blog, sign_in: SignIn) -> Page:
    """Return the queue as the moderator ann sees it; comments must be flagged before."""
    blog.person("ann@blog.example")
    return sign_in()


def ask_script(page: Page, module: str, what: str) -> Any:
    """Return what an expression about a module of the scripts says, such as `m.streaming`."""
    return page.evaluate(f"() => import('/static/review/{module}.js').then((m) => {what})")


def settle(page: Page) -> None:
    """Wait until the server has heard of everything."""
    ask_script(page, "sending", "m.allSent()")


def minute_over(clock: Clock) -> None:
    clock.now += timedelta(seconds=61)
