"""`tactful evaluate` and `tactful spam`, as a person at a terminal has them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from rules.tools.measures import area_under_curve, calibration_error, threshold
from service.__main__ import tactful
from service.faults import Fault
from store.database import Database
from store.decisions import Decision, decide
from store.records import Site
from tests.conftest import NOW
from tests.make import submit
from workers.spam.teaching import teach_what_waits

LOCAL = "The horoscope of this week: Leo and Virgo will find love at the lake"
ROWS = [
    ("Please subscribe to my channel http://a.example", 1),
    ("Buy cheap viagra http://pills.example", 1),
    (LOCAL, 1),
    ("I tried that, and it worked for me.", 0),
    ("The mayor is a liar!", 0),
]


@pytest.fixture
def database(sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("TACTFUL_DATABASE_URL", sqlite_database_url)
    database = Database(sqlite_database_url)
    yield database
    database.close()


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps({"text": t, "label": n}) + "\n" for t, n in ROWS))
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(tactful, [str(argument) for argument in arguments])


def told(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_it_says_what_each_threshold_comes_to(labelled: Path) -> None:
    lines = told("evaluate", labelled).splitlines()
    assert lines[0] == "5 comments, 3 of them labelled; score: spam"
    half = next(line for line in lines if line.split()[:1] == ["0.50"])
    assert half.split() == ["0.50", "2", "100.0%", "66.7%", "0", "1", "80.0%", "1"]
    assert "is cheapest" in lines[-1]


@pytest.mark.parametrize(
    ("divider", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")],
    ids=["as programs write it", "as Excel saves it", "as Excel saves it for Unicode"],
)
def test_a_csv_file_and_other_words_for_labels_will_do(
    tmp_path: Path, labelled: Path, divider: str, encoding: str
) -> None:
    path = tmp_path / "labelled.csv"
    words = {1: "spam", 0: "ham"}
    rows = [f"text{divider}label", *(f'"{text}"{divider}{words[label]}' for text, label in ROWS)]
    path.write_text("\r\n".join(rows), encoding=encoding, newline="")
    assert told("evaluate", path) == told("evaluate", labelled)


def test_lines_of_json_are_read_as_an_editor_of_windows_saves_them(labelled: Path) -> None:
    as_written = told("evaluate", labelled)
    labelled.write_text(labelled.read_text(), encoding="utf-8-sig", newline="\r\n")
    assert told("evaluate", labelled) == as_written


@pytest.mark.parametrize("name", ["latin.jsonl", "latin.csv"])
def test_a_file_in_another_encoding_is_told_how_to_save_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('text,label\n"Gr\xfc\xdfe",0\n', encoding="latin-1")
    assert f"cannot read {path}: it is not UTF-8; save it" in str(run("evaluate", path).exception)


def test_the_calibration_plot_is_a_picture(tmp_path: Path, labelled: Path) -> None:
    plot = tmp_path / "plot.svg"
    assert str(plot) in told("evaluate", labelled, "--plot", plot)
    root = ElementTree.fromstring(plot.read_text())
    assert root.tag.endswith("svg")
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) >= 2


def test_the_calibration_plot_is_a_picture_of_pixels_too(tmp_path: Path, labelled: Path) -> None:
    plot = tmp_path / "plot.PNG"
    assert str(plot) in told("evaluate", labelled, "--plot", plot)
    with Image.open(plot) as picture:
        assert picture.format == "PNG"
        assert picture.size == (832, 832)
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or ()}
    assert {(255, 255, 255), (0, 0, 0), (11, 95, 165)} <= colours


def test_without_the_extra_a_picture_of_pixels_is_one_clear_line(
    tmp_path: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "service.console.plot_png", raising=False)
    plot = tmp_path / "plot.png"
    result = run("evaluate", labelled, "--plot", plot)
    assert isinstance(result.exception, Fault)
    assert str(result.exception).startswith("a plot as PNG needs `pip install 'tactful[png]'`")
    assert not plot.exists()


def test_a_plot_is_not_written_under_the_name_of_another_format(
    tmp_path: Path, labelled: Path
) -> None:
    plot = tmp_path / "plot.jpg"
    result = CliRunner().invoke(tactful, ["evaluate", str(labelled), "--plot", str(plot)])
    assert result.exit_code == 2
    assert ".svg or .png" in result.output
    assert not plot.exists()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nonsense", "this is no JSON object"),
        ('{"label": 1}', "has no `text`"),
        ('{"text": "a", "label": "maybe"}', "needs a `label`"),
        ('{"text": "a", "label": []}', "needs a `label`"),
        ('{"text": "a", "label": 1, "author": {"id": 7}}', "author.id"),
    ],
)
def test_a_bad_line_is_named(labelled: Path, line: str, complaint: str) -> None:
    with labelled.open("a") as file:
        file.write(line + "\n")
    result = run("evaluate", labelled)
    assert isinstance(result.exception, Fault)
    assert f"{labelled}:6: " in str(result.exception)
    assert complaint in str(result.exception)


def test_a_sites_model_is_taken_along(
    database: Database, site: Site, bare_site: Site, tmp_path: Path, labelled: Path
) -> None:
    comment = submit(database, site.id, LOCAL).id
    spam = Decision("spam", "platform")
    database.write(lambda tx: decide(tx, site.id, comment, spam, NOW))
    teach_what_waits(database, lambda: NOW)
    assert "1 decisions, of which 1 of 1 accounts" in told("spam", "show", "--site", site.name)
    file = tmp_path / "spam.json"
    told("spam", "export", "--site", site.name, file)
    assert "horoscope" not in file.read_text()
    assert "Nothing was taught" in told("spam", "show", "--site", bare_site.name)
    told("spam", "import", "--site", bare_site.name, file)
    taught = told("evaluate", labelled, "--site", bare_site.name)
    assert taught == told("evaluate", labelled, "--site", site.name)
    assert taught != told("evaluate", labelled)


def test_a_file_that_is_no_export_is_refused(
    database: Database, site: Site, labelled: Path
) -> None:
    assert database.is_sqlite
    result = run("spam", "import", "--site", site.name, labelled)
    assert isinstance(result.exception, Fault)
    assert "no export" in str(result.exception)


def test_the_measures_are_the_textbooks() -> None:
    scores, labels = [0.9, 0.8, 0.3, 0.1], [True, False, True, False]
    assert area_under_curve(scores, labels) == 0.75
    assert area_under_curve([0.5, 0.5], [True, False]) == 0.5
    assert area_under_curve([0.5], [True]) is None
    half = threshold(scores, labels, 0.5)
    assert (half.held, half.precision, half.recall, half.missed) == (2, 0.5, 0.5, 1)
    assert half.cost(1, 5) == 6
    assert calibration_error([0.25, 0.25], [True, False]) == 0.25
