"""A classifier's last layer for the first token alone, since its head reads nothing else.

Of the last of 12 layers all but keys and values is computed for every token and then thrown away:
7 in 100 of what BERT-base multiplies. Models with other layers are left as they are: ALBERT's are
one layer used again and again, so its last cannot be told from the others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor
from transformers import PreTrainedModel

LAYERS_LIKE_BERT = ("bert", "roberta", "xlm-roberta")


@contextmanager
def first_token_only(model: PreTrainedModel) -> Iterator[None]:
    """Have a classifier of transformers compute no more than it reads, if its layers are BERT's."""
    if model.config.model_type not in LAYERS_LIKE_BERT:
        yield
        return
    last = model.base_model.encoder.layer[-1]
    last.forward = partial(_first_token, last)
    try:
        yield
    finally:
        del last.forward


def _first_token(
    layer: torch.nn.Module,
    states: Tensor,
    mask: Tensor | None = None,
    *_: object,
    **__: object,
) -> Tensor:
    """Return what `BertLayer.forward` of transformers says of the first token: [texts, 1, width].

    `states` are [texts, tokens, width]; `mask`, [texts, 1, tokens or 1, tokens], is added to the
    attention's scores.
    """
    attention = layer.attention.self

    def heads(projected: Tensor) -> Tensor:
        return projected.unflatten(-1, (-1, attention.attention_head_size)).transpose(1, 2)

    first = states[:, :1]
    query, key = heads(attention.query(first)), heads(attention.key(states))
    scores = query @ key.transpose(2, 3) * attention.scaling
    if mask is not None:
        scores = scores + mask[:, :, :1]
    read = torch.softmax(scores, dim=-1) @ heads(attention.value(states))
    context = read.transpose(1, 2).reshape(first.shape)
    return layer.feed_forward_chunk(layer.attention.output(context, first))
