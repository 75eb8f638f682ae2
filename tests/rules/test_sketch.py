"""What a sketch makes no difference of, and what networks and domains are."""

import pytest

from rules.comment import Author, Comment
from rules.networks import network_of
from rules.promotion import promoted_domains
from rules.sketch import SIZE, sketch

ADVERT = "Genuine designer handbags, luxury watches and leather shoes with worldwide delivery"


@pytest.mark.parametrize(
    "variation",
    [
        ADVERT.upper(),
        ADVERT.replace(" ", "  ") + " 🎉🔥",
        ADVERT + " http://shop.example/4711",
        "> somebody said this before me, and at great length indeed\n" + ADVERT,
        ADVERT.replace("e", "е"),
        ADVERT.replace("handbags", "<b>hand&#98;ags</b>"),
    ],
)
def test_what_only_looks_different_has_the_same_sketch(variation: str) -> None:
    assert sketch(variation, "x") == sketch(ADVERT, "x")


@pytest.mark.parametrize("text", ["thank you!", "great song", "first", "🎉" * 500, "a " * 900, ""])
def test_what_says_little_has_none(text: str) -> None:
    assert sketch(text, "x") is None


def test_a_sketch_is_small_and_of_its_owner() -> None:
    mine, other = sketch(ADVERT, "one"), sketch(ADVERT, "two")
    assert mine is not None
    assert other is not None
    assert len(mine) == SIZE
    assert all(-(2**63) <= key < 2**63 for key in mine)
    assert not set(mine) & set(other)


def test_scripts_without_spaces_have_features_too() -> None:
    said = "我在家里用手机赚了很多钱,每个人都可以加入,请联系我的微信了解更多详情"
    found, other = sketch(said, "x"), sketch(said.replace("手机", "电脑"), "x")
    assert found is not None
    assert other is not None
    assert len(set(found) & set(other)) > SIZE // 2


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unknown", None),
        (None, None),
    ],
)
def test_the_network_of_an_address(ip: str | None, network: str | None) -> None:
    assert network_of(ip) == network


def test_what_is_promoted_is_the_registered_domain_that_is_not_everybodys() -> None:
    body = "http://a.b.pills.example www.shop.co.uk https://ann.blogspot.com https://youtu.be/x"
    comment = Comment(body=body, author=Author(url="https://me.example/about"))
    assert promoted_domains(comment) == (
        "pills.example",
        "shop.co.uk",
        "ann.blogspot.com",
        "me.example",
    )
