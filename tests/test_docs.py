"""Whatever can be set or typed is documented."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service.__main__ import COMMANDS, tactful
from service.documents.settings_page import PAGE, settings_page
from service.settings import setting_names

DOCS = Path(__file__).parents[1] / "docs"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name."""
    context = click.Context(tactful)
    for name in COMMANDS:
        command = tactful.get_command(context, name)
        assert command is not None, name
        yield f"tactful {name}", command
        if isinstance(command, click.Group):
            for sub_name, sub in command.commands.items():
                yield f"tactful {name} {sub_name}", sub


def test_the_page_of_settings_is_what_the_settings_say() -> None:
    """`python -m service.documents.settings_page` writes it anew."""
    assert PAGE.read_text() == settings_page()


@pytest.mark.parametrize("setting", setting_names())
def test_every_setting_is_documented(setting: str) -> None:
    assert f"| `{setting}` |" in PAGE.read_text()


def test_every_command_is_documented() -> None:
    text = (DOCS / "commands.md").read_text()
    leaves = [name for name, command in commands() if not isinstance(command, click.Group)]
    assert [name for name in leaves if f"`{name}" not in text] == []


def test_every_option_of_a_command_is_documented() -> None:
    lines = (DOCS / "commands.md").read_text().splitlines()
    missing = []
    for name, command in commands():
        row = " ".join(line for line in lines if f"`{name}" in line)
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                missing += [f"{name} {opt}" for opt in parameter.opts if opt not in row]
    assert missing == []


def test_every_help_has_an_example() -> None:
    assert [name for name, command in commands() if "Example:" not in (command.help or "")] == []
