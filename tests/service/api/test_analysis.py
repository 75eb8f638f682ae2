import pytest
from sqlalchemy import func, select

from service.http.analysis import AnalysisFailed, AnalysisUnavailable
from store.database import Database
from store.tables import comments
from tests.service.api.conftest import Caller, FixedScores, json_of
from workers.analysis import AnalysisOverloaded


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_a_text_is_scored_and_not_stored(
    blog: Caller, database: Database, analyzer: FixedScores
) -> None:
    answer = blog.post("/v1/analyze", {"text": "Hello", "lang": "en"})
    assert answer.status_code == 200
    assert json_of(answer) == {
        "scores": {"toxicity": 0.2},
        "labels": [],
        "matches": [],
        "engine": {"name": "fixed", "version": "1"},
        "unsupported_language": None,
    }
    assert analyzer.asked == [(blog.site.id, "Hello", "en")]
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(comments)).scalar() == 0


@pytest.mark.parametrize(
    ("failure", "status"),
    [(AnalysisUnavailable(), 503), (AnalysisFailed(), 503), (AnalysisOverloaded(), 429)],
)
def test_when_no_score_can_be_had_the_answer_says_when_to_come_again(
    blog: Caller, analyzer: FixedScores, failure: Exception, status: int
) -> None:
    analyzer.failure = failure
    answer = blog.post("/v1/analyze", {"text": "Hello"})
    assert answer.status_code == status
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    ("content", "status", "pointer"),
    [
        ({}, 422, "/text"),
        ({"text": " "}, 422, "/text"),
        ({"text": "a", "body": "b"}, 422, "/body"),
        ({"text": "x" * 65_537}, 413, "/text"),
    ],
)
def test_a_bad_text_is_refused(
    blog: Caller, content: dict[str, str], status: int, pointer: str
) -> None:
    answer = blog.post("/v1/analyze", content)
    assert answer.status_code == status
    assert [error["pointer"] for error in json_of(answer)["errors"]] == [pointer]
