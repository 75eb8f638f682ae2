"""The command line's first word."""

import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service.__main__ import tactful
from service.faults import Fault
from tests.service.running import command_line, environment


def test_a_misspelt_command_is_told_the_nearest() -> None:
    told = CliRunner().invoke(tactful, ["upp"])
    assert told.exit_code == click.UsageError.exit_code
    assert "No such command 'upp'. Did you mean 'up'?" in told.output


def test_a_word_like_no_command_is_told_none() -> None:
    told = CliRunner().invoke(tactful, ["zebra"])
    assert "No such command 'zebra'." in told.output
    assert "Did you mean" not in told.output


@pytest.mark.parametrize(
    "command",
    [
        "check Hello --policy",
        "evaluate",
        "import wordpress --site blog",
        "model export --from detoxify:original --to new --texts",
        "policy calibrate",
        "policy import discourse",
        "policy lint",
        "policy test",
        "spam import --site blog",
    ],
)
@pytest.mark.parametrize(
    ("name", "why"), [(".", "Is a directory"), ("none", "No such file or directory")]
)
def test_a_file_that_cannot_be_read_is_a_fault_in_a_line(
    command: str, name: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    told = CliRunner().invoke(tactful, [*command.split(), str(path)])
    assert isinstance(told.exception, Fault)
    assert str(told.exception) == f"cannot read {path}: {why}"


@pytest.mark.parametrize("arguments", ["check Hello", "policy preset family", "--help"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_in_a_line(arguments: str, unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command_line(*arguments.split()),
            env=environment(PYTHONUNBUFFERED=unbuffered),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.stderr == "tactful: cannot write: No space left on device\n"
    assert ended.returncode == 1
