"""`tactful site set`: what a site keeps, and for how long."""

import os
import stat
from collections.abc import Iterator, MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from rules.policy import load_policy
from service.commands.moderator import command as moderator
from service.commands.site import command
from service.faults import Fault
from service.running.credentials import read_credentials
from service.running.data_dir import DataDir
from service.running.first_start import ensure_site
from store.audit import list_audit
from store.database import Database, sqlite_url
from store.migrate import upgrade
from store.people import SHORTEST_PASSWORD
from store.policies import list_policy_versions, policy_source
from store.sites import create_site, find_site, list_sites
from tests.conftest import NOW


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    url = sqlite_url(tmp_path / "tactful.db")
    with closing(Database(url)) as database:
        upgrade(database)
        database.write(lambda tx: create_site(tx, "blog", NOW))
    return CliRunner(env={"TACTFUL_DATABASE_URL": url})


@pytest.fixture
def up(tmp_path: Path) -> Iterator[tuple[Database, DataDir]]:
    """Give what the first start of `tactful up` leaves: a database, and the keys in files."""
    data_dir = DataDir(tmp_path / "up")
    data_dir.path.mkdir()
    with closing(Database(data_dir.database_url)) as database:
        upgrade(database)
        ensure_site(database, data_dir, "http://127.0.0.1:8080", NOW)
        yield database, data_dir


@pytest.mark.parametrize("kind", ["api", "akismet"])
def test_a_key_that_is_renewed_beside_an_up_goes_into_its_files(
    up: tuple[Database, DataDir], kind: str
) -> None:
    _, data_dir = up
    before = data_dir.credentials.read_text()
    url = {"TACTFUL_DATABASE_URL": data_dir.database_url}
    for there in ({}, url):  # the directory's own database, and one that a setting names
        env = {"TACTFUL_DATA": str(data_dir.path), **there}
        renewed = CliRunner(env=env).invoke(command, ["rotate-key", "default", "--kind", kind])
        known = read_credentials(data_dir.credentials)
        assert getattr(known, f"{kind}_key") == renewed.stdout.strip()
        assert known.api_key in data_dir.curlrc.read_text()
    assert warnings(up) == []
    data_dir.credentials.write_text(before)
    assert [(each["event"], each["kind"]) for each in warnings(up)] == [("credentials_stale", kind)]


def test_files_with_a_renewed_key_are_still_those_of_who_had_them(
    up: tuple[Database, DataDir],
) -> None:
    _, data_dir = up
    files = (data_dir.credentials, data_dir.curlrc)
    nobody = 65_534 if os.getuid() == 0 else os.getuid()  # only root gives files away
    for path in files:
        os.chown(path, nobody, -1)
        path.chmod(0o640)
    env = {"TACTFUL_DATA": str(data_dir.path)}
    renewed = CliRunner(env=env).invoke(command, ["rotate-key", "default"])
    assert renewed.stdout.strip() in data_dir.curlrc.read_text()
    of_each = {(path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) for path in files}
    assert of_each == {(nobody, 0o640)}


def test_a_key_of_another_database_leaves_the_files_alone(
    up: tuple[Database, DataDir], tmp_path: Path
) -> None:
    _, data_dir = up
    other = sqlite_url(tmp_path / "other.db")
    with closing(Database(other)) as database:
        upgrade(database)
        database.write(lambda tx: create_site(tx, "default", NOW))
    before = data_dir.credentials.read_text()
    env = {"TACTFUL_DATA": str(data_dir.path), "TACTFUL_DATABASE_URL": other}
    assert CliRunner(env=env).invoke(command, ["rotate-key", "default"]).exit_code == 0
    assert data_dir.credentials.read_text() == before


def warnings(up: tuple[Database, DataDir]) -> list[MutableMapping[str, Any]]:
    """Return what the next start warns of."""
    with capture_logs() as logs:
        ensure_site(*up, "http://127.0.0.1:8080", NOW)
    return logs


def change(runner: CliRunner, *options: str) -> Result:
    return runner.invoke(command, ["set", "blog", *options])


def listed(runner: CliRunner) -> list[str]:
    return runner.invoke(command, ["list"]).stdout.split()[2:]


def test_a_new_site_s_policy_bears_the_name_that_its_document_gives(
    runner: CliRunner, tmp_path: Path
) -> None:
    assert runner.invoke(command, ["create", "news"]).exit_code == 0
    with closing(Database(sqlite_url(tmp_path / "tactful.db"))) as database, database.read() as tx:
        site = find_site(tx, "news")
        assert site is not None
        (version,) = list_policy_versions(tx, site.id)
        source = policy_source(tx, site.id, version.version)
    assert load_policy(source).name == version.name


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "a site needs a name"),
        (" ", "a site needs a name"),
        (" news", "has a blank at an end"),
        ("ne\nws", "what nobody can see"),
        ("ne\x1b[31mws", "what nobody can see"),
        ("news\u200b", "what nobody can see"),
        ("n" * 101, "has 101 characters; 100 are the most"),
    ],
)
def test_a_name_that_nobody_could_read_or_type_is_refused(
    runner: CliRunner, name: str, complaint: str
) -> None:
    ended = runner.invoke(command, ["create", name])
    assert (ended.exit_code, complaint in ended.output) == (2, True)
    assert runner.invoke(command, ["list"]).stdout.startswith("blog\t")


def test_a_site_s_name_may_have_blanks_and_accents(runner: CliRunner) -> None:
    assert runner.invoke(command, ["create", "my blog/café"]).exit_code == 0
    assert runner.invoke(command, ["rotate-key", "my blog/café"]).exit_code == 0


def test_a_site_keeps_hashes_for_good_until_it_is_told_otherwise(runner: CliRunner) -> None:
    assert listed(runner) == ["addresses=hashes", "retention_days=never"]
    assert change(runner, "--keep-addresses", "--retention-days", "90").exit_code == 0
    assert listed(runner) == ["addresses=originals", "retention_days=90"]
    assert change(runner, "--hash-addresses", "--retention-days", "never").exit_code == 0
    assert listed(runner) == ["addresses=hashes", "retention_days=never"]


def test_the_audit_log_tells_what_commands_change(runner: CliRunner, tmp_path: Path) -> None:
    change(runner, "--on-timeout", "approve", "--retention-days", "never")
    for arguments in (["create", "news"], ["rotate-key", "blog"]):
        assert runner.invoke(command, arguments).exit_code == 0
    create = ["create", "ann@blog.example", "--site", "blog", "--password-stdin"]
    assert runner.invoke(moderator, create, input="eight letters\n").exit_code == 0
    with closing(Database(sqlite_url(tmp_path / "tactful.db"))) as database, database.read() as tx:
        told = [
            (entry.actor, entry.action, entry.subject, entry.detail)
            for site in list_sites(tx)
            for entry in list_audit(tx, site.id, limit=10)
        ]
    assert sorted(told) == [
        ("operator", "key.renewed", "api", ""),
        ("operator", "person.added", "ann@blog.example", "moderator"),
        ("operator", "site.changed", "blog", "on_timeout: approve, retention_days: None"),
        ("operator", "site.created", "news", ""),
    ]


def test_a_password_is_as_long_as_the_pages_ask(runner: CliRunner) -> None:
    create = ["create", "ann@blog.example", "--site", "blog", "--password-stdin"]
    ended = runner.invoke(moderator, create, input="p" * (SHORTEST_PASSWORD - 1))
    assert isinstance(ended.exception, Fault)
    assert f"at least {SHORTEST_PASSWORD} characters" in str(ended.exception)
    assert runner.invoke(moderator, create, input="p" * SHORTEST_PASSWORD).exit_code == 0


@pytest.mark.parametrize("days", ["0", "-1", "x", "1.5", "100000", "٣"])
def test_a_number_of_days_is_checked(runner: CliRunner, days: str) -> None:
    ended = change(runner, "--retention-days", days)
    assert ended.exit_code == 2
    assert "`never` or 1 to 36500" in ended.output
    assert "name at least one setting" in change(runner).output
