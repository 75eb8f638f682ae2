"""`python -m training.lite` trains, exports, calibrates and measures (`command_line`)."""

import sys

from training.lite import dataset
from training.lite.calibrate import calibrate
from training.lite.command_line import parsed
from training.lite.export import export
from training.lite.lexicon import write_weights
from training.lite.measure import report
from training.lite.phrases import write_phrases
from training.lite.rounds import learn_last, learn_rounds, log_to_stderr, shipped_network

SEED = 20261124
"""Of the split and of what is written from templates."""


def main() -> None:
    """Do the steps that were asked for, or all of them in order."""
    arguments = parsed(sys.argv[1:])
    log_to_stderr()
    shared, work, to, steps = arguments.shared, arguments.work, arguments.to, arguments.steps
    work.mkdir(parents=True, exist_ok=True)
    split = dataset.build(shared, SEED)
    if "learn" in steps:
        learn_rounds(split.train, work, arguments.seeds, arguments.cores)
    if "last" in steps:
        learn_last(split.train, work)
    if "export" in steps:
        export(shipped_network(work), to)
        write_weights(to / "words.json")
        write_phrases(split.train, to / "phrases.npz")
        calibrate(to, [e for e in split.held[::2] if not dataset.is_hard(e)])
    if "measure" in steps:
        lines = report(to, shared, split.held[1::2])
        sys.stdout.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main()
