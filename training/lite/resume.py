"""A shipped network, read back to go into a mean: 8 bit weights become floating point again."""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor

from training.lite.network import BACKBONE, LiteNetwork

Arrays = dict[str, NDArray[np.generic]]
BLOCK = 4
"""Matrices of one layer, as the graph multiplies them: attention in, attention out, up, down."""


def shipped_network(folder: Path) -> LiteNetwork:
    """Return the network of a model folder; tokens that it lacks are as in the backbone."""
    model = onnx.load(str(folder / "model.onnx"))
    arrays = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    matrices = [
        _floats(arrays, node.input[1].removesuffix("_quantized"))
        for node in model.graph.node
        if node.op_type in ("MatMulInteger", "DynamicQuantizeMatMul", "QAttention")
    ]
    network = LiteNetwork()
    state = network.state_dict()
    for name, array in arrays.items():
        if (inner := name.removeprefix("network.")) in state:
            state[inner] = torch.tensor(array)
    for layer in range(network.backbone.config.num_hidden_layers):
        _fill_layer(state, arrays, layer, matrices[layer * BLOCK : (layer + 1) * BLOCK])
    state["marks.weight"], state["labels.weight"] = (matrix.T for matrix in matrices[-2:])
    _fill_embeddings(state, arrays, folder)
    network.load_state_dict(state)
    return network


def _floats(arrays: Arrays, name: str) -> Tensor:
    values = arrays[f"{name}_quantized"].astype(np.float32)
    values = values - arrays[f"{name}_zero_point"].astype(np.float32)
    return torch.tensor(values * arrays[f"{name}_scale"].astype(np.float32))


def _fill_layer(
    state: dict[str, Tensor], arrays: Arrays, layer: int, matrices: list[Tensor]
) -> None:
    prefix = f"backbone.encoder.layer.{layer}"
    attention, out, up, down = (matrix.T for matrix in matrices)
    biases = torch.tensor(arrays[f"Attention_{layer}_qkv_bias"])
    for name, weight, bias in zip(
        ("query", "key", "value"), attention.chunk(3), biases.chunk(3), strict=True
    ):
        state[f"{prefix}.attention.self.{name}.weight"] = weight
        state[f"{prefix}.attention.self.{name}.bias"] = bias
    state[f"{prefix}.attention.output.dense.weight"] = out
    state[f"{prefix}.intermediate.dense.weight"] = up
    state[f"{prefix}.output.dense.weight"] = down


def _fill_embeddings(state: dict[str, Tensor], arrays: Arrays, folder: Path) -> None:
    prefix = "backbone.embeddings"
    numbers = Tokenizer.from_file(str(BACKBONE / "tokenizer.json")).get_vocab()
    kept = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    rows = torch.tensor([numbers[token] for token in sorted(kept, key=kept.__getitem__)])
    state[f"{prefix}.word_embeddings.weight"][rows] = _floats(
        arrays, f"network.{prefix}.word_embeddings.weight"
    )
    places = _floats(arrays, f"network.{prefix}.position_embeddings.weight")
    state[f"{prefix}.position_embeddings.weight"][: len(places)] = places
    state[f"{prefix}.token_type_embeddings.weight"] = _floats(
        arrays, f"network.{prefix}.token_type_embeddings.weight"
    )
