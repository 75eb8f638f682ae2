"""docs/scaling.md: its figures are those of the last benchmark, and its arithmetic is right."""

import math
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
SCALING = (DOCS / "scaling.md").read_text()
# As the benchmark calls them, as the page does.
KINDS = {
    "web": "web",
    "score": "scoring",
    "deliver": "delivery",
    "cron": "cron",
    "redis": "Redis",
    "postgres": "PostgreSQL",
}
BUSY = 0.7


def rows(text: str, *columns: int) -> dict[str, tuple[float, ...]]:
    """Return {first word of a row: the numbers that begin these columns}, empty ones as 0."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip(" *").replace(",", "") for cell in line.split("|")]
        if len(cells) > max(columns) and re.match(r"[A-Za-z]", cells[1]):
            numbers = [re.match(r"[\d.]+", cells[column]) for column in columns]
            found[cells[1].split()[0]] = tuple(float(one[0]) if one else 0.0 for one in numbers)
    return found


def after(text: str, heading: str) -> str:
    """Return the rows of the table whose head has these words."""
    return text.partition(heading)[2].partition("\n")[2].partition("\n\n")[0]


COSTS = rows(after(SCALING, "| process | ms of a core"), 2, 3, 4)


def test_what_a_comment_costs_is_what_was_measured() -> None:
    chapter = (DOCS / "benchmarks.md").read_text().partition("### What a comment costs")[2]
    measured = rows(after(chapter, "| process | ms of a core"), 2, 3, 4)
    assert measured.keys() == KINDS.keys()
    for name, (seconds, many, mib) in measured.items():
        given = COSTS[KINDS[name]]
        assert given[0] == seconds, name
        assert given[1] in {many, 0}, name
        assert given[2] in {mib, 0}, name
    together, many, _ = COSTS["together"]
    assert together == round(sum(seconds for seconds, _, _ in measured.values()), 2)
    assert many == int(1000 / together)


@pytest.mark.parametrize("rate", ["350", "35,000", "2,200"])
def test_the_cores_on_paper_are_these_costs_times_the_rate(rate: str) -> None:
    a_second = int(rate.replace(",", ""))
    table = rows(after(SCALING, f"| cores at {rate}/s |"), 2)
    assert {"web", "scoring", "delivery", "Redis", "PostgreSQL"} <= table.keys()
    tolerance = 0.5 if a_second > 10_000 else 0.05
    for name, (cores,) in table.items():
        if name != "together":
            assert cores == pytest.approx(COSTS[name][0] * a_second / 1000, abs=tolerance), name
    if "together" in table:
        assert table["together"][0] == sum(cores for (cores,) in table.values()) / 2


@pytest.mark.parametrize(("rate", "least"), [("350", 3), ("35,000", 223), ("2,200", 15)])
def test_the_scoring_workers_are_busy_to_seven_tenths(rate: str, least: int) -> None:
    cores = COSTS["scoring"][0] * int(rate.replace(",", "")) / 1000
    assert math.ceil(cores / BUSY) == least
    table = after(SCALING, f"| cores at {rate}/s |")
    assert re.search(rf"^\| scoring, `lite` \| [\d.]+ \| {least} workers", table, re.M)
