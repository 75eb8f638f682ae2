"""The command line's first word."""

import click
from click.testing import CliRunner

from service.__main__ import tactful


def test_a_misspelt_command_is_told_the_nearest() -> None:
    told = CliRunner().invoke(tactful, ["upp"])
    assert told.exit_code == click.UsageError.exit_code
    assert "No such command 'upp'. Did you mean 'up'?" in told.output


def test_a_word_like_no_command_is_told_none() -> None:
    told = CliRunner().invoke(tactful, ["zebra"])
    assert "No such command 'zebra'." in told.output
    assert "Did you mean" not in told.output
