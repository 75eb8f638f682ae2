"""The script that moderates Ghost's comments, against a replica of Ghost's Admin API."""

import base64
import hmac
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import ge, gt
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.compat.conftest import Blog
from tests.compat.replicas import Asked, running_replica
from tests.compat.test_integrations import SCRIPTS, environment


@dataclass
class Ghost:
    """Ghost's comments, listed and hidden as its Admin API does: it keeps whole seconds."""

    comments: list[dict[str, Any]] = field(default_factory=list)

    def write(self, *texts: str, at: str = "00:00:00") -> None:
        for text in texts:
            comment = {
                "id": f"c{len(self.comments)}",
                "html": f"<p>{text}</p>",
                "status": "published",
                "created_at": f"2026-11-25T{at}.000Z",
                "edited_at": None,
                "member": {"id": f"m{len(self.comments)}", "name": "Ada"},
                "post": {"title": "Hello"},
            }
            self.comments.append(comment)

    def edit(self, number: int, text: str, at: str) -> None:
        self.comments[number] |= {"html": text, "edited_at": f"2026-11-25T{at}.000Z"}

    def answer(self, asked: Asked) -> Any:
        if asked.method == "PUT":
            (changed,) = asked.body["comments"]
            self.comments[int(changed["id"][1:])]["status"] = changed["status"]
            return {"comments": [changed]}
        query = dict(parse_qsl(urlsplit(asked.path).query))
        asked_for = re.fullmatch(r"(\w+):(>=?)'(.+)'", query["filter"])
        assert asked_for
        column, operator, since = asked_for.groups()
        assert query["order"] == f"{column} asc"
        later = {">": gt, ">=": ge}[operator]
        size, page = int(query["limit"]), int(query.get("page", 1))
        found = [
            one
            for one in self.comments
            if one[column] and later(one[column].replace("T", " ")[:19], since)
        ]
        found.sort(key=lambda one: str(one[column]))
        return {"comments": found[(page - 1) * size : page * size]}

    def hidden(self) -> list[int]:
        return [n for n, one in enumerate(self.comments) if one["status"] == "hidden"]


@pytest.fixture
def ghost() -> Ghost:
    return Ghost()


@pytest.fixture
def moderate(blog: Blog, ghost: Ghost, tmp_path: Path) -> Iterator[Callable[[], list[Asked]]]:
    """Give what runs the script once; it returns all that Ghost was asked since the start."""
    command = [sys.executable, str(SCRIPTS / "ghost" / "moderate.py"), str(tmp_path / "bookmark")]
    with running_replica(ghost.answer) as replica:
        settings = {"GHOST": replica.url, "GHOST_ADMIN_KEY": "abc:" + "00" * 32}

        def once() -> list[Asked]:
            subprocess.run(command, env={**environment(blog), **settings}, check=True, timeout=60)
            return replica.asked

        yield once


def test_ghost_hides_what_is_not_approved(ghost: Ghost, moderate: Callable[[], Any]) -> None:
    ghost.write("Well said.", "This is bullshit.")
    (hidden,) = (one for one in moderate() if one.method == "PUT")
    assert hidden.path == "/ghost/api/admin/comments/c1/"
    assert hidden.body == {"comments": [{"id": "c1", "status": "hidden"}]}
    header, claims, signature = hidden.headers["authorization"].removeprefix("Ghost ").split(".")
    expected = hmac.digest(bytes(32), f"{header}.{claims}".encode(), "sha256")
    assert base64.urlsafe_b64decode(signature + "=") == expected


def test_a_comment_that_cannot_be_read_is_hidden_in_ghost_and_holds_up_no_other(
    ghost: Ghost, moderate: Callable[[], Any]
) -> None:
    ghost.write("Long. " * 50_000, "This is bullshit.", "Well said.")
    moderate()
    assert ghost.hidden() == [0, 1]


def test_an_edit_in_ghost_is_looked_at(ghost: Ghost, moderate: Callable[[], Any]) -> None:
    ghost.write("Well said.", "So it is.")
    moderate()
    ghost.edit(0, "This is bullshit.", at="00:01:00")
    moderate()
    assert ghost.hidden() == [0]


def test_what_comes_to_ghost_in_one_second_is_all_looked_at(
    ghost: Ghost, moderate: Callable[[], Any]
) -> None:
    ghost.write(*(f"Well said, number {number}." for number in range(100)))
    moderate()
    ghost.write("This is bullshit.")
    moderate()
    assert ghost.hidden() == [100]


def test_what_ghost_shows_again_stays(ghost: Ghost, moderate: Callable[[], Any]) -> None:
    ghost.write("This is bullshit.")
    moderate()
    ghost.comments[0]["status"] = "published"
    moderate()
    assert ghost.hidden() == []


def test_a_run_after_one_that_knew_no_edits_leaves_the_old_ones(
    ghost: Ghost, moderate: Callable[[], Any], tmp_path: Path
) -> None:
    ghost.write("This is bullshit.", "Well said.")
    ghost.edit(0, "This is bullshit!", at="00:00:30")
    ghost.write("So it is.", at="00:01:00")
    moderate()
    (tmp_path / "bookmark.edited").unlink()
    ghost.comments[0]["status"] = "published"
    ghost.edit(1, "This is bullshit.", at="00:02:00")
    moderate()
    assert ghost.hidden() == [1]
