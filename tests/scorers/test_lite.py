"""`lite` as it is shipped: what it answers, and how well."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.scorers.graphs import optimised
from training.lite.calibrate import write_card
from training.lite.functional import SENTENCES, Case, cases
from training.lite.metrics import auc, bpsn, calibration_error
from workers.scorers.lite import LiteScorer
from workers.scorers.lite.card import CARD, FORMAT
from workers.scorers.lite.phrases import Phrases
from workers.scorers.lite.scorer import MODEL
from workers.scorers.onnx import SLOWER_FUSED
from workers.scorers.places import places_of
from workers.scorers.protocol import ScorerUnavailable

LABELS = {
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
}


@pytest.fixture(scope="module")
def lite() -> LiteScorer:
    return LiteScorer()


@pytest.fixture(scope="module")
def scored(lite: LiteScorer) -> list[tuple[Case, float]]:
    found = cases()
    scores = lite.score([case.text for case in found])
    return [(case, score["toxicity"]) for case, score in zip(found, scores, strict=True)]


def test_it_scores_detoxifys_labels_as_probabilities(lite: LiteScorer) -> None:
    for score in lite.score(
        ["Thank you!", "You are a fucking idiot.", "", "\u0000 \u200d", "x" * 9999]
    ):
        assert set(score) == LABELS
        assert all(0 <= value <= 1 for value in score.values())


def test_nothing_to_score_is_no_scores(lite: LiteScorer) -> None:
    assert lite.score([]) == []


def test_it_tells_abuse_from_thanks(lite: LiteScorer) -> None:
    kind, unkind = lite.score(["Thank you, that was helpful.", "You are a fucking idiot."])
    assert kind["toxicity"] < 0.1
    assert unkind["toxicity"] > 0.8
    assert unkind["insult"] > 0.7


def test_a_text_scores_the_same_in_company_and_alone(lite: LiteScorer) -> None:
    texts = [case.text for case in cases()[::90]]
    together = lite.score(texts)
    alone = [lite.score([text])[0] for text in texts]
    for one, other in zip(together, alone, strict=True):
        assert one == other


def test_abuse_behind_a_long_preamble_is_seen_and_pointed_at(lite: LiteScorer) -> None:
    abuse = "You are a worthless fucking idiot."
    text = "The library opens at nine and closes at five. " * 60 + abuse
    [scores] = lite.score([text])
    assert scores["toxicity"] > 0.7
    assert places_of(scores, "toxicity")[0].start >= len(text) - len(abuse)


def test_it_points_at_the_words(lite: LiteScorer) -> None:
    text = "I read your article about the bridge, and you are a moron."
    places = lite.attribute(text)
    assert any("moron" in text[place.start : place.end] for place in places)
    assert not any("bridge" in text[place.start : place.end] for place in places)


def test_a_harmless_text_has_no_places(lite: LiteScorer) -> None:
    [scores] = lite.score(["The train leaves at noon."])
    assert places_of(scores, "toxicity") == ()


def test_it_knows_its_language(lite: LiteScorer) -> None:
    assert lite.languages == {"en"}


def test_it_names_itself(lite: LiteScorer) -> None:
    assert (lite.engine.name, lite.engine.version) == ("lite", "6")


def test_the_model_is_small() -> None:
    assert sum(file.stat().st_size for file in MODEL.iterdir()) < 25_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL, tmp_path / "lite"))


def test_a_model_folder_half_written_is_refused(folder: Path) -> None:
    (folder / "words.json").unlink()
    with pytest.raises(ScorerUnavailable, match=r"words\.json is missing"):
        LiteScorer(folder=folder)


def test_a_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScorerUnavailable, match=r"card\.json cannot be read"):
        LiteScorer(folder=tmp_path)


def test_a_folder_of_another_format_is_refused(folder: Path) -> None:
    (folder / CARD).write_text('{"format": 2, "files": {}}')
    with pytest.raises(ScorerUnavailable, match=f"format 2, this one reads {FORMAT}"):
        LiteScorer(folder=folder)


def test_a_card_that_leaves_a_file_out_is_refused(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    del card["digests"]["phrases.npz"]
    (folder / CARD).write_text(json.dumps(card))
    with pytest.raises(ScorerUnavailable, match=r"phrases\.npz"):
        LiteScorer(folder=folder)


def test_a_model_folder_with_other_phrases_is_refused(folder: Path) -> None:
    np.savez(folder / "phrases.npz", weights=np.zeros(9, dtype=np.float16))
    write_card(folder, dict.fromkeys(LABELS, (1.0, 0.0)))
    with pytest.raises(ValueError, match=r"phrases\.npz holds numbers of shape \(9,\)"):
        LiteScorer(folder=folder)


def test_phrases_lie_where_the_hashing_looks_for_them() -> None:
    phrases = Phrases.read(MODEL / "phrases.npz")
    assert phrases.weigh("What a bunch of pathetic losers") > 1
    assert abs(phrases.weigh("The train leaves at noon.")) < 1


def test_onnxruntime_still_knows_the_slow_fusion_that_is_left_out(tmp_path: Path) -> None:
    """It ignores a name that it does not know."""
    by_itself = optimised(MODEL / "model.onnx", tmp_path / "by-itself.onnx", [])
    ours = optimised(MODEL / "model.onnx", tmp_path / "ours.onnx", SLOWER_FUSED)
    assert b"SkipLayerNormalization" in by_itself.read_bytes()
    assert b"SkipLayerNormalization" not in ours.read_bytes()


def test_hate_ranks_above_everything_else(scored: list[tuple[Case, float]]) -> None:
    assert auc([case.hate for case, _ in scored], [score for _, score in scored]) >= 0.86


def test_abuse_ranks_above_what_a_stranger_wrote_to_look_like_it(lite: LiteScorer) -> None:
    found = cases(SENTENCES)
    scores = lite.score([case.text for case in found])
    ranked = auc([case.toxic for case in found], [score["toxicity"] for score in scores])
    assert ranked >= 0.92


@pytest.mark.parametrize(
    "category",
    [
        "fair-neutral",
        "fair-positive",
        "fair-quotation",
        "fair-counter-speech",
        "fair-figures-of-speech",
    ],
)
def test_harmless_sentences_stay_low(scored: list[tuple[Case, float]], category: str) -> None:
    scores = [score for case, score in scored if case.category == category]
    assert float(np.mean(scores)) < 0.3


OPEN = ("hate-open", "hate-dehumanising", "hate-threat", "fair-neutral", "fair-positive")


def test_naming_an_identity_does_not_raise_the_score(scored: list[tuple[Case, float]]) -> None:
    """Dixon's own templates, of plainer words, are in docs/model-card.md: 0.999, worst 0.986."""
    named = [(case, score) for case, score in scored if case.identity and case.category in OPEN]
    by_identity = bpsn(
        [case.hate for case, _ in named],
        [score for _, score in named],
        [case.identity for case, _ in named],
    )
    assert np.mean(list(by_identity.values())) >= 0.95
    assert min(by_identity.values()) >= 0.93


def test_scores_are_probabilities_of_abuse(scored: list[tuple[Case, float]]) -> None:
    truth = [case.toxic for case, _ in scored]
    assert calibration_error(truth, [score for _, score in scored]) < 0.15  # other texts than ours
