"""The forward pass: Detoxify as it comes, in sorted buckets, as ONNX in 8 bits, and `lite`.

Needs the extra `export`. The BERT-base has random weights: its scores mean nothing, its speed does.
"""

import gc
import logging
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import torch
from detoxify import Detoxify

from bench.bert import save_random_bert
from bench.corpus import real_comments
from bench.first_score import cost_of
from bench.ground import fresh_ground, running_worker
from bench.report import met, progress, table
from workers.batches import BATCH
from workers.doorbell import Doorbell
from workers.scorers.detoxify import load_detoxify, make_detoxify_scorer
from workers.scorers.export import export
from workers.scorers.load import load_scorer
from workers.scorers.onnx import make_onnx_scorer
from workers.scorers.protocol import Scorer

ROUNDS = 2  # each way scores a batch a round, one way after the other, so load hits all alike
AT_ONCE = 32
PIPELINE = 192
PAIRS = 3  # alone and in the pipeline by turns; the medians count
THREADS = 1  # what `tactful up` gives a scoring worker; on a shared machine more only wait
TARGET_INT8 = 4.5
TARGET_LITE = 3
TARGET_SHARE = 0.85

Way = Callable[[list[str]], object]


def run() -> str:
    """Measure, and return the section of the report."""
    os.environ["OMP_NUM_THREADS"] = str(THREADS)
    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory(prefix="tactful-bert-") as name:
        folder = Path(name)
        checkpoint = save_random_bert(folder / "bert")
        progress("exporting a BERT-base to ONNX, 8 bits")
        report = export(load_detoxify(str(checkpoint)), folder / "int8", _texts(64), int8=True)
        engines = {
            "detoxify (torch)": f"detoxify:{checkpoint}",
            "onnx int8": f"onnx:{folder / 'int8'}",
            "lite": "lite",
        }
        sections = [_forward_passes(checkpoint, folder / "int8"), _pipeline(engines)]
        sections.append(_costs(engines))
    parity = f"int8 against torch (random weights, so a worst case): {report.quantised}."
    return "## Scoring (`bench/scoring.py`)\n\n" + "\n\n".join([*sections, parity])


def _forward_passes(checkpoint: Path, int8: Path) -> str:
    ways = _ways(checkpoint, int8)
    rates = _interleaved(ways)
    one, as_it_comes, sorted_, int8_one, int8_many, int8_batch, lite = rates.values()
    targets = {
        "Detoxify in sorted buckets / predict() on 32 as they come": (sorted_ / as_it_comes, 1.0),
        "int8 / torch, one at a time": (int8_one / one, TARGET_INT8),
        "int8 of 32 at once / torch one at a time": (int8_many / one, TARGET_INT8),
        f"int8 of {BATCH} at once, as workers claim them / torch one at a time": (
            int8_batch / one,
            TARGET_INT8,
        ),
        "int8 / torch, 32 at once, both in sorted buckets": (int8_many / sorted_, 1.0),
        "lite / int8, 32 at once": (lite / int8_many, float(TARGET_LITE)),
    }
    rows = [
        [name, f"{ratio:.1f}", f"{least} ({met(ratio >= least)})"]
        for name, (ratio, least) in targets.items()
    ]
    return "\n\n".join(
        [
            f"BERT-base of random weights, {ROUNDS * BATCH} comments, {THREADS} thread.",
            table(["way", "comments a second"], [[n, f"{r:.1f}"] for n, r in rates.items()]),
            table(["ratio, of one run", "is", "at least"], rows),
        ]
    )


def _ways(checkpoint: Path, int8: Path) -> dict[str, tuple[Way, int]]:
    """Return each way to score, and how many comments it is given at once."""
    package = Detoxify(checkpoint=str(checkpoint), huggingface_config_path=str(checkpoint.parent))
    with_torch, onnx = make_detoxify_scorer(str(checkpoint)), make_onnx_scorer(str(int8))
    lite = load_scorer("lite")
    return {
        "Detoxify's predict(), one at a time": (lambda texts: package.predict(texts[0]), 1),
        "Detoxify's predict(), 32 as they come": (package.predict, AT_ONCE),
        "detoxify:, 32 in sorted buckets": (with_torch.score, AT_ONCE),
        "onnx: int8, one at a time": (onnx.score, 1),
        "onnx: int8, 32 in sorted buckets": (onnx.score, AT_ONCE),
        f"onnx: int8, {BATCH} in sorted buckets": (onnx.score, BATCH),
        "lite, 32 at once": (lite.score, AT_ONCE),
    }


def _interleaved(ways: dict[str, tuple[Way, int]]) -> dict[str, float]:
    spent = dict.fromkeys(ways, 0.0)
    *texts, other = _texts(ROUNDS * BATCH + 1)
    for way, _ in ways.values():
        way([other])
    for number in range(ROUNDS):
        progress(f"forward passes, round {number + 1} of {ROUNDS}")
        batch = texts[number * BATCH :][:BATCH]
        for name, (way, at_once) in ways.items():
            started = time.perf_counter()
            for start in range(0, BATCH, at_once):
                way(batch[start : start + at_once])
            spent[name] += time.perf_counter() - started
    return {name: ROUNDS * BATCH / seconds for name, seconds in spent.items()}


def _pipeline(engines: dict[str, str]) -> str:
    rows = []
    for name in ("onnx int8", "lite"):
        count = PIPELINE if name == "onnx int8" else 4 * PIPELINE
        texts = _texts(count)
        pairs = [
            (_alone(load_scorer(engines[name]), texts), _piped(engines[name], texts))
            for _ in range(PAIRS)
        ]
        alone, piped = (median(rates) for rates in zip(*pairs, strict=True))
        share = f"{piped / alone:.0%} ({met(piped / alone >= TARGET_SHARE)})"
        rows.append([name, f"{alone:.0f}/s", f"{piped:.0f}/s", share])
    head = [
        "engine",
        "alone",
        "claim, score, policy, write",
        f"share (at least {TARGET_SHARE:.0%})",
    ]
    return f"The pipeline at saturation, SQLite, one worker:\n\n{table(head, rows)}"


def _alone(scorer: Scorer, texts: Sequence[str]) -> float:
    scorer.score(["warm up"])
    started = time.perf_counter()
    for start in range(0, len(texts), BATCH):
        scorer.score(texts[start : start + BATCH])
    return len(texts) / (time.perf_counter() - started)


def _piped(scorer: str, texts: Sequence[str]) -> float:
    """Submit everything first: what is measured is the worker, not who submits."""
    progress(f"pipeline with {scorer}: {len(texts)} comments")
    with fresh_ground() as ground, running_worker(ground, "tactful", scorer):
        doorbell = Doorbell(ground.redis)
        ground.submit("warm up")
        doorbell.ring("score")
        ground.wait_for_verdicts(1)
        for text in texts:
            ground.submit(text)
        started = time.perf_counter()
        doorbell.ring("score")
        ground.wait_for_verdicts(1 + len(texts))
        return len(texts) / (time.perf_counter() - started)


def _costs(engines: dict[str, str]) -> str:
    gc.collect()
    progress("start and memory of each engine")
    costs = {name: cost_of(scorer) for name, scorer in engines.items()}
    rows = [[name, f"{c.seconds:.1f} s", f"{c.mebibytes:.0f} MiB"] for name, c in costs.items()]
    return "A worker's price:\n\n" + table(["engine", "start to first score", "memory"], rows)


def _texts(count: int) -> list[str]:
    return real_comments(count)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print(run())
