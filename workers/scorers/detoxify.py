"""Detoxify, the real package, with torch: the scorer `detoxify:NAME` or `detoxify:PATH`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
import transformers
from detoxify import detoxify as package

from rules.verdict import EngineRef
from workers.scorers.checkpoints import (
    Checkpoint,
    find_checkpoint,
    find_configuration,
    labelled,
)
from workers.scorers.protocol import ScorerUnavailable
from workers.scorers.transformer import Numbers, Tokens, Transformer
from workers.scorers.windows import WindowCutter

# Detoxify's own renaming (detoxify.load_checkpoint): the older checkpoints carry Kaggle's names.
_RENAMED = {
    "toxic": "toxicity",
    "severe_toxic": "severe_toxicity",
    "identity_hate": "identity_attack",
}


# What each was trained on, by Detoxify's own description; of other checkpoints we know nothing.
LANGUAGES: Mapping[str, Sequence[str]] = {
    "original": ["en"],
    "original-small": ["en"],
    "unbiased": ["en"],
    "unbiased-small": ["en"],
    "multilingual": ["en", "es", "fr", "it", "pt", "ru", "tr"],
}


@dataclass(frozen=True)
class LoadedDetoxify:
    """A checkpoint in memory. `names` are the product's, of the first logits; `limit` is tokens."""

    engine: EngineRef
    model: Any
    tokenizer: Any
    names: Sequence[str]
    limit: int
    languages: Sequence[str] = ()


def load_detoxify(argument: str) -> LoadedDetoxify:
    """Load what follows `detoxify:` without a network; raise ScorerUnavailable."""
    checkpoint = find_checkpoint(argument)
    loaded = _read(checkpoint)
    try:
        arch = loaded["config"]["arch"]["args"]
        classes = loaded["config"]["dataset"]["args"]["classes"]
        weights = loaded["state_dict"]
        base, labels = arch["model_type"], arch["num_classes"]
    except (KeyError, TypeError) as error:
        raise ScorerUnavailable(f"{checkpoint.path} is not a checkpoint of Detoxify") from error
    configuration = find_configuration(checkpoint, base)
    with labelled(configuration, labels) as directory:
        model, tokenizer = _build(checkpoint, arch, weights, directory)
    engine = EngineRef(name=checkpoint.name, version=_version(checkpoint))
    names = [_RENAMED.get(name, name) for name in classes]
    languages = LANGUAGES.get(checkpoint.known_as or "", ())
    return LoadedDetoxify(
        engine, model, tokenizer, names, _limit(model, tokenizer), languages=languages
    )


def make_detoxify_scorer(argument: str) -> Transformer:
    """Return the scorer for what follows `detoxify:`; raise ScorerUnavailable."""
    loaded = load_detoxify(argument)
    cutter = WindowCutter(loaded.tokenizer.backend_tokenizer, loaded.limit)
    forward = torch_forward(loaded.model)
    pad_id = loaded.tokenizer.pad_token_id
    return Transformer(loaded.engine, cutter, forward, loaded.names, pad_id, loaded.languages)


def torch_forward(model: Any) -> Callable[[Tokens, Tokens], Numbers]:  # noqa: ANN401 - untyped
    """Return the forward pass: token ids and attention mask to logits."""

    def forward(ids: Tokens, mask: Tokens) -> Numbers:
        with torch.inference_mode():
            inputs = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
            logits: Numbers = model(**inputs).logits.numpy()
        return logits

    return forward


def _read(checkpoint: Checkpoint) -> Any:  # noqa: ANN401 - whatever was pickled
    """Read tensors and plain values only: a checkpoint of unknown origin may not run code."""
    try:
        return torch.load(checkpoint.path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        if _is_detoxifys_own(checkpoint):
            return torch.load(checkpoint.path, map_location="cpu", weights_only=False)
        raise ScorerUnavailable(
            f"{checkpoint.path} is damaged, or holds more than weights and plain values; save it"
            " again with torch.save({'config': …, 'state_dict': …}, PATH)"
        ) from error
    except (RuntimeError, EOFError, OSError) as error:
        raise ScorerUnavailable(f"{checkpoint.path} is damaged; get it again ({error})") from error


def _is_detoxifys_own(checkpoint: Checkpoint) -> bool:
    """Whether it is a released file, unchanged: its name ends with its digest's beginning."""
    released = {url.rpartition("/")[2] for url in package.MODEL_URLS.values()}
    expected = checkpoint.path.stem.rpartition("-")[2]
    return checkpoint.path.name in released and _digest(checkpoint.path).startswith(expected)


def _build(
    checkpoint: Checkpoint, arch: dict[str, Any], weights: dict[str, Any], directory: Path
) -> Any:  # noqa: ANN401 - untyped
    # `model_type` too: Detoxify asks the hub about it even when it is given a path.
    arguments = {**arch, "model_type": str(directory)}
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        model, tokenizer = package.get_model_and_tokenizer(
            **arguments, state_dict=weights, huggingface_config_path=str(directory)
        )
    except (RuntimeError, OSError, ValueError, AttributeError, TypeError) as error:
        raise ScorerUnavailable(
            f"{checkpoint.path} does not fit its configuration, or that is damaged: {error}"
        ) from error
    if missing := sorted(set(dict(model.named_parameters())) - set(weights)):
        # transformers only warns, and leaves random numbers in their place.
        raise ScorerUnavailable(f"{checkpoint.path} lacks weights: {', '.join(missing[:3])}, …")
    return model, tokenizer


def _limit(model: Any, tokenizer: Any) -> int:  # noqa: ANN401 - untyped
    """How many tokens the model takes; RoBERTa's positions start after the padding's number."""
    config = model.config
    positions: int = config.max_position_embeddings
    if config.model_type in {"roberta", "xlm-roberta"}:
        positions -= config.pad_token_id + 1
    longest: int = tokenizer.model_max_length
    return min(positions, longest)


def _version(checkpoint: Checkpoint) -> str:
    return f"{version('detoxify')}+{_digest(checkpoint.path)[:8]}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
