"""Time from a POST to its verdict when little happens, against the scorer called directly."""

import http.client
import json
import time

from bench.corpus import real_comments
from bench.report import met, percentile, progress, table
from bench.standin import named_scorer
from bench.whole import Whole, running_up

COMMENTS = 200
WARM_UP = 20
PAUSE_SECONDS = 0.02
TARGET_MS = 25.0


def run() -> str:
    """Measure, and return the section of the report."""
    texts = real_comments(COMMENTS + WARM_UP)
    progress(f"latency: {COMMENTS} comments, one after the other")
    direct = _direct(texts)[WARM_UP:]
    with running_up() as whole:
        served = _served(whole, texts)[WARM_UP:]
    more = percentile(served, 0.5) - percentile(direct, 0.5)
    rows = [
        ["p50", *(f"{percentile(values, 0.5):.1f} ms" for values in (direct, served))],
        ["p99", *(f"{percentile(values, 0.99):.1f} ms" for values in (direct, served))],
    ]
    rows[0].append(f"{more:.1f} ms ({met(more <= TARGET_MS)})")
    rows[1].append(f"{percentile(served, 0.99) - percentile(direct, 0.99):.1f} ms")
    return (
        "### From POST to verdict, when little happens\n\n"
        f"{COMMENTS} comments of Civil Comments, `POST /v1/comments` with `Prefer: wait`, one"
        f" after the other, against a whole `tactful up`. Baseline: the same scorer called in this"
        f" process. Target: at most {TARGET_MS:.0f} ms more at p50.\n\n"
        + table(["", "scorer called directly", "POST to verdict", "more"], rows)
    )


def _direct(texts: list[str]) -> list[float]:
    scorer = named_scorer("lite")
    times = []
    for text in texts:
        started = time.perf_counter()
        scorer.score([text])
        times.append((time.perf_counter() - started) * 1000)
    return times


def _served(whole: Whole, texts: list[str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", whole.port)
    headers = {
        "Authorization": f"Bearer {whole.api_key}",
        "Content-Type": "application/json",
        "Prefer": "wait=10",
    }
    times = []
    for text in texts:
        time.sleep(PAUSE_SECONDS)
        started = time.perf_counter()
        connection.request("POST", "/v1/comments", json.dumps({"body": text}), headers)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"no verdict in time: {answer.status}")
    return times


if __name__ == "__main__":
    print(run())
