import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import text

from service.app import create_app
from service.context import ServiceContext
from store.database import Database
from tests.servers import PostgresServer, free_port
from tests.service.api.conftest import Caller, Clock, Judge, json_of
from workers.redis_clients import impatient_client


def metric(client: FlaskClient, name: str) -> float:
    lines = client.get("/metrics").text.splitlines()
    [value] = [line.rpartition(" ")[2] for line in lines if line.rpartition(" ")[0] == name]
    return float(value)


def test_a_living_process_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200


def test_it_is_ready_when_all_parts_are_there(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert json_of(answer) == {"ready": True, "missing": {}}


def test_an_old_schema_is_not_ready(client: FlaskClient, database: Database) -> None:
    database.write(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '0'")))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(json_of(answer)["missing"]) == ["migrations"]


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql://127.0.0.1:9/none"])
def test_missing_parts_are_named(context: ServiceContext, url: str) -> None:
    away = ServiceContext(
        database=Database(url),
        redis=impatient_client(f"redis://127.0.0.1:{free_port()}"),
        doorbell=context.doorbell,
        waiter=context.waiter,
        analyzer=context.analyzer,
        sealer=context.sealer,
    )
    client = create_app(away).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(json_of(answer)["missing"]) == ["database", "redis"]
    answer = client.get("/readyz?exclude=redis")
    assert (answer.status_code, list(json_of(answer)["missing"])) == (503, ["database"])
    assert client.get("/readyz?exclude=redis&exclude=database").status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.get("/metrics").status_code == 200
    comment = client.post("/v1/comments", json={}, headers={"Authorization": "Bearer tk_x"})
    assert comment.status_code == 503
    assert comment.headers["Retry-After"] == "2"
    assert comment.content_type == "application/problem+json"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_takes_no_writes_is_away_until_it_does(
    blog: Caller, database: Database, postgres: PostgresServer
) -> None:
    change = f'ALTER DATABASE "{database.engine.url.database}" {{}} default_transaction_read_only'
    postgres.run(change.format("SET") + " = on")
    database.engine.dispose()  # connections that were made before may still write
    refused = blog.post("/v1/comments", {"body": "Hello"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    ready = blog.client.get("/readyz")
    assert ready.status_code == 503
    assert "takes no writes" in json_of(ready)["missing"]["database"]
    postgres.run(change.format("RESET"))
    assert blog.client.get("/readyz").status_code == 200
    assert blog.post("/v1/comments", {"body": "Hello"}).status_code == 202


def test_a_redis_that_is_full_is_not_ready_although_it_answers(
    client: FlaskClient, redis: Redis
) -> None:
    redis.config_set("maxmemory", "1")
    try:
        answer = client.get("/readyz")
    finally:
        redis.config_set("maxmemory", "0")
    assert answer.status_code == 503
    assert "takes no writes" in json_of(answer)["missing"]["redis"]
    assert client.get("/readyz").status_code == 200


def test_what_waits_is_measured(blog: Caller, judge: Judge, clock: Clock, redis: Redis) -> None:
    client = blog.client
    blog.post("/v1/comments", {"body": "One"})
    judge(action="review")
    clock.move(seconds=90)
    blog.post("/v1/comments", {"body": "Two"})
    clock.move(seconds=30)
    assert metric(client, "tactful_pending_comments") == 1
    assert metric(client, "tactful_oldest_pending_seconds") == 30
    assert metric(client, "tactful_review_queue_comments") == 1
    assert metric(client, "tactful_oldest_review_seconds") == 120
    assert metric(client, "tactful_webhook_backlog") == 0
    assert metric(client, 'tactful_queue_depth{queue="score"}') == 1
    assert metric(client, 'tactful_build_info{version="0.1.0"}') == 1
    redis.flushall()
    assert metric(client, 'tactful_queue_depth{queue="score"}') == 0
    assert metric(client, "tactful_cron") == 0  # none runs


def test_comments_and_decisions_are_counted(blog: Caller) -> None:
    received = 'tactful_comments_received_total{protocol="native"}'
    decided = 'tactful_decisions_total{decision="spam",overturned="false"}'
    comment = json_of(blog.post("/v1/comments", {"body": "One"}))["id"]
    blog.post(f"/v1/comments/{comment}/decision", {"decision": "spam"})
    before = metric(blog.client, received), metric(blog.client, decided)
    blog.post("/v1/comments", {"body": "Two"})
    blog.post(f"/v1/comments/{comment}/decision", {"decision": "spam"})
    assert metric(blog.client, received) == before[0] + 1
    assert metric(blog.client, decided) == before[1]


def test_no_label_is_what_a_caller_invented(client: FlaskClient) -> None:
    client.get("/invented/path")
    client.open("/v1/comments", method="INVENTED")
    client.delete("/v1/authors/invented")
    page = client.get("/metrics").text.lower()
    assert "invented" not in page
    assert 'method="other",route="unmatched"' in page


def test_metrics_can_be_kept_from_the_public(context: ServiceContext) -> None:
    from dataclasses import replace

    client = create_app(replace(context, metrics_enabled=False)).test_client()
    assert client.get("/metrics").status_code == 404


def test_processes_that_share_a_folder_are_added_up(tmp_path: Path) -> None:
    script = """
import sys
from service.metrics import COMMENTS_RECEIVED
COMMENTS_RECEIVED.labels("native").inc(2)
if sys.argv[1:]:
    from service.running.metrics_server import counted
    print(counted().decode())
"""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for arguments in ([], ["print"]):
        run = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    assert 'tactful_comments_received_total{protocol="native"} 4.0' in run.stdout
