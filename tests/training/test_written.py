"""What was written and rated for `lite`, as it stands in the files."""

from pathlib import Path

import pytest

from training.lite.dataset import TEXTS
from training.lite.written import KINDS, graded_comments


def test_graded_comments_are_chances_with_known_kinds_and_texts_of_their_own() -> None:
    lines = (TEXTS / "graded.tsv").read_text(encoding="utf-8").splitlines()
    kinds = {letter for line in lines if line[0] != "#" for letter in line.split("\t")[1]}
    assert kinds == {*KINDS, "-"}
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
