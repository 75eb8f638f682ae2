"""A site whose spam differs from the prior's: what its moderators' decisions are worth."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

import numpy as np

from bench.corpus import real_comments
from bench.report import percentile
from rules.comment import Comment
from training.spam.blog import filled
from training.spam.corpora import Example as Labelled
from training.spam.fit import fit
from workers.spam.ascent import product
from workers.spam.features import Vector, features_of
from workers.spam.hashing import SIZE
from workers.spam.packing import rounded
from workers.spam.prior import Prior, packaged_prior
from workers.spam.site_model import ORDINARY, SPAM, Example, Learner

DECISIONS = 200
FOLLOWING = 600
VISITS = 40  # earlier examples visited again after each lesson, as the worker does
SEED = 11
# Nothing that the prior knows as advertising: no links, no money, no channels.
LOCAL_SPAM = (
    (
        "{Our|The} {new|old|mild} {cheese|butter|sausage} from {the valley|Gouda|Jura}"
        " {wins|beats|tastes better than} {all others|every prize}"
    ),
    (
        "{Horoscope|Stars|Tarot} {today|this week}: {Leo|Virgo|Aries|Libra} will {meet|find|lose}"
        " {love|luck|an old friend}"
    ),
    (
        "{The prophet|Brother Elias|The teacher} {says|foretold}: {the end|the sign|the flood}"
        " {comes|is near}, {hear|keep} the {word|book}"
    ),
    (
        "{Yes|No} on {measure|proposition} {7|12|30}: {families|workers|seniors} {deserve|need}"
        " {better|it|this}"
    ),
    (
        "{Rex|Bella|Max} the {dog|puppy} has {a new collar|learned to dance|met a cat},"
        " {ask|see} {the club|Mia}"
    ),
)

Scores = Callable[[Vector], float]
Pairs = Sequence[tuple[Vector, bool]]


@dataclass(frozen=True)
class Streamed:
    """What a stream of decisions came to, on the comments that followed it."""

    before: float
    after: float
    batch: float
    progressive: float
    teach_seconds: list[float]


def a_site(seed: int) -> list[tuple[Vector, bool]]:
    """Return the comments of a site in order of time, 40 % of them its own kind of spam."""
    rng = random.Random(seed)
    ordinary = real_comments(4_000)
    rng.shuffle(ordinary)
    texts = [
        (filled(rng.choice(LOCAL_SPAM), rng), True)
        if rng.random() < 0.4
        else (ordinary.pop(), False)
        for _ in range(DECISIONS + FOLLOWING)
    ]
    return [(_vector(text), spam) for text, spam in texts]


def stream(pairs: Pairs, prior: Prior | None = None) -> Streamed:
    """Teach the first DECISIONS one by one, and measure on the others."""
    prior = prior or packaged_prior()
    learner = Learner(prior, np.zeros(SIZE, dtype=np.float32))
    examples: list[Example] = []
    seconds: list[float] = []
    right = 0
    for vector, spam in pairs[:DECISIONS]:
        right += (learner.log_odds(vector) > 0) == spam
        started = process_time()
        examples.append(_taught(learner, Example(vector, SPAM if spam else ORDINARY, "ann")))
        _visit_again(learner, examples)
        seconds.append(process_time() - started)
    later = pairs[DECISIONS:]
    return Streamed(
        accuracy(prior.log_odds, later),
        accuracy(learner.log_odds, later),
        accuracy(from_scratch(pairs[:DECISIONS]), later),
        right / DECISIONS,
        seconds,
    )


def poisoned(pairs: Pairs, lies: int) -> tuple[float, float]:
    """Return the accuracy after honest decisions, and after one account's lies on top."""
    learner = Learner(packaged_prior(), np.zeros(SIZE, dtype=np.float32))
    examples: list[Example] = []
    for vector, spam in pairs[:DECISIONS]:
        examples.append(_taught(learner, Example(vector, SPAM if spam else ORDINARY, "ann")))
        _visit_again(learner, examples)
    honest = accuracy(learner.log_odds, pairs[DECISIONS:])
    for vector, spam in a_site(SEED + 1)[:lies]:
        examples.append(_taught(learner, Example(vector, ORDINARY if spam else SPAM, "thief")))
        _visit_again(learner, examples)
    return honest, accuracy(learner.log_odds, pairs[DECISIONS:])


def from_scratch(pairs: Pairs) -> Scores:
    """Return a model of these decisions alone, trained in one batch until it stands."""
    examples = [Labelled("", vector, spam, "videos") for vector, spam in pairs]
    weights = fit(examples, SEED, rates=False)
    return lambda vector: product(weights, vector)


def accuracy(scores: Scores, pairs: Pairs) -> float:
    """Return the share that is judged rightly."""
    return sum((scores(vector) > 0) == spam for vector, spam in pairs) / len(pairs)


def slowest(seconds: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return percentile(seconds, 0.99)


def _vector(text: str) -> Vector:
    return rounded(packaged_prior().with_word(features_of(Comment(body=text)).vector))


def _taught(learner: Learner, example: Example) -> Example:
    return Example(example.vector, example.side, example.account, learner.teach(example))


def _visit_again(learner: Learner, examples: list[Example]) -> None:
    """Visit those that were visited longest ago: the front of the list, put at its end."""
    for _ in range(min(VISITS, len(examples))):
        examples.append(_taught(learner, examples.pop(0)))
