from tests.service.api.conftest import Caller


def test_a_text_of_64_kib_without_a_space_is_accepted(blog: Caller) -> None:
    assert blog.post("/v1/comments", {"body": "x" * 65_536}).status_code == 202


def test_a_text_whose_every_character_is_escaped_is_accepted(blog: Caller) -> None:
    raw = b'{"body": "' + b"\\u0061" * 65_536 + b'"}'
    answer = blog.post("/v1/comments", data=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202


def test_a_clock_that_is_five_minutes_ahead_is_forgiven(blog: Caller) -> None:
    content = {"body": "a", "posted_at": "2026-11-24T12:04:59Z"}
    assert blog.post("/v1/comments", content).status_code == 202
