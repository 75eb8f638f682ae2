import pytest

from rules.verdict import Reason
from tests.service.api.conftest import Caller, Clock, Judge, json_of

RULE = Reason(rule="links", action="review", message="two links", decided=True)


def decided(
    blog: Caller, judge: Judge, clock: Clock, action: str, decision: str, seconds: float
) -> None:
    """Take in a comment, judge it, and decide about it after some seconds."""
    comment = json_of(blog.post("/v1/comments", {"body": "Hello"}))["id"]
    judge(action=action, labels=["spam"], reasons=[RULE])
    clock.move(seconds=seconds)
    blog.post(f"/v1/comments/{comment}/decision", {"decision": decision})


def test_verdicts_are_counted_by_action_label_and_rule(
    blog: Caller, other: Caller, judge: Judge, clock: Clock
) -> None:
    for action in ("approve", "review", "review"):
        decided(blog, judge, clock, action, "approve", 1)
    stats = json_of(blog.get("/v1/stats"))
    assert stats["actions"] == {"approve": 1, "review": 2}
    assert stats["labels"] == {"spam": 3}
    assert stats["rules"] == {"links": 3}
    assert json_of(other.get("/v1/stats"))["actions"] == {}


def test_the_median_is_of_what_waited_for_a_person(
    blog: Caller, judge: Judge, clock: Clock
) -> None:
    for seconds in (10, 20, 600):
        decided(blog, judge, clock, "review", "approve", seconds)
    decided(blog, judge, clock, "approve", "approve", 3000)
    review = json_of(blog.get("/v1/stats"))["review"]
    assert review == {"decisions": 4, "reviewed": 3, "median_seconds": 20.0}
    decided(blog, judge, clock, "review", "approve", 30)
    assert json_of(blog.get("/v1/stats"))["review"]["median_seconds"] == 25.0


def test_the_overturn_rate_is_of_all_decisions(blog: Caller, judge: Judge, clock: Clock) -> None:
    for action, decision in (("approve", "spam"), ("reject", "spam"), ("review", "spam")):
        decided(blog, judge, clock, action, decision, 1)
    stats = json_of(blog.get("/v1/stats"))
    assert stats["overturned"] == 1
    assert stats["overturn_rate"] == pytest.approx(1 / 3)


def test_without_decisions_there_is_no_rate_and_no_median(blog: Caller) -> None:
    stats = json_of(blog.get("/v1/stats"))
    assert (stats["overturn_rate"], stats["review"]["median_seconds"]) == (None, None)


def test_whole_hours_are_counted(blog: Caller, judge: Judge, clock: Clock) -> None:
    decided(blog, judge, clock, "approve", "approve", 1)
    path = "/v1/stats?since={}&until={}"
    stats = json_of(blog.get(path.format("2026-11-24T12:30:00Z", "2026-11-24T14:45:00%2B02:00")))
    assert (stats["since"], stats["until"]) == ("2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z")
    assert stats["actions"] == {"approve": 1}
    earlier = path.format("2026-11-24T11:00:00Z", "2026-11-24T12:00:00Z")
    assert json_of(blog.get(earlier))["actions"] == {}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "1"])
def test_the_ends_of_the_calendar_are_no_fault(blog: Caller, moment: str) -> None:
    status = blog.get(f"/v1/stats?since={moment}&until={moment}").status_code
    assert status in {200, 422}


@pytest.mark.parametrize("moment", ["yesterday", "1700000000", "2026-01-01", "2026-01-01T00:00:00"])
def test_what_is_no_time_is_refused(blog: Caller, moment: str) -> None:
    answer = blog.get(f"/v1/stats?since={moment}")
    assert answer.status_code == 422
    assert json_of(answer)["errors"][0]["pointer"] == "?since"
