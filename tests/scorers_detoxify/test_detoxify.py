import json
import socket
from pathlib import Path
from typing import Any

import pytest
import torch
from detoxify import Detoxify
from detoxify.detoxify import MODEL_URLS

from tests.scorers_detoxify.tiny import (
    KINDS,
    build,
    build_for_the_package,
    make_model,
    save_checkpoint,
)
from workers.scorers.load import load_scorer
from workers.scorers.protocol import ScorerUnavailable

pytestmark = pytest.mark.detoxify

ONE_OF_EACH_ARCHITECTURE = ["original", "unbiased", "multilingual", "original-small"]
TEXTS = [
    "you are an idiot",
    "",
    "a lovely day, and the tram was late again; " * 4,
    "Ünïcödé 😡 日中 жж",
    "kill",
    "hello 👩‍👩‍👧 you",
]
PRODUCT_NAMES = {"toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"}


@pytest.mark.parametrize("name", ONE_OF_EACH_ARCHITECTURE)
def test_scores_are_what_the_package_predicts(name: str, tmp_path: Path) -> None:
    checkpoint = build_for_the_package(name, tmp_path)
    package = Detoxify(checkpoint=str(checkpoint), huggingface_config_path=str(tmp_path))
    predicted = package.predict(TEXTS)
    scores = load_scorer(f"detoxify:{checkpoint}").score(TEXTS)
    for label, expected in predicted.items():
        assert [each[label] for each in scores] == pytest.approx(expected, abs=1e-6)
    assert {label for each in scores for label in each} == set(predicted)
    assert len({round(each["toxicity"], 3) for each in scores}) > 3  # a model that distinguishes


@pytest.mark.parametrize("name", KINDS)
def test_every_model_type_speaks_the_products_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    file = MODEL_URLS[name].rpartition("/")[2]
    checkpoints = tmp_path / "hub" / "checkpoints"
    build(name, checkpoints / Path(file).stem, file="../" + file)
    scorer = load_scorer(f"detoxify:{name}")
    names = set(scorer.score(["hello"])[0])
    assert names - {"sexual_explicit"} == PRODUCT_NAMES
    assert ("sexual_explicit" in names) == (not name.startswith("original"))
    assert scorer.engine.name == f"detoxify-{name}"


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*args: object) -> None:
        raise AssertionError(f"tried to reach {args}")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    checkpoint = build("original", tmp_path)
    assert load_scorer(f"detoxify:{checkpoint}").score(["hello"])


def test_a_directory_with_one_checkpoint_is_enough(tmp_path: Path) -> None:
    build("original", tmp_path)
    assert load_scorer(f"detoxify:{tmp_path}").engine.name == "detoxify-tiny"


def test_the_version_tells_two_checkpoints_apart(tmp_path: Path) -> None:
    one = load_scorer(f"detoxify:{build('original', tmp_path / 'one')}")
    two = load_scorer(f"detoxify:{build('unbiased', tmp_path / 'two')}")
    assert one.engine.name == two.engine.name
    assert one.engine.version != two.engine.version


def refusal(argument: object) -> str:
    with pytest.raises(ScorerUnavailable) as caught:
        load_scorer(f"detoxify:{argument}")
    return str(caught.value)


def test_a_missing_download_is_named_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    message = refusal("original")
    assert str(tmp_path / "hub" / "checkpoints" / "toxic_original-c1212f89.ckpt") in message
    assert MODEL_URLS["original"] in message


def test_a_missing_configuration_is_named_with_how_to_get_it(tmp_path: Path) -> None:
    checkpoint = build("original", tmp_path)
    (tmp_path / "config.json").unlink()
    message = refusal(checkpoint)
    assert "config.json" in message
    assert "hf download bert-base-uncased" in message


@pytest.mark.parametrize("damage", ["cut short", "not a checkpoint", "other weights", "too few"])
def test_a_checkpoint_that_cannot_be_used_says_so(damage: str, tmp_path: Path) -> None:
    checkpoint = build("original", tmp_path)
    damage_checkpoint(checkpoint, damage)
    assert str(checkpoint) in refusal(checkpoint)


def damage_checkpoint(path: Path, damage: str) -> None:
    whole = torch.load(path, weights_only=True)
    if damage == "cut short":
        path.write_bytes(path.read_bytes()[:2000])
    elif damage == "not a checkpoint":
        torch.save({"weights": whole["state_dict"]}, path)
    elif damage == "other weights":
        kind = KINDS["unbiased"]
        other = make_model(kind, kind.make_tokenizer(), 6).state_dict()
        torch.save(whole | {"state_dict": other}, path)
    else:
        del whole["state_dict"]["classifier.weight"]
        torch.save(whole, path)


def test_a_checkpoint_from_elsewhere_runs_no_code(tmp_path: Path) -> None:
    kind = KINDS["original"]
    model = make_model(kind, kind.make_tokenizer(), kind.logits)
    checkpoint = build("original", tmp_path)
    trace = tmp_path / "trace"

    class Touching:
        def __reduce__(self) -> tuple[Any, ...]:
            return (open, (str(trace), "w"))

    save_checkpoint(kind, model, checkpoint, hook=Touching())
    assert "more than weights" in refusal(checkpoint)
    assert not trace.exists()


def test_a_checkpoint_in_torchs_older_format_loads(tmp_path: Path) -> None:
    checkpoint = build("original", tmp_path)
    content = torch.load(checkpoint, weights_only=True)
    torch.save(content, checkpoint, _use_new_zipfile_serialization=False)
    assert load_scorer(f"detoxify:{checkpoint}").score(["hello"])


def test_an_unknown_name_lists_the_known_ones() -> None:
    assert "original, unbiased, multilingual, original-small, unbiased-small" in refusal("orignal")


def test_a_configuration_of_another_number_of_labels_is_no_obstacle(tmp_path: Path) -> None:
    checkpoint = build("unbiased", tmp_path)
    assert len(json.loads((tmp_path / "config.json").read_text()).get("id2label", "12")) == 2
    assert len(load_scorer(f"detoxify:{checkpoint}").score(["hello"])[0]) == 7
