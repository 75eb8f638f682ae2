"""Long lists of texts to moderate: the caller waits as long as scores come."""

import time
from collections.abc import Sequence
from importlib import import_module

import pytest

from service.compat.openai import CHARACTERS_AT_ONCE
from service.http.analysis import AnalysisUnavailable
from tests.service.api.conftest import Caller, FixedScores, json_of
from workers.analysis import Scored

PATIENCE_SECONDS = 0.5


class SlowScores(FixedScores):
    """An analyzer that needs a fifth of the caller's patience for what it is asked together."""

    def analyze_all(
        self, site_id: str, texts: Sequence[str], lang: str | None, seconds: float
    ) -> list[Scored]:
        if sum(map(len, texts)) > CHARACTERS_AT_ONCE and len(texts) > 1:
            raise AnalysisUnavailable
        time.sleep(PATIENCE_SECONDS / 5)
        return super().analyze_all(site_id, texts, lang, seconds)


@pytest.fixture
def analyzer() -> FixedScores:
    return SlowScores()


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.mark.parametrize("texts", [["Hello."] * 999, ["Hello " * 700] * 100])
def test_a_long_list_is_waited_for_while_scores_come(
    blog: Caller, monkeypatch: pytest.MonkeyPatch, texts: list[str]
) -> None:
    # The package's own `openai` is the blueprint.
    module = import_module("service.compat.openai")
    monkeypatch.setattr(module, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    answer = blog.post("/v1/moderations", {"input": [*texts, ""]})
    assert answer.status_code == 200
    results = json_of(answer)["results"]
    scores = [result["category_scores"]["harassment"] for result in results]
    assert scores == [0.2] * len(texts) + [0.0]


def test_a_list_is_not_waited_for_when_no_scores_come(blog: Caller, analyzer: FixedScores) -> None:
    analyzer.failure = AnalysisUnavailable()
    answer = blog.post("/v1/moderations", {"input": ["Hello."] * 1_000})
    assert (answer.status_code, len(analyzer.asked)) == (503, 1)
