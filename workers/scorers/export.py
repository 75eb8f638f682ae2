"""Export: from a Detoxify checkpoint to a model directory that needs no torch.

Errors
    ExportFailed    the exported model does not say what the checkpoint says
"""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from workers.scorers.detoxify import LoadedDetoxify, torch_forward
from workers.scorers.first_token import first_token_only
from workers.scorers.model_directory import (
    MODEL,
    PARITY,
    TOKENIZER,
    Manifest,
    new_directory,
    write_manifest,
)
from workers.scorers.onnx import onnx_forward
from workers.scorers.parity import Parity, ParityReport, compare
from workers.scorers.protocol import Scores
from workers.scorers.transformer import Forward, Transformer
from workers.scorers.windows import WindowCutter

TOLERANCE = 1e-4  # of a score, unquantised
OPSET = 20  # the first with GELU as one operator


class ExportFailed(Exception):
    """The exported model's scores are not those of the checkpoint; nothing was written."""


def export(
    loaded: LoadedDetoxify, target: Path, texts: Sequence[str], *, int8: bool
) -> ParityReport:
    """Write a model directory to `target` and return how it compares on `texts`.

    Raises FileExistsError when `target` is there already, and ExportFailed. With `int8`, the
    weights are quantised to 8 bits: a quarter of the size, several times the speed, and scores
    that differ a little; the report says how much.
    """
    with new_directory(target) as directory:
        model = directory / MODEL
        _write_onnx(loaded, model)
        Tokenizer.from_str(loaded.tokenizer.backend_tokenizer.to_str()).save(
            str(directory / TOKENIZER)
        )
        reference = _score(loaded, torch_forward(loaded.model), texts)
        report = ParityReport(exported=_parity(loaded, model, texts, reference))
        _refuse_distance(report.exported)
        if int8:
            _quantise(model)
            quantised = _parity(loaded, model, texts, reference)
            report = report.model_copy(update={"quantised": quantised})
        (directory / PARITY).write_text(report.model_dump_json(indent=2) + "\n")
        write_manifest(directory, _manifest(loaded, int8=int8))
    return report


def _write_onnx(loaded: LoadedDetoxify, path: Path) -> None:
    texts, tokens = torch.export.Dim("texts"), torch.export.Dim("tokens", max=loaded.limit)
    example = torch.full((2, min(7, loaded.limit)), loaded.tokenizer.unk_token_id)
    mask = torch.ones_like(example)
    mask[1, -2:] = 0  # where nothing is padding, transformers leaves the mask out of the graph
    with _quiet(), _plain_attention(loaded), first_token_only(loaded.model):
        torch.onnx.export(
            loaded.model,
            kwargs={"input_ids": example, "attention_mask": mask},
            f=path,
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes={
                "input_ids": {0: texts, 1: tokens},
                "attention_mask": {0: texts, 1: tokens},
            },
            dynamo=True,
            external_data=False,
            opset_version=OPSET,
            verbose=False,
        )


def _quantise(model: Path) -> None:
    """Replace the model file by its 8-bit form.

    By channel, because one scale for a whole matrix lets its largest weight decide for all.
    """
    whole = model.with_suffix(".whole")
    model.rename(whole)
    with _quiet():
        quantize_dynamic(whole, model, weight_type=QuantType.QInt8, per_channel=True)
    whole.unlink()


def _parity(
    loaded: LoadedDetoxify, model: Path, texts: Sequence[str], reference: Sequence[Scores]
) -> Parity:
    return compare(_score(loaded, onnx_forward(model), texts), reference)


def _score(loaded: LoadedDetoxify, forward: Forward, texts: Sequence[str]) -> list[Scores]:
    cutter = WindowCutter(loaded.tokenizer.backend_tokenizer, loaded.limit)
    pad_id = loaded.tokenizer.pad_token_id
    return Transformer(loaded.engine, cutter, forward, loaded.names, pad_id).score(texts)


def _refuse_distance(parity: Parity) -> None:
    if not parity.largest <= TOLERANCE:  # `not`, so that a NaN is refused too
        raise ExportFailed(
            f"a score differs by {parity.largest:.2g}, more than {TOLERANCE}: report this with"
            " the versions of torch, transformers and onnxruntime"
        )


def _manifest(loaded: LoadedDetoxify, *, int8: bool) -> Manifest:
    return Manifest(
        name=f"onnx-{loaded.engine.name}{'-int8' if int8 else ''}",
        source={"engine": loaded.engine.name, "version": loaded.engine.version},
        labels=list(loaded.names),
        limit=loaded.limit,
        pad_id=loaded.tokenizer.pad_token_id,
        quantised=int8,
        languages=list(loaded.languages),
    )


@contextmanager
def _plain_attention(loaded: LoadedDetoxify) -> Iterator[None]:
    """Have the model compute attention by matrix products and a sum with the mask.

    torch's own operator becomes more: scales of both sides, and a search for NaN in each layer.
    """
    usual = loaded.model.config._attn_implementation  # noqa: SLF001 - there is no other way to ask
    loaded.model.set_attn_implementation("eager")
    try:
        yield
    finally:
        loaded.model.set_attn_implementation(usual)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what the exporters tell their own developers."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
