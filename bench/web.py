"""The web process to be measured: the real one, or the same app that stores nothing."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from pydantic import SecretStr
from sqlalchemy import Connection

from service.app import create_app
from service.compose_web import make_context
from service.http.replies import Reply
from service.running.web import WebServer, server_options
from service.settings import Settings
from store.database import Database
from store.records import CommentRecord

Result = TypeVar("Result")

CANNED = CommentRecord(
    id="cmt_00000000000000000000000000",
    external_id=None,
    revision=1,
    status="pending",
    submitted_at=datetime(2026, 11, 24, tzinfo=UTC),
    metadata={},
    verdict=None,
    decision=None,
)


class NoDatabase(Database):
    """Writes nothing: every comment is answered with the same one."""

    def write(self, work: Callable[[Connection], Result]) -> Result:  # noqa: ARG002 - that is it
        """Return the canned reply."""
        return cast("Result", Reply(202, CANNED, ring="score"))


def main(kind: str, port: str, database_url: str, redis_url: str) -> None:
    """Serve until killed."""
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key=SecretStr("a key for the bench only"),
    )
    bind = [f"127.0.0.1:{port}"]

    def load() -> Callable[..., Any]:
        context = make_context(settings)
        if kind == "without":
            context = replace(context, database=NoDatabase(database_url))
        return create_app(context)

    WebServer(server_options(settings, bind), load).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
