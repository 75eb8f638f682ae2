"""Windows, buckets and faults with a forward pass that is a line of numpy."""

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from rules.verdict import EngineRef
from workers.careful_scoring import score_carefully
from workers.scorers.places import places_of
from workers.scorers.transformer import Forward, Numbers, Tokens, Transformer
from workers.scorers.windows import WindowCutter

PAD, UNKNOWN, BAD, BROKEN = 0, 1, 4, 5
VOCABULARY = {"[PAD]": PAD, "[UNK]": UNKNOWN, "[CLS]": 2, "[SEP]": 3, "bad": BAD, "broken": BROKEN}
ENGINE = EngineRef(name="numpy", version="1")


def word_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


class CountingForward:
    """Logits that rise with the share of bad words; NaN for a broken one."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, ids: Tokens, mask: Tokens) -> Numbers:
        self.shapes.append(ids.shape)
        assert ((ids == PAD) == (mask == 0)).all()
        share = (ids == BAD).sum(axis=1) / mask.sum(axis=1)
        broken = np.where((ids == BROKEN).any(axis=1), np.nan, 0.0)
        return np.stack([20 * share - 1 + broken, -share, share], axis=1)


def scorer(limit: int = 12, forward: Forward | None = None) -> Transformer:
    cutter = WindowCutter(word_tokenizer(), limit)
    return Transformer(ENGINE, cutter, forward or CountingForward(), ["toxicity", "threat"], PAD)


def test_scores_come_back_in_order_whatever_the_lengths() -> None:
    texts = ["fine " * n + "bad" * (n % 2) for n in (9, 1, 5, 0, 7)]
    alone = [scorer().score([text])[0] for text in texts]
    assert scorer().score(texts) == alone
    assert [each["toxicity"] > 0.5 for each in alone] == [True, True, True, False, True]


def test_only_named_logits_are_scores() -> None:
    assert set(scorer().score(["fine"])[0]) == {"toxicity", "threat"}


def test_the_worst_window_counts_for_each_name_by_itself() -> None:
    text = "bad bad bad " + "fine " * 40
    scores = scorer().score([text])[0]
    toxic, threat = places_of(scores, "toxicity")[0], places_of(scores, "threat")[0]
    assert text[toxic.start : toxic.end].startswith("bad bad bad")
    assert "bad" not in text[threat.start : threat.end]
    assert scores["toxicity"] > 0.5


@pytest.mark.parametrize("preamble", range(0, 60, 7))
def test_no_phrase_falls_between_two_windows(preamble: int) -> None:
    text = "fine " * preamble + "bad bad " + "fine " * 30
    place = places_of(scorer(limit=16).score([text])[0], "toxicity")[0]
    assert "bad bad" in text[place.start : place.end]


def test_places_are_code_points() -> None:
    text = "😡 é " * 30 + "bad"
    place = places_of(scorer().score([text])[0], "toxicity")[0]
    assert text[place.start : place.end].endswith("é bad")


def test_short_texts_are_not_padded_to_a_long_one() -> None:
    forward = CountingForward()
    scorer(limit=512, forward=forward).score(["fine"] * 5 + ["fine " * 500])
    assert forward.shapes == [(5, 3), (1, 502)]


def test_an_empty_text_has_scores() -> None:
    assert scorer().score([""])[0]["toxicity"] < 0.5


def test_no_texts_have_no_scores() -> None:
    assert scorer().score([]) == []


def test_a_nan_in_any_window_is_no_score_and_costs_no_other_text() -> None:
    found = score_carefully(scorer(), ["fine", "fine " * 40 + "broken", "bad"])
    assert [each is None for each in found] == [False, True, False]


def test_a_text_that_the_tokenizer_cannot_take_costs_no_other_text() -> None:
    found = score_carefully(scorer(), ["fine", "\ud800", "bad"])
    assert [each is None for each in found] == [False, True, False]


def test_running_out_of_memory_on_many_leaves_each_its_chance() -> None:
    def hungry(ids: Tokens, mask: Tokens) -> Numbers:
        if len(ids) > 1:
            raise MemoryError
        return CountingForward()(ids, mask)

    assert None not in score_carefully(scorer(forward=hungry), ["fine", "fine", "bad"])
