"""Migrations: what a newer one may do to code that is still running."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

from store.revisions import MIGRATIONS, lives_with, needed_by, number_of, revisions

TAKES_AWAY = {"drop_table", "drop_column", "drop_constraint", "alter_column", "rename_table"}


@pytest.mark.parametrize(
    ("code", "schema", "lives"),
    [
        ("0003", "0003", True),
        ("0003", "0007", True),
        ("0003", "0002", False),
        ("0003", None, False),
        ("0003", "0009_needs_0003", True),
        ("0003", "0009_needs_0004", False),
        ("0009_needs_0004", "0009_needs_0004", True),
        ("0003", "a name", False),
        ("0003", "30000", False),
    ],
)
def test_which_schema_code_lives_with(code: str, schema: str | None, lives: bool) -> None:
    assert lives_with(code, schema) is lives


def in_order() -> list[Script]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [*reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def test_the_names_of_the_files_tell_every_revision() -> None:
    assert list(revisions()) == [migration.revision for migration in in_order()]


def steps_up(migration: Script) -> Iterator[ast.Call]:
    """Yield the calls in its `upgrade`."""
    tree = ast.parse(Path(migration.path).read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
            yield from (call for call in ast.walk(node) if isinstance(call, ast.Call))


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def test_a_migration_that_takes_away_names_the_code_that_does_without() -> None:
    needed = number_of("0001")
    for migration in in_order():
        number, needs = number_of(migration.revision), needed_by(migration.revision)
        assert number is not None, f"{migration.revision}: call it NNNN or NNNN_needs_NNNN"
        assert needs is not None
        assert needed is not None
        assert number >= needs >= needed, f"{migration.revision} forgets what was taken away"
        takes = TAKES_AWAY & {called(call) for call in steps_up(migration)}
        assert needs > needed or not takes, f"{migration.revision} does {takes}"
        needed = needs


def test_an_added_column_can_be_left_out_by_code_that_does_not_know_it() -> None:
    for migration in in_order():
        for call in steps_up(migration):
            if called(call) == "add_column":
                column = ast.unparse(call)
                bare = "nullable=False" in column and "server_default" not in column
                assert not bare, f"{migration.revision}: {column}"
