"""A supervised scoring worker and a cron, as `tactful up` has them: `python -m … [work]`.

The network and its runtime are `lite`'s; what a text says makes a forward pass stand still in C,
with Python's lock `held` or `released`, or take half a second (`slow`). Each first prints MARK,
which stands for a piece of a text, as C and Rust print: past Python.
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from rules.verdict import EngineRef
from service import compose
from service.commands.start import start_production
from service.commands.worker import command
from service.running.child import ChildSpec, our_command
from service.running.metrics_files import keep_counts_of_ended, share_metrics
from service.running.metrics_server import serve_metrics
from service.running.supervisor import Supervisor
from service.settings import Settings
from tests.workers.leases import SHORT_LEASE, shorten_leases
from workers.scorers.lite.scorer import MODEL
from workers.scorers.onnx import onnx_forward
from workers.scorers.protocol import Scorer
from workers.scorers.transformer import Numbers, Tokens, Transformer
from workers.scorers.windows import WindowCutter

WORDS = {"[PAD]": 0, "[UNK]": 100, "slow": 2001, "released": 2002, "held": 2003}
FOREVER = 3600
MARK = "unmistakable"
DOING: dict[str, Callable[[], object]] = {
    "slow": lambda: time.sleep(0.5),
    "released": lambda: ctypes.CDLL(None).sleep(FOREVER),
    "held": lambda: ctypes.PyDLL(None).sleep(FOREVER),
}


def make_scorer(settings: Settings) -> Scorer:
    del settings
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    network = onnx_forward(MODEL / "model.onnx")

    def forward(ids: Tokens, mask: Tokens) -> Numbers:
        for word, stand in DOING.items():
            if (ids == WORDS[word]).any():
                os.write(2, MARK.encode())
                stand()
        return network(ids, mask)

    engine, cutter = EngineRef(name="standing", version="1"), WindowCutter(tokenizer, 128)
    return Transformer(engine, cutter, forward, ["toxicity"], 0)


def supervise() -> None:
    settings = start_production()
    share_metrics()
    with Supervisor(on_end=keep_counts_of_ended) as supervisor:
        work = (sys.executable, "-m", "tests.workers.standing", "work")
        supervisor.start(ChildSpec("score", work, stop_stage=1))
        supervisor.start(ChildSpec("cron", our_command("cron")))
        assert settings.metrics_addr
        serve_metrics(settings.metrics_addr)
        supervisor.run()


if __name__ == "__main__":
    if "work" in sys.argv:
        shorten_leases(SHORT_LEASE)
        compose.make_scorer = make_scorer
        command.main(["--queue", "score"])
    else:
        supervise()
