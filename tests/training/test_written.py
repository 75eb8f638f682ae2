"""What was written and rated for `lite`, as it stands in the files."""

from pathlib import Path

import pytest

from training.lite.dataset import TEXTS
from training.lite.written import graded_comments


def test_graded_comments_are_chances_with_kinds_and_texts() -> None:
    found = graded_comments(TEXTS / "graded.tsv")
    assert len({example.text for example in found}) == len(found)
    assert all(0 <= example.targets["toxicity"] <= 1 and example.text for example in found)


def test_a_kind_is_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "graded.tsv"
    path.write_text("# a remark\n90\tit\tI will find you, you fool\n3\t-\tHello\n")
    threat, calm = graded_comments(path)
    assert threat.targets["toxicity"] == pytest.approx(0.9)
    assert threat.targets["threat"] == threat.targets["insult"] > 0.5
    assert threat.targets["obscene"] < 0.1
    assert (threat.spans, calm.spans) == (None, ())
