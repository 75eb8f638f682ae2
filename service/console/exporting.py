"""Exporting a model for an operator: progress in lines, faults in one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from service.console.text_files import read_text_file
from service.faults import Fault
from workers.scorers.parity_texts import parity_texts
from workers.scorers.protocol import ScorerUnavailable


def export_model(argument: str, target: Path, texts: Path | None, *, int8: bool) -> Iterator[str]:
    """Export what `detoxify:ARGUMENT` names, telling what is done; raise Fault."""
    compared = _texts(texts)
    try:
        from workers.scorers.detoxify import load_detoxify  # noqa: PLC0415 - torch is optional
        from workers.scorers.export import ExportFailed, export  # noqa: PLC0415
    except ImportError as error:
        raise Fault(f"this needs {error.name}: pip install 'tactful[export]'") from error
    try:
        loaded = load_detoxify(argument)
        yield f"loaded {loaded.engine.name} {loaded.engine.version}; this takes some minutes"
        report = export(loaded, target, compared, int8=int8)
    except (ScorerUnavailable, ExportFailed, OSError) as error:
        raise Fault(f"nothing was exported: {error}") from error
    yield f"ONNX against torch: {report.exported}"
    if report.quantised:
        yield f"int8 against torch: {report.quantised}"
    yield f"written; use it with TACTFUL_SCORER=onnx:{target.resolve()}"


def _texts(file: Path | None) -> Sequence[str]:
    if file is None:
        return parity_texts()
    texts = [line for line in read_text_file(file).splitlines() if line.strip()]
    if not texts:
        raise Fault(f"{file} has no texts")
    return texts
