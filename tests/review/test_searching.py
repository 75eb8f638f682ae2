"""A search finds what has its words, while it waits."""

import pytest
from sqlalchemy import func, select

from rules.comment import Comment
from store.alike import alike
from store.comments import submit_comment
from store.erasure import erase_comment
from store.review import Looker, waiting_comment
from store.review_finding import FEW, QueueFilter
from store.review_words import LEAST_SCORE, forget_words, renew_all_words, review_words, words_of
from tests.make import KEEPING
from tests.review.conftest import Blog, on_both
from tests.review.test_acts import Desk

SCORED = QueueFilter(score="toxicity", least=0.9)
WORDS = {
    "Straße, CAFÉ & l'été!": ["strasse", "cafe", "l", "ete"],
    "sh1t Sh1t": ["sh1t"],
    "今日は": ["今日", "日は"],
    "\u202e...": [],
}


@pytest.mark.parametrize("text", WORDS, ids=ascii)
def test_words_have_no_case_accents_or_order(text: str) -> None:
    assert words_of(text) == WORDS[text]


def kept(blog: Blog) -> int:
    """Return how many words are kept, without the scores among them."""
    words = select(func.count()).where(~review_words.c.word.startswith("="))
    with blog.database.read() as tx:
        return int(tx.execute(words).scalar_one())


@on_both
def test_a_search_finds_the_beginnings_of_words(blog: Blog) -> None:
    ann = Desk(blog, "ann@blog.example")
    one = blog.flag("An Überraschung for the committee 100%")
    two = blog.flag("A committee of fools")
    assert ann.queue(QueueFilter(text="committee")) == [one, two]
    assert ann.queue(QueueFilter(text="COMM uberra")) == [one]
    assert ann.queue(QueueFilter(text="fools comm")) == [two]
    assert ann.queue(QueueFilter(text="100%")) == [one]
    assert ann.queue(QueueFilter(text="ommittee")) == []
    assert ann.queue(QueueFilter(text="%")) == []


@on_both
def test_words_are_kept_as_long_as_a_comment_waits(blog: Blog) -> None:
    ann, found = Desk(blog, "ann@blog.example"), QueueFilter(text="words")
    one = blog.flag("Five words are in here", external_id="wp-1")
    assert kept(blog) == 5
    ann.decide("reject", one)
    assert kept(blog) == 0
    ann.undo()
    assert ann.queue(found) == [one]
    changed = Comment(body="Now four more words", external_id="wp-1")
    blog.database.write(lambda tx: submit_comment(tx, blog.site.id, changed, blog.clock(), KEEPING))
    blog.flag("Words")  # a worker judges both
    assert len(ann.queue(found)) == 2
    assert kept(blog) == 5
    blog.database.write(lambda tx: erase_comment(tx, blog.site.id, one, blog.clock()))
    assert kept(blog) == 1


@on_both
def test_an_upgraded_database_has_the_words_of_what_waits(blog: Blog) -> None:
    ann = Desk(blog, "ann@blog.example")
    ids = [blog.flag(f"Number {number} of these") for number in range(3)]
    ann.decide("spam", ids[2])
    blog.database.write(lambda tx: forget_words(tx, ids))
    assert ann.queue(QueueFilter(text="these")) == []
    assert ann.queue(SCORED) == []
    blog.database.write(renew_all_words)
    assert ann.queue(QueueFilter(text="these")) == ids[:2]
    assert ann.queue(SCORED) == ids[:2]


@on_both
def test_a_score_finds_what_waits_and_has_as_much(blog: Blog) -> None:
    ann = Desk(blog, "ann@blog.example")
    one, two = blog.flag("Quite rude"), blog.flag("Rude as well")
    with blog.database.read() as tx:
        item = waiting_comment(tx, blog.site.id, one, Looker("", blog.clock()))
    assert item is not None
    for name, score in item.verdict.scores.items():
        found = [one, two] if score >= LEAST_SCORE else []
        assert ann.queue(QueueFilter(score=name, least=score)) == found
        assert ann.queue(QueueFilter(score=name, least=min(1, score + 0.01))) == []
        assert ann.queue(QueueFilter(score=name[:-1], least=0)) == []
    ann.decide("reject", one)
    assert ann.queue(SCORED) == [two]
    ann.undo()
    assert ann.queue(SCORED) == [one, two]


def test_what_many_have_is_found_with_what_few_have(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.review_finding.FEW", 2)
    assert FEW > 2
    ann = Desk(blog, "ann@blog.example")
    ids = [blog.flag(f"Common words, one is rare{number}", lang="en") for number in range(5)]
    assert ann.queue(QueueFilter(text="common")) == ids
    assert ann.queue(QueueFilter(text="common rare3", label="profanity")) == [ids[3]]
    assert ann.queue(QueueFilter(lang="en", rule="profanity")) == ids


@on_both
def test_words_of_many_are_found_where_few_have_both(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.review_finding.FEW", 2)
    ann = Desk(blog, "ann@blog.example")
    for number in range(3):
        blog.flag(f"Something on the left, {number}")
        blog.flag(f"Something on the right, {number}")
    assert ann.queue(QueueFilter(text="left right")) == []
    both = blog.flag("From the left to the right")
    assert ann.queue(QueueFilter(text="left right", label="profanity")) == [both]


@on_both
def test_texts_are_alike_by_their_letters_or_by_most_of_their_words(blog: Blog) -> None:
    person = blog.person("ann@blog.example")
    first = blog.flag("Cheap watches from the best makers, buy them today at number 1")
    blog.flag("The best makers of watches are not cheap, whoever tells you so")
    same = blog.flag("CHEAP watches from the best makers, buy them today at number 2!")
    blog.flag("Something else entirely")
    near = blog.flag("Cheap watches from the best makers, order them today at number 3")
    looker = Looker(person, blog.clock())
    with blog.database.read() as tx:
        item = waiting_comment(tx, blog.site.id, first, looker)
        assert item is not None
        found = alike(tx, blog.site.id, item, "text", looker, "")
    assert [one.id for one in found] == [first, same, near]


@pytest.mark.parametrize("author", [{"id": "7"}, {"email": "eve@home.example"}])
def test_comments_of_one_author_are_alike(blog: Blog, author: dict[str, str]) -> None:
    mine = [blog.flag(f"Number {number}", author=author) for number in range(2)]
    blog.flag("Somebody else's", author={"id": "8", "email": "adam@home.example"})
    looker = Looker(blog.person("ann@blog.example"), blog.clock())
    with blog.database.read() as tx:
        item = waiting_comment(tx, blog.site.id, mine[0], looker)
        assert item is not None
        found = alike(tx, blog.site.id, item, "author", looker, "")
    assert [one.id for one in found] == mine
