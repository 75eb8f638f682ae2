"""Long lists of texts to moderate: the caller waits as long as scores come."""

import time
from collections.abc import Callable, Sequence
from importlib import import_module

import pytest

from service.compat.openai import CHARACTERS_AT_ONCE
from service.context import ServiceContext
from service.http.analysis import AnalysisUnavailable
from tests.service.api.conftest import Caller, FixedScores, json_of
from workers.analysis import Scored

PATIENCE_SECONDS = 0.6  # longer than a short wait


class SlowScores(FixedScores):
    """An analyzer that needs a fifth of the caller's patience for what it is asked together."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def analyze_all(
        self, site_id: str, texts: Sequence[str], lang: str | None, seconds: float
    ) -> list[Scored]:
        too_much = sum(map(len, texts)) > CHARACTERS_AT_ONCE and len(texts) > 1
        if too_much or seconds <= 0:
            raise AnalysisUnavailable
        time.sleep(PATIENCE_SECONDS / 5)
        self.meanwhile()
        return super().analyze_all(site_id, texts, lang, seconds)


@pytest.fixture
def analyzer() -> FixedScores:
    return SlowScores()


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    # The package's own `openai` is the blueprint.
    module = import_module("service.compat.openai")
    monkeypatch.setattr(module, "PATIENCE_SECONDS", PATIENCE_SECONDS)


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("texts", [["Hello."] * 999, ["Hello " * 700] * 100])
def test_a_long_list_is_waited_for_while_scores_come(blog: Caller, texts: list[str]) -> None:
    answer = blog.post("/v1/moderations", {"input": [*texts, ""]})
    assert answer.status_code == 200
    results = json_of(answer)["results"]
    scores = [result["category_scores"]["harassment"] for result in results]
    assert scores == [0.2] * len(texts) + [0.0]


def test_a_list_is_not_waited_for_when_no_scores_come(blog: Caller, analyzer: FixedScores) -> None:
    analyzer.failure = AnalysisUnavailable()
    answer = blog.post("/v1/moderations", {"input": ["Hello."] * 1_000})
    assert (answer.status_code, len(analyzer.asked)) == (503, 1)


@pytest.mark.usefixtures("short_patience")
def test_while_scores_come_to_a_long_list_nobody_elses_wait_is_cut_short(
    blog: Caller, analyzer: SlowScores, context: ServiceContext
) -> None:
    in_vain: list[bool] = []
    analyzer.meanwhile = lambda: in_vain.append(context.long_waits.are_in_vain())
    assert blog.post("/v1/moderations", {"input": ["Hello."] * 999}).status_code == 200
    assert len(in_vain) > 10
    assert not any(in_vain)


@pytest.mark.usefixtures("short_patience")
def test_a_list_without_a_place_waits_shortly_for_all_of_it(
    blog: Caller, analyzer: FixedScores, context: ServiceContext
) -> None:
    with context.long_waits.up_to(10):
        answer = blog.post("/v1/moderations", {"input": ["Hello."] * 999})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert len(analyzer.asked) < 999
