"""What is escalated is decided by an admin of the site, and by no other moderator."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, event

from service.context import ServiceContext
from store.acts import Refused
from store.appeals import submit_appeal
from store.decisions import Decision, decide
from store.escalation import ESCALATED
from store.notes import notes_about
from store.places import Move
from tests.review.conftest import Blog, SignIn, flagged, on_both
from tests.review.test_acts import Desk, standing
from tests.review.test_appeals import signed_in
from tests.review.test_campaigns import advertise, statuses
from tests.review.test_sign_in import csrf

ANN, BOB, BOSS = (f"{name}@blog.example" for name in ("ann", "bob", "boss"))
IN_FOCUS = '[data-comment-id][aria-current="true"]'
ESCALATE = Move("escalate", queue=ESCALATED)
REFUSED = Refused("escalated")


@pytest.fixture
def ann(blog: Blog) -> Desk:
    return Desk(blog, ANN)


@pytest.fixture
def boss(blog: Blog) -> Desk:
    return Desk(blog, BOSS, "admin")


def notes_on(blog: Blog, comment_id: str) -> list[tuple[str, str]]:
    with blog.database.read() as tx:
        kept = notes_about(tx, blog.site.id, comment_id, None)
    return [(one.actor, one.note) for one in kept]


@on_both
def test_only_an_admin_decides_what_is_escalated(blog: Blog, ann: Desk, boss: Desk) -> None:
    ids = [blog.flag(f"Number {number}") for number in range(3)]
    ann.move(ESCALATE, *ids[:2], note="A threat?")
    assert notes_on(blog, ids[0]) == [(ANN, "A threat?")]
    # Of many, those are left alone that are escalated, and no word is lost.
    act = ann.decide("approve", *ids, note="Let it be.")
    assert act.done == ids[2:]
    assert act.refused == dict.fromkeys(ids[:2], REFUSED)
    assert (ANN, "Let it be.") in notes_on(blog, ids[0])
    assert ann.move(Move("move"), ids[0]).refused == {ids[0]: REFUSED}
    assert ann.move(Move("snooze", until=blog.clock()), ids[0]).refused == {ids[0]: REFUSED}
    assert boss.decide("reject", ids[0]).done == ids[:1]
    assert ann.record(ids[1]).status == "scored"
    platform = Decision("approve", "platform", "chief")
    blog.database.write(lambda tx: decide(tx, blog.site.id, ids[1], platform, blog.clock()))
    assert ann.record(ids[1]).status == "decided"


@on_both
def test_an_escalation_is_taken_back_by_whoever_made_it(blog: Blog, ann: Desk, boss: Desk) -> None:
    comment = blog.flag()
    ann.move(ESCALATE, comment)
    assert ann.undo().done == [comment]
    assert ann.decide("approve", comment).done == [comment]
    assert boss.queue() == []


@on_both
def test_an_appeal_against_an_admin_is_for_any_other_moderator(
    context: ServiceContext, blog: Blog, ann: Desk, boss: Desk
) -> None:
    comment = blog.flag()
    ann.move(ESCALATE, comment)
    boss.decide("reject", comment)
    client = signed_in(context, ANN)
    page = client.get(f"/comments/{comment}").text
    assert "an admin of this site decides" in page
    replaces = re.findall(r'name="replaces" value="(\w+)"', page)[0]
    form = {"csrf": csrf(client), "comment": f"{comment}:1", "word": "approve"}
    answer = client.post("/review/decisions", data={**form, "replaces": replaces})
    assert answer.status_code == 409
    blog.database.write(
        lambda tx: submit_appeal(tx, blog.site.id, comment, "A joke.", blog.clock())
    )
    assert 'value="approve"' in client.get("/appeals").text
    answer = client.post("/review/decisions", data={**form, "replaces": replaces})
    assert answer.status_code == 303
    assert ann.record(comment).decision is not None


@on_both
def test_an_appeal_lets_nobody_else_take_it_from_the_admins(
    blog: Blog, ann: Desk, boss: Desk
) -> None:
    """Not before an admin has decided, and not by sending it to another queue meanwhile."""
    comment = blog.flag()
    ann.move(ESCALATE, comment)

    def appeal(tx: Connection) -> None:
        submit_appeal(tx, blog.site.id, comment, "A joke.", blog.clock())

    blog.database.write(appeal)
    assert ann.decide("approve", comment).refused == {comment: REFUSED}
    assert boss.decide("reject", comment).done == [comment]
    blog.database.write(appeal)
    act = ann.move(Move("move"), comment, replaces=standing(blog, comment))
    assert act.refused == {comment: Refused("decided", BOSS, "reject")}


def test_where_there_is_no_admin_everybody_is_asked(blog: Blog, ann: Desk) -> None:
    bob = Desk(blog, BOB)
    comment = blog.flag()
    ann.move(ESCALATE, comment)
    assert bob.decide("reject", comment).done == [comment]


def test_a_rule_can_ask_the_admins_at_once(blog: Blog, ann: Desk, boss: Desk) -> None:
    comment = blog.flag("Threat", flagged("Threat", queue=ESCALATED))
    assert ann.decide("approve", comment).refused == {comment: REFUSED}
    assert boss.decide("approve", comment).done == [comment]


def test_a_campaign_that_is_escalated_is_for_admins(
    context: ServiceContext, blog: Blog, ann: Desk, boss: Desk
) -> None:
    ids = advertise(blog, "cmp_one", 4)
    ann.move(ESCALATE, *ids)
    client, admin = signed_in(context, ANN), signed_in(context, BOSS)
    path = "/review?queue=escalated"
    assert 'class="campaign"' not in client.get(path).text
    assert 'class="campaign"' in admin.get(path).text
    for one, status in ((client, 409), (admin, 303)):
        form = {"csrf": csrf(one), "campaign": "cmp_one", "word": "spam"}
        answer = one.post("/review/campaigns?queue=escalated", data=form)
        assert answer.status_code == status
        assert statuses(blog, ids) == {"scored" if status == 409 else "decided"}
    assert boss.queue(None) == []


@pytest.mark.usefixtures("boss")
def test_the_same_without_scripts(blog: Blog, ann: Desk, sign_in: SignIn) -> None:
    ids = [blog.flag(f"Comment {number}.") for number in range(3)]
    page = sign_in(ANN, java_script_enabled=False)
    page.get_by_text("Note").first.click()
    page.get_by_label("Note", exact=True).first.fill("I know him.")
    page.get_by_role("button", name="Escalate").click()
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", ids[1])
    expect(page.get_by_role("navigation", name="Queues").get_by_role("link")).to_have_count(1)
    page.goto("/review?queue=escalated")
    shown = page.locator(IN_FOCUS)
    expect(shown).to_contain_text("an admin of this site decides about it")
    expect(shown.locator("summary", has_text="Note")).to_be_visible()
    expect(shown.locator(".decide, .other, .send")).to_have_count(0)
    # Somebody escalates what is selected already: the rest is decided, and the page says so.
    page.goto(f"/review/bulk?comment={ids[1]}:1&comment={ids[2]}:1")
    ann.move(ESCALATE, ids[1])
    page.get_by_role("button", name="Reject 2").click()
    expect(page.get_by_role("status")).to_contain_text("1 comment was left as it is")
    assert [ann.record(one).status for one in ids] == ["scored", "scored", "decided"]
    page.goto(f"/review/bulk?comment={ids[1]}:1&comment={ids[2]}:1")
    expect(page.locator("main")).to_contain_text("None of them waits any more.")
    admin = sign_in(BOSS, java_script_enabled=False)
    admin.get_by_role("link", name="Escalated 2").click()
    expect(admin.locator(IN_FOCUS)).to_contain_text("I know him.")
    expect(admin.locator(IN_FOCUS)).to_contain_text(f"{ANN} asks an admin to decide")
    admin.get_by_role("button", name="Reject").click()
    assert ann.record(ids[0]).status == "decided"


@on_both
@pytest.mark.usefixtures("boss")
def test_a_selection_of_many_is_read_at_once(
    context: ServiceContext, blog: Blog, ann: Desk
) -> None:
    first, kept, *more = [blog.flag(f"Comment {number}.") for number in range(4)]
    ann.move(ESCALATE, kept)
    ann.move(Move("snooze", until=blog.clock() + timedelta(hours=1)), first)
    client = signed_in(context, ANN)
    asked: list[str] = []
    event.listen(
        context.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )

    def queries(*ids: str) -> tuple[int, list[str]]:
        asked.clear()
        page = client.get("/review/bulk?" + "&".join(f"comment={one}:1" for one in ids)).text
        return len(asked), re.findall(r'name="comment" value="(\w+):1"', page)

    few, _ = queries(first)
    assert queries(more[1], kept, first, more[0]) == (few, [more[1], first, more[0]])


@pytest.mark.usefixtures("boss")
def test_a_key_on_what_is_escalated_says_who_decides(
    blog: Blog, ann: Desk, sign_in: SignIn
) -> None:
    ids = [blog.flag(f"Comment {number}.") for number in range(2)]
    page = sign_in(ANN)
    ann.move(ESCALATE, ids[0])  # in another window
    page.keyboard.press("a")
    status = page.get_by_role("status").filter(has_text="escalated")
    expect(status).to_contain_text("Not done: it is escalated")
    page.goto("/review?queue=escalated")
    page.keyboard.press("r")
    expect(status).to_contain_text("an admin of this site decides about it")
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", ids[0])
    assert _decided_by_key(sign_in(BOSS), ids[0])
    assert ann.record(ids[0]).status == "decided"


def _decided_by_key(page: Page, comment_id: str) -> bool:
    page.goto("/review?queue=escalated")
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", comment_id)
    page.keyboard.press("r")
    expect(page.get_by_role("status").filter(has_text="Rejected")).to_be_visible()
    return True
