"""What a log says of a fault: where it was, and not what the variables held."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import structlog
from service.logging import set_up_logging

def open_secret():
    secret = "-".join(["only", "for", "me"])
    return int("x"), secret

set_up_logging(sys.argv[1])
try:
    open_secret()
except ValueError:
    structlog.get_logger().exception("it_broke")
"""


@pytest.mark.parametrize("format_", ["console", "json"])
def test_the_values_of_variables_are_in_no_log(format_: str) -> None:
    command = [sys.executable, "-c", PROGRAM, format_]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "it_broke" in ended.stderr
    assert "open_secret" in ended.stderr
    assert "only-for-me" not in ended.stderr
