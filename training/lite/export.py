"""From the trained network to the shipped files: ONNX of 8 bit, a smaller vocabulary."""

import json
import logging
import tempfile
from pathlib import Path
from typing import Any

import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from training.lite.network import BACKBONE, LiteNetwork

log = logging.getLogger(__name__)
POSITIONS = 128
"""Tokens of the longest window."""


def export(network: LiteNetwork, folder: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    document = json.loads((BACKBONE / "tokenizer.json").read_text(encoding="utf-8"))
    kept = kept_tokens(document["model"]["vocab"])
    log.info("vocabulary of %d tokens", len(kept))
    _shrink(network, kept)
    _write_tokenizer(document, kept, folder / "tokenizer.json")
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        _write_onnx(network, plain)
        _quantise(plain, folder / "model.onnx")
    size = sum(file.stat().st_size for file in folder.iterdir())
    log.info("model of %.1f MB", size / 1e6)


def kept_tokens(vocabulary: dict[str, int]) -> list[tuple[str, int]]:
    """Return the tokens of the shipped vocabulary with their old numbers: plain ASCII alone.

    Rare English words stay: leaving out those that our texts lack would save 0.3 MB.
    """
    ordered = sorted(vocabulary.items(), key=lambda item: item[1])
    return [(token, i) for token, i in ordered if token.isascii() and "[unused" not in token]


def _shrink(network: LiteNetwork, kept: list[tuple[str, int]]) -> None:
    embeddings = network.backbone.embeddings
    rows = torch.tensor([i for _, i in kept])
    words, places = embeddings.word_embeddings.weight, embeddings.position_embeddings.weight
    embeddings.word_embeddings = nn.Embedding.from_pretrained(words.detach()[rows])
    embeddings.position_embeddings = nn.Embedding.from_pretrained(places.detach()[:POSITIONS])


def _write_tokenizer(document: dict[str, Any], kept: list[tuple[str, int]], path: Path) -> None:
    number = {token: new for new, (token, _) in enumerate(kept)}
    document["model"]["vocab"] = number
    document["truncation"] = document["padding"] = None
    document["added_tokens"] = [
        {**added, "id": number[added["content"]]} for added in document["added_tokens"]
    ]
    for special in document["post_processor"]["special_tokens"].values():
        special["ids"] = [number[token] for token in special["tokens"]]
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


class _Served(nn.Module):
    """What runs in production: probabilities-to-be of labels and words, without sigmoid."""

    def __init__(self, network: LiteNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        labels, marks = self.network(input_ids, attention_mask)
        return labels, marks


def _write_onnx(network: LiteNetwork, path: Path) -> None:
    ids = torch.ones(2, 9, dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        _Served(network).eval(),
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["labels", "marks"],
        dynamic_axes={
            "input_ids": axes,
            "attention_mask": axes,
            "labels": {0: "batch"},
            "marks": axes,
        },
        opset_version=17,
        dynamo=False,
    )


def _quantise(plain: Path, target: Path) -> None:
    fused = plain.with_name("fused.onnx")
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False  # its quantised twin wants a graph of its own
    # On a CPU these are slower than their parts: see SLOWER_FUSED.
    options.enable_skip_layer_norm = options.enable_bias_skip_layer_norm = False
    options.enable_bias_gelu = False
    optimize_model(
        str(plain),
        model_type="bert",
        num_heads=12,
        hidden_size=384,
        opt_level=0,
        optimization_options=options,
    ).save_model_to_file(str(fused))
    quantize_dynamic(
        str(fused),
        str(target),
        op_types_to_quantize=["MatMul", "Gather", "Attention"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
