import pytest

from tests.scorers_detoxify.alarmed import build_alarmed
from workers.scorers.load import load_scorer
from workers.scorers.places import places_of
from workers.scorers.protocol import Scorer

pytestmark = pytest.mark.detoxify

PREAMBLE = "the tram was a lovely day " * 100  # 600 words


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return load_scorer(f"detoxify:{build_alarmed(tmp_path_factory.mktemp('alarmed'))}")


def test_the_model_is_alarmed_by_one_word(scorer: Scorer) -> None:
    alarmed, calm = scorer.score(["you idiot", "you lovely tram"])
    assert alarmed["toxicity"] > 0.99
    assert calm["toxicity"] < 0.01


def test_abuse_behind_a_long_preamble_is_found(scorer: Scorer) -> None:
    text = PREAMBLE + "you idiot"
    scores, calm = scorer.score([text, PREAMBLE + "you lovely"])
    assert scores["toxicity"] > 0.99
    assert calm["toxicity"] < 0.01


def test_the_place_of_the_worst_window_is_reported_in_code_points(scorer: Scorer) -> None:
    text = "😡é " * 5 + PREAMBLE + "you idiot " + PREAMBLE + PREAMBLE
    scores = scorer.score([text])[0]
    (place,) = places_of(scores, "insult")
    assert "idiot" in text[place.start : place.end]
    assert place.end - place.start < len(text) / 2


def test_a_short_text_needs_no_place(scorer: Scorer) -> None:
    assert places_of(scorer.score(["you idiot"])[0], "insult") == ()
