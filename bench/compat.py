"""Synchronous checks of the drop-in protocols, against the native API with `Prefer: wait`."""

import http.client
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

import psutil

from bench.corpus import real_comments
from bench.report import met, percentile, progress, table
from bench.whole import Whole, running_up

CHECKS = 400  # of each kind, taking turns
WARM_UP = 30
AT_ONCE = 50
ROUNDS = 6
PAUSE_SECONDS = 0.01
P50_MORE = 0.10
P99_SECONDS = 0.150
P99_AT_ONCE_SECONDS = 1.0
PATIENCE_SECONDS = 1.0
ADDRESS = "203.0.113.9"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Request = tuple[str, str, dict[str, str]]  # path, body, headers


@dataclass
class Caller:
    """One client with its connection, which it keeps."""

    port: int

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def seconds(self, request: Request) -> float:
        """Send a request and return how long its answer took; raise RuntimeError on a bad one."""
        path, body, headers = request
        started = time.perf_counter()
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        seconds = time.perf_counter() - started
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return seconds


def run() -> str:
    """Measure, and return the section of the report."""
    with running_up() as whole:
        kinds = _kinds(whole)
        progress(f"compat: {CHECKS} checks of each kind, taking turns")
        single = _single(whole, kinds)
        progress(f"compat: {AT_ONCE} checks at once, {ROUNDS} times each")
        crowd = {name: _at_once(whole, make) for name, make in kinds.items()}
        progress(f"compat: {AT_ONCE} checks at once, with the worker stopped")
        late = _at_once_in_vain(whole, kinds["Akismet comment-check"])
    return _section(single, crowd) + "\n\n" + _late(late)


def _kinds(whole: Whole) -> dict[str, Callable[[str], Request]]:
    key = whole.api_key
    bearer = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def native(text: str) -> Request:
        comment = {"body": text, "author": {"name": "Ann", "ip": ADDRESS}}
        return "/v1/comments", json.dumps(comment), {**bearer, "Prefer": "wait=10"}

    def akismet(text: str) -> Request:
        form = {"api_key": key, "blog": "https://blog.example", "user_ip": ADDRESS}
        body = urlencode({**form, "comment_content": text, "comment_author": "Ann"})
        return "/1.1/comment-check", body, FORM

    def analyze(text: str) -> Request:
        return "/v1/analyze", json.dumps({"text": text}), bearer

    def perspective(text: str) -> Request:
        body = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}}
        path = f"/v1alpha1/comments:analyze?key={key}"
        return path, json.dumps(body), {"Content-Type": "application/json"}

    def openai(text: str) -> Request:
        return "/v1/moderations", json.dumps({"input": text}), bearer

    return {
        "native, Prefer: wait": native,
        "Akismet comment-check": akismet,
        "native, analyze": analyze,
        "Perspective analyze": perspective,
        "OpenAI moderations": openai,
    }


def _single(whole: Whole, kinds: dict[str, Callable[[str], Request]]) -> dict[str, list[float]]:
    """Return the seconds of checks one at a time. Kinds take turns, so a slow moment is shared."""
    caller = Caller(whole.port)
    texts = real_comments(CHECKS + WARM_UP)
    seconds: dict[str, list[float]] = {name: [] for name in kinds}
    for number, text in enumerate(texts):
        for name, make in kinds.items():
            time.sleep(PAUSE_SECONDS)
            seconds[name].append(caller.seconds(make(f"{text} ({name} {number})")))
    return {name: values[WARM_UP:] for name, values in seconds.items()}


def _at_once(whole: Whole, make: Callable[[str], Request]) -> list[float]:
    """Return the seconds of checks of which AT_ONCE are always under way together."""
    texts = real_comments(AT_ONCE)
    seconds: list[float] = []
    with ThreadPoolExecutor(AT_ONCE) as threads:
        callers = [Caller(whole.port) for _ in range(AT_ONCE)]
        for number in range(ROUNDS):
            requests = [make(f"{text} (round {number})") for text in texts]
            times = list(threads.map(Caller.seconds, callers, requests))
            seconds.extend(times if number else [])  # the first round opens the connections
    return seconds


def _at_once_in_vain(whole: Whole, make: Callable[[str], Request]) -> list[float]:
    """Return the seconds of AT_ONCE checks while nobody scores."""
    worker = next(
        child
        for child in psutil.Process(whole.process.pid).children()
        if {"worker", "score"} & set(child.cmdline())
    )
    callers = [Caller(whole.port) for _ in range(AT_ONCE)]
    requests = [make(f"{text} (in vain)") for text in real_comments(AT_ONCE)]
    worker.suspend()
    try:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(Caller.seconds, callers, requests))
    finally:
        worker.resume()


def _late(seconds: list[float]) -> str:
    slowest = max(seconds)
    return (
        f"With the scoring worker stopped, the slowest of {AT_ONCE} Akismet checks at once got the"
        f" site's `on_timeout` answer after {slowest:.2f} s ({met(slowest < PATIENCE_SECONDS)}: the"
        f" PyPI client gives up after {PATIENCE_SECONDS:.0f} s)."
    )


def _section(single: dict[str, list[float]], crowd: dict[str, list[float]]) -> str:
    base = {
        "Akismet comment-check": "native, Prefer: wait",
        "Perspective analyze": "native, analyze",
        "OpenAI moderations": "native, analyze",
    }
    rows = []
    for name, values in single.items():
        p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
        at_once = percentile(crowd[name], 0.99)
        more = p50 / percentile(single[base[name]], 0.5) - 1 if name in base else None
        rows.append(
            [
                name,
                f"{p50 * 1000:.1f} ms",
                "" if more is None else f"{more:+.0%} ({met(more <= P50_MORE)})",
                f"{p99 * 1000:.1f} ms ({met(p99 < P99_SECONDS)})",
                f"{at_once * 1000:.0f} ms ({met(at_once < P99_AT_ONCE_SECONDS)})",
            ]
        )
    head = ["", "p50", "against native", "p99", f"p99, {AT_ONCE} at once"]
    return (
        "## Drop-in protocols: synchronous checks (`bench/compat.py`)\n\n"
        f"{CHECKS} comments of Civil Comments a kind, one at a time, the kinds taking turns,"
        f" against a whole `tactful up` with the built-in scorer; then {AT_ONCE} clients at once,"
        f" {ROUNDS - 1} comments each. Targets: p50 at most {P50_MORE:.0%} above the native API,"
        f" p99 under {P99_SECONDS * 1000:.0f} ms, and under {P99_AT_ONCE_SECONDS:.0f} s at once."
        "\n\n" + table(head, rows)
    )


if __name__ == "__main__":
    print(run())
