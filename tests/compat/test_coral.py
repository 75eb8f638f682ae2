"""Coral's external moderation phase against the running service."""

import json
import subprocess
from typing import Any

import httpx
import pytest

from tests.compat.conftest import Blog
from tests.compat.coral import SECRET, Coral, sign
from tests.servers import wait_until
from tests.service.running import RunningUp, command_line, environment


@pytest.fixture
def coral(blog: Blog) -> Coral:
    blog.set_coral_secret(SECRET)
    return Coral(f"{blog.url}/coral/{blog.keys.akismet_key}", timeout=2)


def settled(coral: Coral, text: str, **changes: Any) -> dict[str, Any] | None:
    """Return the answer to a comment that was judged in time: the tests' machine may be busy."""
    for _ in range(20):
        if (answer := coral.moderate(text, **changes)) != {"status": "PREMOD"}:
            break
    return answer


def test_the_secret_is_set_on_the_command_line(blog: Blog, up: RunningUp) -> None:
    done = subprocess.run(
        command_line("site", "set", blog.keys.name, "--coral-secret", "-"),
        env=environment(TACTFUL_DATA=str(up.data_dir)),
        input=f"{SECRET}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert SECRET.encode() not in blog.stored()  # it is sealed
    coral = Coral(f"{blog.url}/coral/{blog.keys.akismet_key}", timeout=2)
    assert settled(coral, "Hello.") == {}


def test_good_comments_are_left_to_corals_next_phases(coral: Coral, blog: Blog) -> None:
    assert settled(coral, "<div>What a lovely article.</div>") == {}
    stored = blog.comments()[0]
    assert stored["verdict"]["action"] == "approve"
    assert stored["metadata"]["coral"]["storyID"] == "245b3c8e-a1"


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("<b>Bullshit.</b>", "SYSTEM_WITHHELD", "COMMENT_DETECTED_TOXIC"),
        ("Do reject me.", "REJECTED", "COMMENT_DETECTED_TOXIC"),
        ("Buy cheap pills.", "REJECTED", "COMMENT_DETECTED_SPAM"),
    ],
)
def test_the_policys_action_becomes_one_of_corals(
    coral: Coral, text: str, status: str, reason: str
) -> None:
    flag = {"actionType": "FLAG", "reason": reason}
    assert settled(coral, text) == {"status": status, "actions": [flag]}


def test_an_edit_and_a_reply_are_judged_too(coral: Coral) -> None:
    reply = {"body": "Bullshit.", "parentID": "c-1"}
    answer = settled(coral, "", action="EDIT", comment=reply) or {}
    assert answer["status"] == "SYSTEM_WITHHELD"


def test_staff_is_known_by_corals_role(coral: Coral, blog: Blog) -> None:
    coral.moderate("Hello.", author={"id": "7", "role": "MODERATOR"})
    assert b'"role":"moderator"' in blog.stored()


def test_a_wrong_signature_is_refused(coral: Coral, blog: Blog) -> None:
    raw = json.dumps(coral.request("Hello")).encode()
    for signature in ("", "sha256=", "sha256=" + "0" * 64, sign(raw, "another"), "é", "," * 99):
        headers = {b"X-Coral-Signature": signature.encode("latin-1")}
        assert httpx.post(coral.url, content=raw, headers=headers).status_code == 401
    assert coral.send(raw + b" ", sign(raw, SECRET)).status_code == 401
    assert blog.comments() == []


def test_while_a_secret_is_rotated_either_signature_will_do(coral: Coral) -> None:
    raw = json.dumps(coral.request("Hello")).encode()
    assert coral.send(raw, sign(raw, "the new one", SECRET)).status_code == 200


def test_a_site_without_a_secret_takes_nothing(blog: Blog) -> None:
    coral = Coral(f"{blog.url}/coral/{blog.keys.akismet_key}", timeout=2)
    raw = json.dumps(coral.request("Hello")).encode()
    assert coral.send(raw).status_code == 403
    assert coral.send(raw, "sha256=" + "0" * 64).status_code == 403


def test_one_sites_secret_opens_no_other(coral: Coral, other: Blog) -> None:
    other.set_coral_secret("the secret of another site")
    raw = json.dumps(coral.request("Hello")).encode()
    there = Coral(f"{other.url}/coral/{other.keys.akismet_key}", timeout=2)
    assert there.send(raw, sign(raw, SECRET)).status_code == 401
    assert there.send(raw, sign(raw, "the secret of another site")).status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"{", b"[]", b"null", b"\xff"),
        *(b'{"comment": 7}', b'{"comment":{"body":null}}'),
        *(b'{"action":"NEW"}', b'{"comment":{}}'),
    ],
)
def test_what_coral_signed_but_nobody_can_read_is_held(coral: Coral, raw: bytes) -> None:
    answer = coral.send(raw)
    assert (answer.status_code, answer.json()) == (200, {"status": "PREMOD"})


@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_large_to_be_read_is_held(coral: Coral, chunked: bool) -> None:
    raw = json.dumps(coral.request("lovely " * 100_000)).encode()
    assert coral.send(raw, chunked=chunked).json() == {"status": "PREMOD"}


def test_what_is_too_long_to_be_read_whole_is_held_on_record_too(coral: Coral, blog: Blog) -> None:
    text = "lovely " * 10_000
    assert coral.moderate(text) == {"status": "PREMOD"}
    wait_until(lambda: bool(blog.comments()[0]["verdict"]), 20, "no verdict came")
    verdict = blog.comments()[0]["verdict"]
    assert (verdict["action"], verdict["reasons"][0]["rule"]) == ("review", "not-read-whole")


def test_odd_requests_are_no_faults(coral: Coral) -> None:
    odd = {"id": "x" * 999, "role": None}
    assert settled(coral, "nul \x00 inside", author=odd) == {}
    assert coral.moderate("") == {}
    padded = settled(coral, " " * 70_000 + "bullshit") or {}
    assert padded["status"] == "SYSTEM_WITHHELD"
    assert httpx.get(coral.url).status_code == 405
    assert httpx.post(coral.url.replace("/coral/", "/coral/x"), content=b"{}").status_code == 404
