"""A site whose spam differs from the prior's: what its moderators' decisions are worth."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from bench.corpus import real_comments
from bench.report import percentile
from rules.comment import Comment
from training.spam.blog import filled
from workers.spam.features import Vector, features_of
from workers.spam.hashing import SIZE
from workers.spam.packing import rounded
from workers.spam.prior import Prior, packaged_prior
from workers.spam.site_model import ORDINARY, SPAM, Example, Learner

DECISIONS = 200
FOLLOWING = 600
LOOKS = 80  # at earlier examples after each lesson, as the worker does
SEED = 11
SITES = 8
ROUNDS = 100  # of a batch: by then it stands
# Nothing that the prior knows as advertising: no links, no money, no channels, no exclamation. Each
# advert has a look-alike that begins the same way and is no advert.
ADVERTS = (
    (
        "{We|My wife and I|My parents} {had|needed} {the roof|the kitchen|the garden|a fence} done"
        " {last spring|in May|two years ago} and {Harlan's crew|the Ostrow brothers|Delia from Pine"
        " Road} {did|finished} it in {a week|three days}, {could not be happier|clean work}"
    ),
    (
        "{Funny|Good} {article|piece}, though {anyone who|if you} {ever sat in|has been to}"
        " {Mara's|the Blue Door|Tillman's} on {Sixth|Harbor Street} {knows|would know} where the"
        " {better|real} {soup|coffee|bread} is"
    ),
    (
        "{Say what you want about|Never mind} {the council|the schools|the strike}, {our kids|my"
        " son|my niece} {learned|got} {maths|piano|French} with {Mr Abel|the Lindqvist method|the"
        " people at Oak House} and {it shows|now gets top marks}"
    ),
    (
        "{I was|My brother was} {tired|sick|in pain} for {months|years} until {a neighbour|somebody"
        " here} {told|mentioned} {me|him} {about|of} {Dr Renner's tea|magnet soles|the salt rooms},"
        " {sleeping well|walking again} {since|now}"
    ),
    (
        "{The mayor|This paper|Nobody} {will not|never} {tell|tells} you but {the Hartwell plan|"
        "Ellen Moss|the Dock Street group} {has|had} {the answer|the figures} {all along|since"
        " spring}, {come|go} {and hear|listen} on {Thursday|Tuesday}"
    ),
)
LOOKALIKES = (
    (
        "{We|My wife and I|My parents} {had|needed} {the roof|the kitchen|the garden|a fence} done"
        " {last spring|in May|two years ago} and {the permit|the city|the bank} {took|wanted}"
        " {a year|three forms|more money than the work}, {could not believe it|what a joke}"
    ),
    (
        "{Funny|Good} {article|piece}, though {anyone who|if you} {ever sat in|has been to}"
        " {traffic|a meeting|court} on {Sixth|Harbor Street} {knows|would know} {that nothing|how"
        " little} {moves|changes} {there|in this town}"
    ),
    (
        "{Say what you want about|Never mind} {the council|the schools|the strike}, {our kids|my"
        " son|my niece} {sit|sat} {in the cold|at home|in a trailer} for {weeks|a month} and"
        " {nobody answers|it shows}"
    ),
    (
        "{I was|My brother was} {tired|sick|in pain} for {months|years} until {a doctor|the"
        " hospital} {found|saw} {it|the tumour|what it was}, {and then|now} the {bills|insurance}"
        " {came|will not pay}"
    ),
    (
        "{The mayor|This paper|Nobody} {will not|never} {tell|tells} you but {the budget|the"
        " bridge|the pension fund} {has|had} {a hole|no money} {all along|since spring},"
        " {read|look at} {the minutes|page nine}"
    ),
)
OF_ADVERTS, OF_LOOKALIKES = 0.4, 0.15  # shares of the site's comments

NO_PRIOR = Prior(np.zeros(SIZE, dtype=np.float32), 0.0, "none")

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


def a_site(seed: int, mistakes: float = 0.0) -> list[tuple[Vector, bool]]:
    """Return the comments of a site in order of time; `mistakes` of its decisions are wrong."""
    rng = random.Random(seed)
    ordinary = real_comments(4_000)
    rng.shuffle(ordinary)
    pairs = []
    for number in range(DECISIONS + FOLLOWING):
        kind = rng.random()
        spam = kind < OF_ADVERTS
        if kind < OF_ADVERTS + OF_LOOKALIKES:
            text = filled(rng.choice(ADVERTS if spam else LOOKALIKES), rng)
        else:
            text = ordinary.pop()
        mistaken = number < DECISIONS and rng.random() < mistakes
        pairs.append((_vector(text), spam != mistaken))
    return pairs


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
        examples.append(_taught(learner, learner.example(vector, _side(spam=spam), "ann")))
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
        examples.append(_taught(learner, learner.example(vector, _side(spam=spam), "ann")))
        _visit_again(learner, examples)
    honest = accuracy(learner.log_odds, pairs[DECISIONS:])
    for vector, spam in a_site(SEED + 1)[:lies]:
        examples.append(_taught(learner, learner.example(vector, _side(spam=not spam), "thief")))
        _visit_again(learner, examples)
    return honest, accuracy(learner.log_odds, pairs[DECISIONS:])


def from_scratch(pairs: Pairs) -> Scores:
    """Return a model of these decisions alone, trained in one batch until it stands."""
    learner = Learner(NO_PRIOR, np.zeros(SIZE, dtype=np.float32))
    examples = [learner.example(vector, _side(spam=spam), "batch") for vector, spam in pairs]
    for _ in range(ROUNDS):
        examples = [_taught(learner, one) for one in examples]
    return learner.log_odds


def accuracy(scores: Scores, pairs: Pairs) -> float:
    """Return the share that is judged rightly."""
    return sum((scores(vector) > 0) == spam for vector, spam in pairs) / len(pairs)


def slowest(seconds: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return percentile(seconds, 0.99)


def _vector(text: str) -> Vector:
    return rounded(packaged_prior().with_word(features_of(Comment(body=text)).vector))


def _side(*, spam: bool) -> int:
    return SPAM if spam else ORDINARY


def _taught(learner: Learner, example: Example) -> Example:
    return replace(example, dual=learner.teach(example))


def _visit_again(learner: Learner, examples: list[Example]) -> None:
    """Look at those that were looked at longest ago: the front of the list, put at its end."""
    examples[:] = examples[LOOKS:] + learner.again(examples[:LOOKS])
