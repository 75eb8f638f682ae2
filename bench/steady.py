"""A steady stream of POSTs at a given rate, from another process: what was answered, how fast.

The stream is open: a request is due at its time whether the one before was answered or not, and
its latency counts from when it was due, as a queue outside of the service is the service's doing.
Latencies from the moment of sending are given, too: beyond the service's limit the first kind
only tells how long the stream lasted.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.report import percentile
from bench.sender import HEAD_END, request_bytes

RETRIED = {"429", "503"}
REFUSED_PAUSE = 0.5


@dataclass
class Answers:
    """What one connection got: seconds from when a request was due, and from when it was sent."""

    statuses: Counter[str] = field(default_factory=Counter)
    improper: int = 0  # 429 or 503 without Retry-After
    since_due: list[float] = field(default_factory=list)
    since_sent: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Streamed:
    """What a stream came to. Latencies are of 2xx, in seconds: p50, p99, p99.9."""

    seconds: float
    statuses: dict[str, int]
    improper: int
    since_due: tuple[float, float, float]
    since_sent: tuple[float, float, float]

    @property
    def accepted(self) -> int:
        """Return how many were answered with 2xx."""
        return sum(count for status, count in self.statuses.items() if status.startswith("2"))

    @property
    def improper_share(self) -> int:
        """Return how many answers were neither 2xx nor 429 or 503 with Retry-After."""
        refused = sum(self.statuses.get(status, 0) for status in RETRIED)
        return sum(self.statuses.values()) - self.accepted - refused + self.improper


def stream(port: int, api_key: str, rate: float, seconds: float, connections: int) -> Streamed:
    """Post `rate` requests a second for so long; `rate` 0 is as many as are taken.

    With 0, whoever is refused waits a moment: requests that are refused and sent again at once
    take the time of the workers, and after Retry-After nobody would have had anything to do.
    """
    arguments = [str(port), api_key, str(rate), str(seconds), str(connections)]
    command = [sys.executable, "-m", "bench.steady", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    found["since_due"], found["since_sent"] = tuple(found["since_due"]), tuple(found["since_sent"])
    return Streamed(**found)


class Connection:
    """A connection that is made anew when the server ended it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def post(self, request: bytes) -> tuple[str, bool]:
        """Return (status, whether it has Retry-After); status `reset` where no answer came."""
        for _ in range(2):  # once more: a kept connection may end between two requests
            fresh = self._socket is None
            try:
                return self._exchange(request)
            except OSError:
                self._socket = None
                if fresh:
                    break
        return "reset", False

    def _exchange(self, request: bytes) -> tuple[str, bool]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        self._socket.sendall(request)
        received = b""
        while HEAD_END not in received:
            received += self._received()
        head, _, rest = received.partition(HEAD_END)
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        while len(rest) < length:
            rest += self._received()
        if b"connection: close" in lines:
            self._socket = None
        again = any(line.startswith(b"retry-after:") for line in lines)
        return head[9:12].decode(), again

    def _received(self) -> bytes:
        assert self._socket is not None
        if not (received := self._socket.recv(65_536)):
            raise ConnectionResetError
        return received


@dataclass
class Turns:
    """Numbers the requests of all connections; request n is due n / rate seconds after the start.

    A `rate` of 0 has each request due when it is asked for. `first` is added to what a comment
    says: texts of an earlier stream would have their scores remembered.
    """

    rate: float
    ends_at: float
    started_at: float = field(default_factory=time.perf_counter)
    number: int = 0
    first: int = field(default_factory=lambda: time.time_ns() // 1_000)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> tuple[int, float] | None:
        """Return (number, when it is due), None when the stream is over."""
        with self.lock:
            number, self.number = self.number, self.number + 1
        now = time.perf_counter()
        due = self.started_at + number / self.rate if self.rate else now
        return None if max(due, now) >= self.ends_at else (number, due)


def _send(connection: Connection, port: int, api_key: str, turns: Turns, answers: Answers) -> None:
    while (turn := turns.take()) is not None:
        number, due = turn
        request = request_bytes(port, api_key, turns.first + number)
        time.sleep(max(due - time.perf_counter(), 0))
        sent = time.perf_counter()
        status, again = connection.post(request)
        now = time.perf_counter()
        answers.statuses[status] += 1
        if status.startswith("2"):
            answers.since_due.append(now - due)
            answers.since_sent.append(now - sent)
        elif status in RETRIED and not again:
            answers.improper += 1
        elif not turns.rate:
            time.sleep(REFUSED_PAUSE)


def main(port: int, api_key: str, rate: float, seconds: float, connections: int) -> None:
    """Send, and print what came of it as JSON."""
    started = time.perf_counter()
    turns = Turns(rate, started + seconds, started)
    all_answers = [Answers() for _ in range(connections)]
    threads = [
        threading.Thread(target=_send, args=(Connection(port), port, api_key, turns, answers))
        for answers in all_answers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sum((answers.statuses for answers in all_answers), Counter[str]())
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "statuses": dict(statuses),
                "improper": sum(answers.improper for answers in all_answers),
                "since_due": tail([one for each in all_answers for one in each.since_due]),
                "since_sent": tail([one for each in all_answers for one in each.since_sent]),
            }
        )
    )


def tail(latencies: list[float]) -> tuple[float, float, float]:
    """Return p50, p99 and p99.9."""
    if not latencies:
        return (0.0, 0.0, 0.0)
    p50, p99, p999 = (percentile(latencies, share) for share in (0.5, 0.99, 0.999))
    return (p50, p99, p999)


if __name__ == "__main__":
    _, port, api_key, rate, seconds, connections = sys.argv
    main(int(port), api_key, float(rate), float(seconds), int(connections))
