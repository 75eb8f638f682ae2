"""What onnxruntime makes of a model when it loads it."""

from collections.abc import Sequence
from pathlib import Path

import onnxruntime

ERRORS_ONLY = 3


def optimised(model: Path, target: Path, disabled: Sequence[str]) -> Path:
    """Write the graph that is run, without the disabled optimizers, and return where it is."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(target)
    options.log_severity_level = ERRORS_ONLY
    onnxruntime.InferenceSession(
        str(model),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=list(disabled),
    )
    return target
