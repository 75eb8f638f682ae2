"""What the prior says from the first day; `bench/spam.py` has the figures on whole collections."""

import pytest

from rules.comment import Author, Comment
from workers.spam.prior import MODEL
from workers.spam.scoring import prior_model

SPAM = [
    "Great post! I really like your blog. Visit my site http://replica-watches.example",
    "Hey guys please check out my channel and subscribe, I make gaming videos",
    "I make $97 an hour working from home, go here http://easycash.example/?ref=3",
    "Buy cheap viagra online without prescription http://pharmacy24.example",
    "Contact Dr Ade on WhatsApp +234 805 551 2345, he brought my husband back",
    "Free robux and gift cards: bit.ly/abc123",
    "situs judi slot online gacor https://slot88.example",
    "Follow me on instagram @coolguy99 and I follow back",
]
ORDINARY = [
    "I tried this on my old laptop and it worked, thanks for writing it up.",
    "The mayor is a liar and everybody in this town knows it!!",
    "Best song ever, I listen to it every morning.",
    "Does anyone know whether this works with version 3?",
    "You forgot the second half of the quote, see https://en.wikipedia.org/wiki/Quotation",
    "My doctor prescribed pills for that, they helped a little.",
    "Why does this video have so many views?",
]


def score(body: str, **author: str) -> float:
    return prior_model().suspect(Comment(body=body, author=Author.model_validate(author))).score


@pytest.mark.parametrize("body", SPAM)
def test_advertising_is_likely_spam(body: str) -> None:
    assert score(body) >= 0.75


@pytest.mark.parametrize("body", ORDINARY)
def test_ordinary_comments_are_not(body: str) -> None:
    assert score(body) < 0.5


def test_who_says_it_counts() -> None:
    body = "Nice article, I agree."
    plain = score(body, name="Ann", email="ann@mail.example")
    stuffed = score(body, name="Cheap Viagra", url="http://buy-viagra-online.example")
    assert stuffed > plain + 0.3


def test_the_model_is_small() -> None:
    assert MODEL.stat().st_size < 5_000_000
