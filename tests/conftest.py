"""Fixtures that every test may use: real servers, and a fresh database on each of the two."""

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from store.database import Database, sqlite_url
from store.migrate import upgrade
from store.policies import activate_policy
from store.records import Site
from store.sites import SiteKeys, create_site
from tests.databases import Databases
from tests.faults.proxy import Proxy
from tests.servers import PostgresServer, RedisServer, running_postgres
from workers.collector import collect_seldom, spare_long_lived_objects

_TESTS = Path(__file__).parent
_OF_WHOLE_PROCESSES = {"compat", "deployment", "e2e", "faults", "review", "service", "workers"}
_LONGEST = (
    "test_schemathesis.py", "test_walkthrough.py", "test_every_page.py", "test_keyboard.py",
    "test_silent_database.py",
)  # fmt: skip
_numbers = itertools.count()
collect_seldom()  # thousands of tests are about to be made


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """Return the URL of an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with our schema: a copy takes a thirtieth of migrating anew."""
    file = tmp_path_factory.mktemp("schema") / "tactful.db"
    with contextlib.closing(Database(sqlite_url(file))) as database:
        upgrade(database)
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres: PostgresServer) -> str:
    """Return the name of a database with our schema, which PostgreSQL copies for each test."""
    with contextlib.closing(Database(postgres.create_database("migrated"))) as database:
        upgrade(database)
    return "migrated"


@pytest.fixture
def sqlite_database_url(tmp_path: Path, migrated_file: Path) -> str:
    file = tmp_path / "tactful.db"
    shutil.copy(migrated_file, file)
    return sqlite_url(file)


@pytest.fixture(scope="session")
def migrated_databases(postgres: PostgresServer, migrated_template: str) -> Databases:
    return Databases(postgres, migrated_template)


@pytest.fixture
def postgres_database_url(migrated_databases: Databases) -> Iterator[str]:
    with migrated_databases.one() as url:
        yield url


@pytest.fixture
def bare_postgres_database_url(postgres: PostgresServer) -> Iterator[str]:
    """Give a database without our schema."""
    name = f"bare{next(_numbers)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def network(postgres: PostgresServer) -> Iterator[Proxy]:
    """Give what lies between us and PostgreSQL, and may fall silent."""
    with contextlib.closing(Proxy(postgres.port)) as proxy:
        yield proxy


@pytest.fixture
def far_database_url(bare_postgres_database_url: str, network: Proxy) -> str:
    """Return the URL of a database without our schema that is reached through `network`."""
    url = make_url(bare_postgres_database_url).set(port=network.port)
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a migrated database; the test runs on each kind."""
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    return str(request.getfixturevalue(f"{kind}_database_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a migrated database; the test runs on each kind."""
    with contextlib.closing(Database(database_url)) as database:
        yield database


NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def site_with_keys(database: Database) -> tuple[Site, SiteKeys]:
    """Return a site whose policy is the default one, and its keys."""
    from rules.loading.presets import preset

    site, keys = database.write(lambda tx: create_site(tx, "default", NOW))
    source = preset("default")
    database.write(lambda tx: activate_policy(tx, site.id, "default", source, NOW))
    return site, keys


@pytest.fixture
def site(site_with_keys: tuple[Site, SiteKeys]) -> Site:
    return site_with_keys[0]


@pytest.fixture
def bare_site(database: Database) -> Site:
    """Return a site that has no policy, for tests of the store alone."""
    return database.write(lambda tx: create_site(tx, "bare", NOW))[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--detoxify", action="store_true", help="also run what needs torch")
    parser.addoption("--image", action="store_true", help="also build the image and start it")
    parser.addoption("--image-detoxify", action="store_true", help="and its target with torch")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long files first; give tests of whole processes and browsers a second try.

    Files are shared out as workers get free, so a long one at the end would keep all waiting.
    The summary names who needed a second try; with `--reruns 0` nobody has one.
    """
    items.sort(key=_rank)
    if config.getoption("reruns") == 0:
        return
    for item in items:
        if item.path.relative_to(_TESTS).parts[0] in _OF_WHOLE_PROCESSES:
            item.add_marker(pytest.mark.flaky(reruns=1))


def _rank(item: pytest.Item) -> int:
    if item.path.name in _LONGEST:
        return 0
    return 1 if item.path.relative_to(_TESTS).parts[0] in _OF_WHOLE_PROCESSES else 2


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over the thousands of tests and all they import."""
    spare_long_lived_objects()
    collect_seldom()


def pytest_report_header(config: pytest.Config) -> str:
    ran = config.getoption("--detoxify")
    return "detoxify: " + ("tested" if ran else "NOT tested (needs torch): `make test-detoxify`")
