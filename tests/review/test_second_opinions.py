"""A share of decisions is put before a second person, and agreement is a figure."""

import re

import pytest
from playwright.sync_api import expect

from service.context import ServiceContext
from store.act_records import Moderator
from store.acts import Target, decide_comments
from store.review_settings import choose_second_share
from store.second_opinions import Agreement
from tests.review.conftest import Blog, SignIn, on_both
from tests.review.test_appeals import signed_in
from tests.review.test_sign_in import csrf


def test_kappa_is_cohens() -> None:
    # The example of many textbooks: 20 both yes, 15 both no, 5 and 10 apart.
    assert Agreement(20, 15, 5, 10).kappa == pytest.approx(0.4)
    assert Agreement(0, 0, 0, 0).kappa is None
    assert Agreement(5, 0, 0, 0).kappa is None


@on_both
def test_a_second_person_is_asked_and_not_told(context: ServiceContext, blog: Blog) -> None:
    blog.person("ann@blog.example", "admin")
    blog.person("bob@blog.example")
    comment, undone = blog.flag("Not so bad.", author={"id": "eve"}), blog.flag("Worse.")
    ann, bob = (signed_in(context, f"{name}@blog.example") for name in ("ann", "bob"))
    assert bob.post("/second-opinions/share", data={"csrf": csrf(bob)}).status_code == 403
    chosen = ann.post("/second-opinions/share", data={"csrf": csrf(ann), "share": "100"})
    assert chosen.status_code == 303
    assert "100 % of decisions" in ann.get("/second-opinions").text
    for one in (comment, undone):
        form = {"csrf": csrf(ann), "comment": f"{one}:1", "word": "reject", "note": "secret"}
        ann.post("/review/decisions", data=form)
    ann.post("/review/undo", data={"csrf": csrf(ann)})
    assert "Nobody asks you now" in ann.get("/second-opinions").text
    asked = bob.get("/second-opinions").text
    assert "Not so bad." in asked
    assert "secret" not in asked
    assert "0 other comments</p>" in asked  # its own decision is not among what is counted
    assert f"/comments/{comment}" not in asked
    decision = re.findall(r'name="decision" value="(\w+)"', asked)[0]
    form = {"csrf": csrf(bob), "decision": decision, "stands": "no"}
    assert bob.post("/second-opinions", data=form).status_code == 303
    assert "Nobody asks you now" in bob.get("/second-opinions").text
    assert "both alike: 1" in bob.get("/second-opinions").text
    assert "Agreement of 1 second opinion" in ann.get("/insight?days=7").text


def test_a_key_answers_too(blog: Blog, sign_in: SignIn) -> None:
    comment = blog.flag()
    ann = Moderator(blog.person("ann@blog.example"), "ann@blog.example")
    blog.person("bob@blog.example")
    site, target, now = blog.site.id, Target(comment, 1), blog.clock()
    blog.database.write(lambda tx: choose_second_share(tx, site, 1.0))
    blog.database.write(lambda tx: decide_comments(tx, site, ann, "reject", [target], now))
    page = sign_in("bob@blog.example")
    page.goto("/second-opinions")
    page.keyboard.press("r")
    expect(page.get_by_text("both alike: 1")).to_be_visible()
