"""A tiny BERT whose weights are set by hand: it is alarmed by one word, wherever that stands."""

from pathlib import Path
from typing import Any

import torch

from tests.scorers_detoxify.tiny import (
    KINDS,
    bert_tokenizer,
    make_model,
    save_checkpoint,
    save_configuration,
)

ALARM = 0  # the dimension that carries the word


def build_alarmed(directory: Path, word: str = "idiot") -> Path:
    """Every label is near 1 for a window that holds the word, and near 0 for any other."""
    kind = KINDS["original"]
    tokenizer = bert_tokenizer()
    model = make_model(kind, tokenizer, kind.logits)
    with torch.no_grad():
        _silence_everything(model)
        _hear_the_word(model, tokenizer.convert_tokens_to_ids(word))
    save_configuration(kind, directory)
    return save_checkpoint(kind, model, directory / "alarmed.ckpt")


def _silence_everything(model: Any) -> None:
    for name, parameter in model.named_parameters():
        keeps = "LayerNorm.weight" in name
        parameter.fill_(1.0 if keeps else 0.0)


def _hear_the_word(model: Any, token: int) -> None:
    bert, size = model.bert, model.config.hidden_size
    words = bert.embeddings.word_embeddings.weight
    words[:, 1::2], words[:, 2::2] = 1.0, -1.0  # all other words look alike, and have no alarm
    words[token] = torch.zeros(size)
    words[token, ALARM] = 10.0
    attention = bert.encoder.layer[0].attention
    attention.self.query.bias[ALARM] = 20.0  # every token looks for the alarm
    attention.self.key.weight.copy_(torch.eye(size))
    attention.self.value.weight.copy_(torch.eye(size))
    attention.output.dense.weight.copy_(3 * torch.eye(size))
    bert.pooler.dense.weight[ALARM, ALARM] = 1.0
    model.classifier.weight[:, ALARM] = 20.0
    model.classifier.bias.fill_(-10.0)
