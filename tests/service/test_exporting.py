"""What `tactful model export` says of its texts before it loads anything."""

from pathlib import Path

import pytest

from service.console.exporting import export_model
from service.faults import Fault


@pytest.mark.parametrize(
    ("content", "complaint"), [(b"caf\xe9\n", "is not UTF-8"), (b"\n \n", "has no texts")]
)
def test_texts_that_cannot_be_compared_are_told_first(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes(content)
    with pytest.raises(Fault, match=complaint):
        next(export_model("original", tmp_path / "model", file, int8=True))
