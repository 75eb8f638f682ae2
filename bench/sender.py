"""A load of HTTP requests: plain sockets, many connections, in a process of its own.

An HTTP library would be the slowest thing on the machine; this sends bytes made beforehand and
reads no more of an answer than its length.
"""

import json
import socket
import sys
import threading
import time
from dataclasses import dataclass
from subprocess import run

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """What to send. Every request's body is different."""

    port: int
    api_key: str
    requests: int
    connections: int

    def apply(self) -> float:
        """Send it from another process; return answered requests a second."""
        arguments = [str(self.port), self.api_key, str(self.requests), str(self.connections)]
        command = [sys.executable, "-m", "bench.sender", *arguments]
        return float(run(command, capture_output=True, text=True, check=True).stdout)


def request_bytes(port: int, api_key: str, number: int) -> bytes:
    """Return one POST of a comment of some 200 characters."""
    text = f"Comment {number}. " + "I have read all of this, and there is something in it. " * 3
    body = json.dumps({"body": text, "author": {"id": str(number % 97), "name": "Ann"}}).encode()
    head = (
        f"POST /v1/comments HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {api_key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def read_answer(connection: socket.socket) -> int:
    """Read one answer; return its status."""
    received = b""
    while HEAD_END not in received:
        received += connection.recv(65_536)
    head, _, rest = received.partition(HEAD_END)
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    while len(rest) < length:
        rest += connection.recv(65_536)
    return int(head[9:12])


def _send(port: int, requests: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for request in requests:
            connection.sendall(request)
            status = read_answer(connection)
            if status != 202:
                raise RuntimeError(f"answered {status}")


def main(port: int, api_key: str, count: int, connections: int) -> None:
    """Send `count` requests over so many connections; print how many a second."""
    requests = [request_bytes(port, api_key, number) for number in range(count)]
    threads = [
        threading.Thread(target=_send, args=(port, requests[offset::connections]))
        for offset in range(connections)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(count / (time.perf_counter() - started))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
