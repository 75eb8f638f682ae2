"""The scorer `onnx:DIRECTORY`: an exported Detoxify, without torch."""

import os
from pathlib import Path

import onnxruntime
from tokenizers import Tokenizer

from rules.verdict import EngineRef
from workers.scorers.model_directory import MODEL, TOKENIZER, Manifest, read_manifest
from workers.scorers.protocol import ScorerUnavailable
from workers.scorers.transformer import Forward, Numbers, Tokens, Transformer
from workers.scorers.windows import WindowCutter

ALL_CORES = 0
FATAL = 4
# onnxruntime joins a sum and what follows, a layer norm or GELU, into one operation, whose CPU form
# is slower than the two apart, which use vectors: a layer norm takes five times as long.
SLOWER_FUSED = ["SkipLayerNormFusion", "BiasGeluFusion"]


def make_onnx_scorer(argument: str) -> Transformer:
    """Return the scorer of a model directory; raise ScorerUnavailable."""
    directory = Path(argument).expanduser()
    manifest = read_manifest(directory)
    try:
        tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
        forward = onnx_forward(directory / MODEL)
    except Exception as error:  # both packages raise plain Exception and their own kinds
        raise ScorerUnavailable(f"{directory} cannot be loaded: {error}") from error
    return make_scorer(manifest, tokenizer, forward)


def make_scorer(manifest: Manifest, tokenizer: Tokenizer, forward: Forward) -> Transformer:
    """Return a scorer that does what the manifest says."""
    engine = EngineRef(name=manifest.name, version=manifest.version)
    cutter = WindowCutter(tokenizer, manifest.limit)
    labels, languages = manifest.labels, manifest.languages
    return Transformer(engine, cutter, forward, labels, manifest.pad_id, languages)


def onnx_forward(model: Path) -> Forward:
    """Return the forward pass of a model file: token ids and attention mask to logits."""
    options = onnxruntime.SessionOptions()
    # As numpy and torch do: a process has as many threads as its supervisor gives it.
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", ALL_CORES))
    # Between two calls its threads would spin, and take the processor from RQ and the database.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = FATAL  # errors are raised, and told with the comment's id
    session = onnxruntime.InferenceSession(
        str(model),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=SLOWER_FUSED,
    )

    def forward(ids: Tokens, mask: Tokens) -> Numbers:
        logits: Numbers = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return logits

    return forward
