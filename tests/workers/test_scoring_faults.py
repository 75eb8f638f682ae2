"""What a scorer cannot do: counted, logged with the comment's id, answered as the site set.

The tokenizers, the network and its runtime are real. What they are given makes them fail.
"""

import json
import subprocess
import sys

import numpy as np
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from rules.verdict import EngineRef
from store.comments import get_comment
from store.database import Database
from store.records import Site
from store.sites import set_on_timeout
from tests.make import submit
from tests.workers.conftest import MakeRuntime
from tests.workers.panicking import Panicking
from workers.careful_scoring import score_carefully
from workers.scorers.cache import CachedScorer
from workers.scorers.lite.scorer import MODEL
from workers.scorers.onnx import onnx_forward
from workers.scorers.protocol import Scorer
from workers.scorers.transformer import Numbers, Tokens, Transformer
from workers.scorers.windows import WindowCutter
from workers.scoring import score_pending_comments

VOCABULARY = {"[PAD]": 0, "hello": 7592, "dear": 6203, "reader": 8068, "number": 2193}
NOT_A_NUMBER, NO_SUCH_ROW = 2001, 10**6
LONG = "It was a long day, and I have much to tell of it. " * 8


def scorer() -> Scorer:
    """Make a scorer of lite's own network, with a tokenizer of a few words and no word for others.

    `nan` comes out as no number, `outside` has no row in the network's table of words, and of
    every word that is not listed the tokenizer says that it cannot take it.
    """
    words = VOCABULARY | {"nan": NOT_A_NUMBER, "outside": NO_SUCH_ROW}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    network = onnx_forward(MODEL / "model.onnx")

    def forward(ids: Tokens, mask: Tokens) -> Numbers:
        broken = (ids == NOT_A_NUMBER).any(axis=1, keepdims=True)
        return np.where(broken, np.nan, network(ids, mask))

    engine, cutter = EngineRef(name="real", version="1"), WindowCutter(tokenizer, 128)
    return CachedScorer(Transformer(engine, cutter, forward, ["toxicity"], 0))


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"tactful_{name}_total", labels) or 0.0


def outcome(database: Database, site: Site, comment_id: str) -> tuple[str, str]:
    with database.read() as tx:
        record = get_comment(tx, site.id, comment_id)
    assert record is not None
    assert record.verdict is not None, "no verdict"
    return record.verdict.action, record.verdict.decided_by


@pytest.mark.parametrize("text", ["hello unheardof", "hello nan", "hello outside"])
def test_it_costs_its_own_comment_alone_and_is_counted_and_logged(
    database: Database, site: Site, make_runtime: MakeRuntime, text: str
) -> None:
    database.write(lambda tx: set_on_timeout(tx, site.id, "reject"))
    runtime = make_runtime(scorer())
    before = [submit(database, site.id, "hello dear reader").id]
    bad = submit(database, site.id, text).id
    before += [submit(database, site.id, "hello number").id]
    failures = counted("scorer_failures")
    verdicts = counted("verdicts", action="reject", decided_by="fallback")
    with capture_logs() as log:
        assert score_pending_comments(runtime) == (3, True)
    assert outcome(database, site, bad) == ("reject", "fallback")
    assert counted("scorer_failures") - failures == 1
    assert counted("verdicts", action="reject", decided_by="fallback") - verdicts == 1
    assert [line["comment"] for line in log if line["event"] == "comment_not_scored"] == [bad]
    assert text not in str(log)
    after = submit(database, site.id, "hello reader").id
    score_pending_comments(runtime)
    found = {outcome(database, site, each)[1] for each in (*before, after)}
    assert found == {"policy"}


def test_out_of_memory_costs_the_comment_that_needs_it_alone(
    database: Database, site: Site, database_url: str
) -> None:
    database.write(lambda tx: set_on_timeout(tx, site.id, "reject"))
    short = [submit(database, site.id, f"Hello {number}").id for number in range(3)]
    long = submit(database, site.id, LONG).id
    short += [submit(database, site.id, "You too").id]
    command = [sys.executable, "-m", "tests.workers.starved", database_url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    *log, failures = [json.loads(line) for line in done.stdout.splitlines()]
    told = [line for line in log if line["event"] == "comment_not_scored"]
    assert [line["comment"] for line in told] == [long]
    assert failures == 1
    assert outcome(database, site, long) == ("reject", "fallback")
    assert {outcome(database, site, each) for each in short} == {("approve", "policy")}
    assert "much to tell" not in done.stdout + done.stderr


def test_a_panic_of_rust_costs_its_own_text_alone() -> None:
    scores = score_carefully(Panicking(), ["hello", "hello dear reader", "dear reader"])
    assert scores == [{"toxicity": 0.1}, None, {"toxicity": 0.1}]


def test_of_a_panic_its_kind_is_logged_and_of_a_crash_its_place_but_nothing_that_rust_says() -> (
    None
):
    command = [sys.executable, "-m", "tests.workers.panicking"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr
    assert '"reason": "PanicException"' in told
    assert "Fatal Python error: Aborted" in told
    assert "panicked at" not in told
    assert "stride" not in told
