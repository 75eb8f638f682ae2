"""Detoxify's files: where they are looked for, and what to do when they are not there.

Nothing is ever fetched: a worker that starts without network, or at a moment when a host is down,
must behave as it did yesterday.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from workers.scorers.protocol import ScorerUnavailable

_SUFFIXES = (".ckpt", ".pt", ".pth", ".bin")
_TOKENIZERS = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
)
_SMALL = (".json", ".txt", ".model")  # configuration and tokenizer, not weights


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint file. `known_as` is Detoxify's name for it, None for one of your own."""

    path: Path
    known_as: str | None = None

    @property
    def name(self) -> str:
        """What a verdict's engine is called."""
        return f"detoxify-{self.known_as or self.path.stem}"


def find_checkpoint(argument: str) -> Checkpoint:
    """Return the checkpoint for what follows `detoxify:`; raise ScorerUnavailable.

    A name is one of Detoxify's five, looked for where torch.hub keeps what Detoxify downloads.
    A path is a file, or a directory with one checkpoint in it.
    """
    from detoxify.detoxify import MODEL_URLS  # noqa: PLC0415 - torch takes seconds

    if argument in MODEL_URLS:
        return _downloaded(argument, MODEL_URLS[argument])
    path = Path(argument).expanduser()
    if path.is_dir():
        path = _only_checkpoint(path)
    if not path.is_file():
        known = ", ".join(MODEL_URLS)
        raise ScorerUnavailable(f"there is no checkpoint {argument!r}; known names are {known}")
    return Checkpoint(path)


def find_configuration(checkpoint: Checkpoint, model_type: str) -> Path:
    """Return the directory with `config.json` and the tokenizer; raise ScorerUnavailable.

    It may be named as the checkpoint without its suffix, be the checkpoint's own, or lie in
    Hugging Face's cache, where Detoxify's first run leaves it. `model_type` is the model's name
    there, such as `bert-base-uncased`.
    """
    beside = checkpoint.path.with_suffix("")
    for directory in (beside, checkpoint.path.parent, _cached(model_type)):
        if directory is not None and _complete(directory):
            return directory
    raise ScorerUnavailable(
        f"{checkpoint.path} needs the config.json and the tokenizer of {model_type}, which are"
        f" neither in {beside} nor in Hugging Face's cache; where there is a network:"
        f" hf download {model_type} --exclude '*.safetensors' '*.bin' '*.h5' '*.msgpack'"
        f" '*.ot' --local-dir {beside}"
    )


@contextmanager
def labelled(configuration: Path, labels: int) -> Iterator[Path]:
    """Give a temporary copy of the directory whose `config.json` has that many labels.

    Given `huggingface_config_path`, Detoxify 0.5.4 takes the number from the file, although the
    checkpoint knows it: with the file of `bert-base-uncased` (2 labels) it cannot load itself.
    """
    with TemporaryDirectory(prefix="tactful-detoxify-") as name:
        copy = Path(name)
        for file in configuration.iterdir():
            if file.suffix in _SMALL:
                shutil.copyfile(file, copy / file.name)
        config: dict[str, Any] = json.loads((configuration / "config.json").read_text())
        numbers = {str(number): f"LABEL_{number}" for number in range(labels)}
        config |= {"id2label": numbers, "label2id": {v: int(k) for k, v in numbers.items()}}
        config.pop("num_labels", None)
        (copy / "config.json").write_text(json.dumps(config))
        yield copy


def _downloaded(name: str, url: str) -> Checkpoint:
    from torch import hub  # noqa: PLC0415 - torch takes seconds

    path = Path(hub.get_dir(), "checkpoints", url.rpartition("/")[2])
    if not path.is_file():
        raise ScorerUnavailable(
            f"detoxify:{name} needs {path}; where there is a network:"
            f" python -c \"from detoxify import Detoxify; Detoxify('{name}')\""
            f" or: curl -L --create-dirs -o {path} {url}"
        )
    return Checkpoint(path, known_as=name)


def _only_checkpoint(directory: Path) -> Path:
    files = sorted(file for file in directory.iterdir() if file.suffix in _SUFFIXES)
    if len(files) != 1:
        found = ", ".join(file.name for file in files) or "none"
        raise ScorerUnavailable(f"{directory} must have one checkpoint (*.ckpt), has: {found}")
    return files[0]


def _cached(model_type: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415

    if Path(model_type).is_dir():  # a checkpoint trained from a local model names its directory
        return Path(model_type)
    found = try_to_load_from_cache(model_type, "config.json")
    return Path(found).parent if isinstance(found, str) else None


def _complete(directory: Path) -> bool:
    return (directory / "config.json").is_file() and any(
        (directory / name).is_file() for name in _TOKENIZERS
    )
