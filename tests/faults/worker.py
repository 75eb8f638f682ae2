"""A scoring worker like `tactful worker --queue score`, whose scorer does what a text tells it to.

    DIE_SCORING      the process kills itself, as a bug in a native library would
    LINGER_SCORING   it says (by a file named after its process) that it is in the middle of a
                     batch, and stays there for as long as there is a file `linger`

Each verdict's engine has the worker's process id as its version, so that tests see who wrote.
Run by the tests, with -m.
"""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rules.verdict import EngineRef
from service.commands.start import start_production
from service.compose import make_runtime, required
from workers.process import work
from workers.runtime import ScoringRuntime, install
from workers.scorers.protocol import Scorer, Scores

DIE_SCORING = "die-in-the-scorer"
LINGER_SCORING = "linger-in-the-scorer"
LINGER = "linger"
MOST_LOOKS = 600
FOLDER_VARIABLE = "FAULTS_FOLDER"


class ObedientScorer:
    """Wraps a scorer."""

    def __init__(self, inner: Scorer) -> None:
        self._inner = inner
        self.engine = EngineRef(name=inner.engine.name, version=str(os.getpid()))

    def score(self, texts: Sequence[str]) -> list[Scores]:
        if any(DIE_SCORING in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        if any(LINGER_SCORING in text for text in texts):
            self._linger(Path(os.environ[FOLDER_VARIABLE]))
        return self._inner.score(texts)

    def _linger(self, folder: Path) -> None:
        for _ in range(MOST_LOOKS):
            if not (folder / LINGER).exists():
                return
            (folder / str(os.getpid())).touch()
            time.sleep(0.1)


def main() -> None:
    settings = start_production()
    runtime = make_runtime(settings, "score")
    assert isinstance(runtime, ScoringRuntime)
    install(replace(runtime, scorer=ObedientScorer(runtime.scorer)))
    work("score", required(settings.redis_url, "redis_url"))


if __name__ == "__main__":
    main()
