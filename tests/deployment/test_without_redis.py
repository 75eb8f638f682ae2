"""Redis away, silent, full, a replica, somebody else's: comments are judged and told anyway."""

import contextlib
import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deployment.processes import Installation
from tests.servers import RedisServer, wait_until
from tests.workers.receivers import Receiver

SECONDS = 40  # a busy machine; on a quiet one, one
FULL = ("config set maxmemory 1", "config set maxmemory 0")
A_REPLICA = ("replicaof 127.0.0.1 1", "replicaof no one")
NOT_OURS = ("set rq:queue:{} x", "del rq:queue:{}")


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


def workers(api: httpx.Client) -> dict[str, int]:
    found = re.findall(r'^tactful_workers\{queue="(\w+)"\} (\d+)', api.get("/metrics").text, re.M)
    return {queue: int(count) for queue, count in found}


def verdict(api: httpx.Client, receiver: Receiver) -> str:
    """Have a comment judged, and its webhook sent; return its id."""
    answer = api.post("/v1/comments", json={"body": "Hello"}, headers={"Prefer": "wait=30"})
    assert answer.json()["verdict"]["decided_by"] == "policy", answer.text
    comment = str(answer.json()["id"])
    wait_until(lambda: comment in told(receiver), SECONDS, "no webhook")
    return comment


def told(receiver: Receiver) -> list[str]:
    return [json.loads(request.body)["data"]["id"] for request in receiver.received]


def ask(redis: RedisServer, commands: str) -> None:
    with redis.client() as client:
        for queue in ("score", "deliver"):
            client.execute_command(*commands.format(queue).split())


def test_whatever_ails_redis_comments_are_judged_and_told_once(
    installation: Installation, redis_server: RedisServer
) -> None:
    installation.env["TACTFUL_WEBHOOK_ALLOW"] = "127.0.0.1/32"
    commands = ("worker", "--queue", "score"), ("worker", "--queue", "deliver"), ("cron",)
    with Receiver() as receiver, installation.web() as api:
        assert api.post("/v1/webhooks", json={"url": receiver.url}).status_code == 201
        with contextlib.ExitStack() as processes:
            for command in commands:
                processes.enter_context(installation.start(*command))
            judged = [verdict(api, receiver)]
            for makes_ill, cures in (FULL, A_REPLICA, NOT_OURS):
                ask(redis_server, makes_ill)
                judged += [verdict(api, receiver) for _ in range(2)]
                ask(redis_server, cures)
            redis_server.signal(signal.SIGSTOP)
            judged += [verdict(api, receiver) for _ in range(2)]
            redis_server.kill()
            judged += [verdict(api, receiver) for _ in range(3)]
            redis_server.start()
            everybody = {"score": 1, "deliver": 1}
            wait_until(lambda: workers(api) == everybody, SECONDS, "not each process is one worker")
            redis_server.flush()
            wait_until(lambda: workers(api) == everybody, SECONDS, "a flush lost the workers")
            judged.append(verdict(api, receiver))
            redis_server.kill()  # and the processes end well without it
    assert sorted(told(receiver)) == sorted(judged)
    assert "Traceback" not in installation.log.read_text()
