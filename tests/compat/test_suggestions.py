"""`comments:suggestscore`: what people say of scores is counted, and of the text nothing kept."""

import json
from typing import Any

import httpx
import pytest

from tests.compat.conftest import Blog
from tests.service.running import tactful

ABUSE, PRAISE = "You are a zanzibarian idiot.", "What a lovely article of zanzibar."


def suggest(blog: Blog, text: str, scores: dict[str, Any], **more: Any) -> httpx.Response:
    """Suggest scores as Coral does when its moderators have decided."""
    body = {
        "comment": {"text": text},
        "context": {"entries": [{"text": '{"url": "https://news.example/a"}'}]},
        "attributeScores": scores,
        "communityId": "Coral:https://news.example",
        "clientToken": "comment:77f1",
        "languages": ["en"],
        **more,
    }
    url = f"{blog.url}/v1alpha1/comments:suggestscore?key={blog.keys.akismet_key}"
    return httpx.post(url, json=body, timeout=5)


def value(number: Any, attribute: str = "TOXICITY") -> dict[str, Any]:
    return {attribute: {"summaryScore": {"value": number}}}


def suggested(blog: Blog, *arguments: str) -> str:
    done = tactful(
        "policy",
        "suggested",
        "--site",
        blog.keys.name,
        *arguments,
        TACTFUL_DATABASE_URL=f"sqlite:///{blog.up.data_dir}/tactful.db",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_operator_sees_what_thresholds_hold_of_what_people_decided(
    blog: Blog, other: Blog
) -> None:
    assert suggested(blog) == "Nobody has suggested a score yet.\n"
    for _ in range(2):
        assert suggest(blog, ABUSE, value(1)).status_code == 200
    assert suggest(blog, PRAISE, value(0)).status_code == 200
    told = suggested(blog)
    assert told.startswith("TOXICITY, as lite ")
    assert "2 texts should score high, 1 low" in told
    (half,) = [line.split() for line in told.splitlines() if line.startswith("       0.50")]
    assert half == ["0.50", "100%", "0%"]
    high, low = sorted(
        map(json.loads, suggested(blog, "--json").splitlines()), key=lambda x: -x["times"]
    )
    assert (high["times"], high["high"], low["times"], low["high"]) == (2, True, 1, False)
    assert high["hundredths"] > 50 > low["hundredths"]
    assert suggested(other) == "Nobody has suggested a score yet.\n"


def test_nothing_of_a_suggested_text_is_stored(blog: Blog) -> None:
    assert suggest(blog, ABUSE, value(0)).status_code == 200
    assert blog.comments() == []
    stored = blog.stored()
    for word in (b"zanzibar", b"comment:77f1", b"news.example"):
        assert word not in stored
    assert "TOXICITY" in suggested(blog)


def test_what_the_engine_has_no_score_for_is_taken_and_not_counted(blog: Blog) -> None:
    german = "Das ist wirklich nicht die Art, wie man mit mir redet"
    assert suggest(blog, german, value(1), languages=["de"]).status_code == 200
    assert suggest(blog, PRAISE, value(1, "FLIRTATION")).status_code == 200
    assert suggest(blog, PRAISE, {"TOXICITY": {"spanScores": []}}).status_code == 200
    assert suggested(blog) == "Nobody has suggested a score yet.\n"


@pytest.mark.parametrize("scores", [value(1.5), value(-1), value("much"), {"TOXICITY": 1}, {}])
def test_a_suggestion_that_is_none_gets_googles_error(blog: Blog, scores: dict[str, Any]) -> None:
    answer = suggest(blog, PRAISE, scores)
    assert answer.status_code == answer.json()["error"]["code"] == 400
    assert suggested(blog) == "Nobody has suggested a score yet.\n"
