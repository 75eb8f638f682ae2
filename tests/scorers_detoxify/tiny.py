"""Tiny checkpoints in Detoxify's own format, one for each architecture that it uses."""

import json
import string
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers.pre_tokenizers import ByteLevel

KAGGLE_1 = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
KAGGLE_2 = ["toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat"]
KAGGLE_2 += ["sexual_explicit"]
IDENTITIES = 9  # further logits of the models trained on the second data set

WORDS = ["you", "are", "an", "idiot", "a", "lovely", "day", "hello", "kill", "the", "tram"]
LETTERS = [*string.ascii_letters, *string.digits, *".,!?'-éüßж中日😡"]
SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.2,  # so that scores differ, without the rounding of huge logits
}


@dataclass(frozen=True)
class Kind:
    """One of Detoxify's model types, as its checkpoint's config describes it."""

    architecture: str
    hub_name: str
    classes: list[str]
    logits: int
    make_tokenizer: Callable[[], Any]
    positions: int = 512


def bert_tokenizer() -> Any:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = sorted({letter.lower() for letter in LETTERS})
    pieces = [*special, *letters, *(f"##{letter}" for letter in letters), *WORDS]
    vocab = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    return transformers.BertTokenizer(vocab=vocab, model_max_length=512)


def roberta_tokenizer() -> Any:
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *sorted(ByteLevel.alphabet())]
    vocab = {piece: number for number, piece in enumerate(pieces)}
    return transformers.RobertaTokenizer(vocab=vocab, merges=[], model_max_length=512)


def _scored(pieces: list[str]) -> list[tuple[str, float]]:
    words = [f"▁{word}" for word in WORDS]
    return [
        *((piece, 0.0) for piece in pieces),
        *((letter, -8.0) for letter in ["▁", *LETTERS]),
        *((word, -2.0) for word in words),
    ]


def xlm_tokenizer() -> Any:
    pieces = _scored(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return transformers.XLMRobertaTokenizer(vocab=pieces, model_max_length=512)


def albert_tokenizer() -> Any:
    pieces = _scored(["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"])
    return transformers.AlbertTokenizer(vocab=pieces, model_max_length=512)


SECOND = len(KAGGLE_2) + IDENTITIES
KINDS = {
    "original": Kind("Bert", "bert-base-uncased", KAGGLE_1, 6, bert_tokenizer),
    "unbiased": Kind("Roberta", "roberta-base", KAGGLE_2, SECOND, roberta_tokenizer, 514),
    "multilingual": Kind("XLMRoberta", "xlm-roberta-base", KAGGLE_2, SECOND, xlm_tokenizer, 514),
    "original-small": Kind("Albert", "albert-base-v2", KAGGLE_1, 6, albert_tokenizer),
    "unbiased-small": Kind("Albert", "albert-base-v2", KAGGLE_2, SECOND, albert_tokenizer),
}
"""Detoxify's own model types."""
OTHERS = {"distilled": Kind("DistilBert", "distilbert-base-uncased", KAGGLE_1, 6, bert_tokenizer)}
"""What somebody may have trained with Detoxify's code."""


def make_model(kind: Kind, tokenizer: Any, labels: int) -> Any:
    transformers.set_seed(7)
    config = getattr(transformers, f"{kind.architecture}Config")(
        vocab_size=len(tokenizer),
        max_position_embeddings=kind.positions,
        pad_token_id=tokenizer.pad_token_id,
        num_labels=labels,
        embedding_size=16,
        **SMALL,
    )
    return getattr(transformers, f"{kind.architecture}ForSequenceClassification")(config)


def save_checkpoint(
    kind: Kind, model: Any, path: Path, model_type: str | None = None, **changes: Any
) -> Path:
    arch = {
        "num_classes": kind.logits,
        "model_type": model_type or kind.hub_name,
        "model_name": f"{kind.architecture}ForSequenceClassification",
        "tokenizer_name": f"{kind.architecture}Tokenizer",
    }
    config = {"arch": {"args": arch}, "dataset": {"args": {"classes": kind.classes}}}
    content = {"config": config, "state_dict": model.state_dict()} | changes
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path)
    return path


def save_configuration(kind: Kind, directory: Path, labels: int | None = None) -> Path:
    """Save what the hub has for a model type; it knows nothing of Detoxify's labels."""
    tokenizer = kind.make_tokenizer()
    tokenizer.save_pretrained(directory)
    make_model(kind, tokenizer, labels or 2).config.save_pretrained(directory)
    return directory


def build(name: str, directory: Path, *, file: str = "tiny.ckpt", **changes: Any) -> Path:
    """Build a checkpoint with its configuration beside it; return the checkpoint's path."""
    kind = (KINDS | OTHERS)[name]
    model = make_model(kind, kind.make_tokenizer(), kind.logits)
    save_configuration(kind, directory)
    return save_checkpoint(kind, model, directory / file, **changes)


def build_for_the_package(name: str, directory: Path) -> Path:
    """Build one that Detoxify itself can load without a network, from its own directory."""
    kind = KINDS[name]
    path = build(name, directory, model_type=str(directory))
    config = json.loads((directory / "config.json").read_text())
    numbers = {str(number): f"LABEL_{number}" for number in range(kind.logits)}
    config |= {"id2label": numbers, "label2id": {v: int(k) for k, v in numbers.items()}}
    (directory / "config.json").write_text(json.dumps(config))
    return path
