"""What `lite` learns from: made anew by anyone, and never what judges it."""

import random
from collections import Counter
from pathlib import Path

import pytest

from training.lite import dataset
from training.lite.corpora import civil_comments
from training.lite.dataset import Split, build, generate, sample
from training.lite.example import Example
from training.lite.grammar import read_categories
from training.lite.written import digest, read_ratings

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def split() -> Split:
    return build(SHARED, seed=1)


def test_the_same_seed_gives_the_same_texts_in_the_same_order(split: Split) -> None:
    again = build(SHARED, seed=1)
    assert [e.text for e in again.train] == [e.text for e in split.train]
    assert [e.text for e in again.held] == [e.text for e in split.held]


def test_nothing_held_back_is_learned(split: Split) -> None:
    held = {example.text for example in split.held}
    assert held.isdisjoint(example.text for example in split.train)


def test_every_source_is_learned_from_and_held_back(split: Split) -> None:
    sources = {"civil", "davidson", "wikipedia", "youtube", "graded", "generated"}
    assert {example.origin for example in split.train} == sources | {"identity"}
    assert {example.origin for example in split.held} == sources


def test_a_post_learned_has_the_mean_of_its_raters_and_of_our_rating(split: Split) -> None:
    ratings = read_ratings(dataset.TEXTS / "ratings.tsv")
    means = {
        (post.text, (post.targets["toxicity"] + ratings[digest(post.text)]) / 2)
        for post in civil_comments(SHARED)
    }
    posts = [example for example in split.train if example.source == "civil"]
    assert len(posts) > 10_000
    assert {(post.text, post.targets["toxicity"]) for post in posts} <= means


def test_every_category_becomes_sentences_without_open_slots() -> None:
    files = [dataset.TEXTS / f"{name}.txt" for name in dataset.FILES]
    names = [category.name for path in files for category in read_categories(path)]
    made = list(generate(random.Random(1)))
    assert len(names) == len(set(names))
    assert {example.source for example in made} == {f"generated:{name}" for name in names}
    assert not [example.text for example in made if set("{}") & set(example.text)]


def test_what_was_written_to_be_misread_is_known_by_its_source() -> None:
    for name in dataset.FILES:
        for category in read_categories(dataset.TEXTS / f"{name}.txt"):
            example = Example("", category.targets, f"generated:{category.name}")
            assert dataset.is_hard(example) == (name in dataset.HARD_FILES), category.name


def test_a_share_says_how_often_a_source_is_seen() -> None:
    examples = [
        Example(f"{source} {number}", {"toxicity": 0.0}, source)
        for source in ("civil", "generated:care-given", "generated:other", "unnamed")
        for number in range(1000)
    ]
    shares = {"civil": 1.5, "generated": 0.25, "generated:care": 0}
    seen = Counter(example.source for example in sample(examples, shares, seed=1))
    assert seen["unnamed"] == 1000
    assert 1400 < seen["civil"] < 1600
    assert 200 < seen["generated:other"] < 300
    assert "generated:care-given" not in seen
