"""Which comments are put together by the features that they share."""

from workers.grouping import Grouping

FEATURES = range(12)


def test_one_other_comment_is_like_it_when_they_share_a_quarter() -> None:
    grouping = Grouping(dict.fromkeys(range(3), "cmt_other"))
    grouping.place("cmt_new", FEATURES)
    assert grouping.campaign("cmt_new") == grouping.group("cmt_other")


def test_a_campaign_has_so_many_features_that_a_quarter_is_chance() -> None:
    grouping = Grouping(dict.fromkeys(range(3), "cmp_adverts"))
    grouping.place("cmt_new", FEATURES)
    assert grouping.campaign("cmt_new") is None


def test_who_shares_a_third_with_a_campaign_is_of_it() -> None:
    grouping = Grouping(dict.fromkeys(range(4), "cmp_adverts"))
    grouping.place("cmt_new", FEATURES)
    assert grouping.campaign("cmt_new") == "cmp_adverts"
