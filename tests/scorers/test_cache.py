import math
from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY

from tests.workers.fakes import EnglishScorer, FakeScorer
from workers.careful_scoring import score_carefully
from workers.scorers.cache import CachedScorer
from workers.scorers.places import Place, PlacedScores
from workers.scorers.protocol import Scores, languages_of


def counted(outcome: str) -> float:
    value = REGISTRY.get_sample_value("tactful_score_cache_total", {"outcome": outcome})
    return value or 0.0


def test_the_same_text_is_scored_once() -> None:
    scorer = FakeScorer()
    cached = CachedScorer(scorer)
    first = cached.score(["a", "b", "a"])
    assert cached.score(["b", "c"])[0] == first[1]
    assert scorer.calls == [["a", "b"], ["c"]]


def test_hits_and_misses_are_counted() -> None:
    hits, misses = counted("hit"), counted("miss")
    cached = CachedScorer(FakeScorer())
    cached.score(["a", "b", "a"])
    cached.score(["a"])
    assert (counted("hit") - hits, counted("miss") - misses) == (2, 2)


def test_it_forgets_what_was_asked_for_longest_ago() -> None:
    scorer = FakeScorer()
    cached = CachedScorer(scorer, entries=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        cached.score([text])
    assert scorer.calls == [["a"], ["b"], ["c"], ["b"]]


def test_more_texts_than_it_holds_are_all_scored() -> None:
    texts = [str(n) for n in range(10)]
    assert len(CachedScorer(FakeScorer(), entries=3).score(texts)) == 10


def test_long_texts_full_of_marks_take_no_more_room_than_others() -> None:
    class Marking(FakeScorer):
        def score(self, texts: Sequence[str]) -> list[Scores]:
            places = [Place(n, n + 1) for n in range(80)]
            return [PlacedScores(each, {"toxicity": places}) for each in super().score(texts)]

    scorer = Marking()
    cached = CachedScorer(scorer, entries=22)
    for text in ("a", "b", "c", "b", "a"):
        cached.score([text])
    assert scorer.calls == [["a"], ["b"], ["c"], ["a"]]


def test_a_failure_is_not_remembered() -> None:
    scorer = FakeScorer()
    cached = CachedScorer(scorer)
    assert score_carefully(cached, ["fine", "poison"]) == [{"toxicity": 0.01}, None]
    assert score_carefully(cached, ["poison"]) == [None]
    assert scorer.calls[-1] == ["poison"]


def test_an_impossible_score_is_not_remembered() -> None:
    scorer = FakeScorer({"toxicity": math.nan})
    cached = CachedScorer(scorer)
    cached.score(["a"])
    cached.score(["a"])
    assert scorer.calls == [["a"], ["a"]]


def test_a_wrong_number_of_scores_is_refused() -> None:
    class Short(FakeScorer):
        def score(self, texts: Sequence[str]) -> list[Scores]:
            return super().score(texts)[1:]

    with pytest.raises(ValueError, match="argument 2 is shorter"):
        CachedScorer(Short()).score(["a"])


def test_it_is_known_by_the_engine_behind() -> None:
    assert CachedScorer(FakeScorer()).engine == FakeScorer.engine


def test_it_reads_what_the_engine_behind_reads() -> None:
    assert languages_of(CachedScorer(FakeScorer())) is None
    assert languages_of(CachedScorer(EnglishScorer())) == EnglishScorer.languages
