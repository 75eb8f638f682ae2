from dataclasses import replace

import numpy as np

from rules.comment import Comment
from workers.spam.features import Vector, features_of
from workers.spam.hashing import SIZE
from workers.spam.packing import rounded
from workers.spam.prior import FADED, packaged_prior
from workers.spam.site_model import HALVING, MOST_OF_ACCOUNT, ORDINARY, SPAM, Example, Learner

LOCAL = [f"The horoscope of week {n}: Leo and Virgo will find love at the lake" for n in range(30)]
TALK = [f"The council met on the {n}th and talked about the new bridge again" for n in range(30)]


def vector(body: str) -> Vector:
    return rounded(packaged_prior().with_word(features_of(Comment(body=body)).vector))


def a_learner() -> Learner:
    return Learner(packaged_prior(), np.zeros(SIZE, dtype=np.float32))


def taught(learner: Learner, body: str, side: int, account: str = "ann") -> Example:
    example = learner.example(vector(body), side, account)
    return replace(example, dual=learner.teach(example))


def test_it_learns_what_the_site_calls_spam() -> None:
    learner = a_learner()
    unseen = vector("The horoscope of next week: Aries will find love by the sea")
    assert learner.log_odds(unseen) < 0
    for local, talk in zip(LOCAL, TALK, strict=True):
        taught(learner, local, SPAM)
        taught(learner, talk, ORDINARY)
    assert learner.log_odds(unseen) > 1
    assert learner.log_odds(vector("The council talked about the lake")) < 0


def test_what_is_untaught_is_as_if_it_had_never_been_said() -> None:
    learner = a_learner()
    taught(learner, LOCAL[0], SPAM)
    before = learner.weights.copy()
    learner.unteach(taught(learner, TALK[0], SPAM))
    assert np.allclose(learner.weights, before, atol=1e-5)
    assert sum(learner.shares.values()) > 0


def test_what_a_site_contradicts_fades_and_comes_back_when_it_is_untaught() -> None:
    learner = a_learner()
    ads = [f"Check out my channel and subscribe, video {n}, http://a{n}.example" for n in range(12)]
    examples = [taught(learner, body, ORDINARY) for body in ads]
    assert learner.kept < 0.8
    for example in examples:
        learner.unteach(example)
    assert abs(learner.kept - 1) < 1e-4
    assert np.allclose(learner.weights, 0, atol=1e-4)


def test_a_model_of_before_the_prior_faded_says_how_far_it_would_have() -> None:
    weights = np.zeros(SIZE, dtype=np.float32)
    weights[FADED] = -0.7  # then the place of some text's feature
    assert abs(Learner(packaged_prior(), weights, {"ann": HALVING}).kept - 0.5) < 1e-6


def test_what_a_site_confirms_stays() -> None:
    learner = a_learner()
    for number in range(12):
        taught(learner, f"Check out my channel and subscribe, http://a{number}.example", SPAM)
    assert learner.kept > 0.9


def test_those_furthest_from_what_they_should_hold_are_visited_again() -> None:
    learner = a_learner()
    settled = [taught(learner, body, SPAM) for body in LOCAL[:5]]
    late = learner.example(vector(TALK[0]), ORDINARY, "ann")
    again = learner.again([*settled, late])
    assert [one.vector for one in again] == [one.vector for one in [*settled, late]]
    assert again[-1].dual > 0


def test_the_order_of_lessons_does_not_matter_once_they_were_visited_again() -> None:
    lessons = [(body, SPAM) for body in LOCAL[:8]] + [(body, ORDINARY) for body in TALK[:8]]
    ends = []
    for order in (lessons, lessons[::-1]):
        learner = a_learner()
        examples = [taught(learner, body, side) for body, side in order]
        for _ in range(60):
            examples = [replace(one, dual=learner.teach(one)) for one in examples]
        ends.append(learner.log_odds(vector("Virgo will find love at the bridge")))
    assert abs(ends[0] - ends[1]) < 0.02


def test_one_account_counts_within_a_bound() -> None:
    learner = a_learner()
    for number in range(600):
        taught(learner, f"{TALK[number % 30]} in the hall of year {number * 7919}", SPAM, "ann")
    assert learner.shares["ann"] <= MOST_OF_ACCOUNT + 1e-6


def test_a_newcomer_cannot_outweigh_what_the_others_taught() -> None:
    learner = a_learner()
    for local, talk in zip(LOCAL, TALK, strict=True):
        taught(learner, local, SPAM)
        taught(learner, talk, ORDINARY)
    honest = learner.shares["ann"]
    for number in range(200):  # a stolen account says the opposite of the truth
        taught(learner, f"{TALK[number % 30]} {number * 7919}", SPAM, "thief")
        taught(learner, f"{LOCAL[number % 30]} {number * 7919}", ORDINARY, "thief")
    assert learner.shares["thief"] <= honest / 2 + 1e-6
    assert learner.shares["ann"] == honest


def test_others_together_may_say_more() -> None:
    learner = a_learner()
    learner.shares = {"ann": 290.0, "bob": 80.0, "cem": 40.0}
    assert taught(learner, TALK[0], SPAM, "cem").dual > 0
    learner.shares = {"ann": 90.0, "bob": 0.0, "cem": 46.0}
    assert taught(learner, TALK[0], SPAM, "cem").dual == 0
