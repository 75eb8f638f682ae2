"""A model directory: what `tactful model export` writes and `onnx:DIRECTORY` reads.

    model.onnx      token ids and attention mask to logits
    tokenizer.json  for the package `tokenizers`
    manifest.json   which model it is, its labels and limits, and the digests of the two above
    parity.json     how far it is from the model it was made of

The manifest is the proof that the rest is whole: what does not match it is refused.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from workers.scorers.model_files import digests_of, refuse_other_files, refuse_other_format
from workers.scorers.protocol import ScorerUnavailable

FORMAT = 1
MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
SHORTEST = 8  # tokens that a window has, at least
MANIFEST, PARITY = "manifest.json", "parity.json"


def _different(labels: list[str]) -> list[str]:
    if len(set(labels)) < len(labels):
        raise ValueError("a label comes twice")
    return labels


class Manifest(BaseModel):
    """What a model directory holds.

    `labels` are the names of the first logits, `limit` is the longest input in tokens, `languages`
    are those it reads (ISO 639-1; none when not known), `source`
    says what it was exported from, `digests` are SHA-256 by file name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    name: str
    source: dict[str, str]
    labels: Annotated[list[str], Field(min_length=1), AfterValidator(_different)]
    limit: Annotated[int, Field(ge=SHORTEST)]
    pad_id: int
    quantised: bool
    languages: list[str] = []
    digests: dict[str, str] = {}

    @property
    def version(self) -> str:
        """What tells this export from every other: the beginning of its model's digest."""
        return self.digests[MODEL][:12]


def read_manifest(directory: Path) -> Manifest:
    """Check a model directory and return its manifest; raise ScorerUnavailable."""
    if not directory.is_dir():
        raise ScorerUnavailable(
            f"there is no model directory {directory}; make one with"
            f" `tactful model export --from detoxify:NAME --to {directory} --int8`"
        )
    try:
        content = json.loads((directory / MANIFEST).read_text())
        refuse_other_format(directory, content, FORMAT, "export it again with this version")
        manifest = Manifest.model_validate(content)
    except (OSError, ValueError) as error:
        raise ScorerUnavailable(
            f"{directory} is not a whole model directory ({MANIFEST} is missing or damaged);"
            " export or copy it again"
        ) from error
    advice = "export or copy the directory again"
    refuse_other_files(directory, manifest.digests, (MODEL, TOKENIZER), advice)
    return manifest


@contextmanager
def new_directory(target: Path) -> Iterator[Path]:
    """Give a directory to fill, which becomes `target` at the end, whole or not at all.

    Raises FileExistsError when `target` is there already.
    """
    if target.exists():
        raise FileExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / f".{target.name}.{secrets.token_hex(4)}.partial"
    partial.mkdir()
    try:
        yield partial
        _flush(partial)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_manifest(directory: Path, manifest: Manifest) -> Manifest:
    """Add the digests of the files that are there, write the manifest, and return it."""
    digests = digests_of(directory, (MODEL, TOKENIZER))
    whole = manifest.model_copy(update={"digests": digests})
    (directory / MANIFEST).write_text(whole.model_dump_json(indent=2) + "\n")
    return whole


def _flush(directory: Path) -> None:
    """Have the disk hold the files before the name does: a power cut leaves all or nothing."""
    for path in (*directory.iterdir(), directory):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
