"""Addresses: what is stored of them, and what can still be asked of that."""

import pytest
from sqlalchemy import select

from rules.comment import Author, Comment
from rules.conditions.functions import in_networks
from rules.verdict import Match, Reason
from store.claims import ClaimedComment
from store.database import Database
from store.kept_addresses import (
    Keeping,
    author_key,
    kept_author_id,
    kept_comment,
    original_comment,
    without_originals,
)
from store.records import Site
from store.sealing import Sealer, WrongSecretKey
from store.tables import comments
from tests.make import KEEPING, SEALER, claim, make_verdict, submit

ANN = Author(id="mailto:ann@blog.example", email="Ann@Blog.example", ip="203.0.113.9")


def kept(author: Author, site: str = "site_1") -> Author:
    return kept_comment(Comment(body="Hello", author=author), site, KEEPING)[0].author


def test_a_domain_and_a_network_stay_and_a_hash() -> None:
    author = kept(ANN)
    assert author.email is not None
    assert author.id is not None
    assert author.email.endswith("@blog.example")
    assert author.id == f"mailto:{author.email}"
    assert author.ip == "203.0.113.0/24"
    assert kept(Author(ip="2a01:4f8:1:2::7")).ip == "2a01:4f8:1::/48"
    assert kept(Author(ip="::ffff:203.0.113.9")).ip == "203.0.113.0/24"
    assert "ann" not in author.model_dump_json()


def test_the_same_address_is_the_same_hash_within_a_site_and_key_and_nowhere_else() -> None:
    same = kept(Author(email=" ann@blog.example"))
    assert kept(ANN).email == same.email
    assert kept(ANN).email != kept(ANN, "site_2").email
    other_key = kept_comment(Comment(body="x", author=ANN), "site_1", Keeping(Sealer("other")))
    assert other_key[0].author.email != same.email


@pytest.mark.parametrize("author_id", ["42", "@ann@social.example", "ann", "a b@c"])
def test_an_author_id_that_is_no_e_mail_address_stays(author_id: str) -> None:
    assert kept_author_id(author_id, "site_1", SEALER) == author_id


@pytest.mark.parametrize("nonsense", ["unknown", "999.1.1.1", "fe80::1%eth0", "1.2.3.4, 5.6.7.8"])
def test_what_is_no_address_is_hashed_too(nonsense: str) -> None:
    assert nonsense not in (kept(Author(ip=nonsense)).ip or "")
    assert nonsense not in (kept(Author(email=nonsense)).email or "")


@pytest.mark.parametrize("email", ["ann@blog.example", "a b@c", "a@b@c", "@c", "Ann <a b@c>"])
def test_what_is_known_by_an_address_is_so_as_it_is_kept(email: str) -> None:
    author = Author(email=email)
    assert (author_key(author) is None) == (author_key(kept(author)) is None)


def test_the_originals_are_there_for_whoever_has_the_key() -> None:
    comment = Comment(body="Hello", author=ANN)
    stored, sealed = kept_comment(comment, "site_1", KEEPING)
    assert original_comment(stored, sealed, SEALER) == comment
    with pytest.raises(WrongSecretKey):
        original_comment(stored, sealed, Sealer("another"))


def test_a_site_that_keeps_the_originals_has_them() -> None:
    comment = Comment(body="Hello", author=ANN)
    assert kept_comment(comment, "site_1", Keeping(SEALER, originals=True)) == (comment, None)


def test_a_kept_network_lies_in_networks_that_hold_all_of_it() -> None:
    assert in_networks("203.0.113.0/24", ("203.0.0.0/16",))
    assert in_networks("203.0.113.0/24", ("203.0.113.0/24",))
    assert not in_networks("203.0.113.0/24", ("203.0.113.0/25", "203.0.113.9", "2001::/16"))
    assert in_networks("203.0.113.9", ("203.0.113.0/25",))
    assert not in_networks("~0123456789abcdef", ("0.0.0.0/0", "::/0"))


def test_a_verdict_quotes_no_address() -> None:
    comment = Comment(body="Write to me", author=ANN)
    stored, _ = kept_comment(comment, "site_1", KEEPING)
    match = Match(field="author.ip", start=0, end=11, text="203.0.113.9", term="203.0.0.0/16")
    reason = Reason(
        rule="x",
        action="review",
        message="203.0.113.9 is Ann@Blog.example",
        matches=[match],
        values={"author.id": "mailto:ann@blog.example", "links": 3},
    )
    verdict = make_verdict(reasons=[reason], shadow=[reason], public_reason="Not Ann@Blog.example")
    veiled = without_originals(verdict, comment, stored)
    said = veiled.model_dump_json()
    assert not [text for text in ("203.0.113.9", "ann@", "Ann@") if text in said]
    [told] = veiled.reasons[0].matches
    assert (told.text, told.start, told.end) == ("203.0.113.0/24", 0, 14)
    assert veiled.reasons[0].values["links"] == 3
    assert without_originals(verdict, comment, comment) == verdict


def stored_text(database: Database) -> str:
    with database.read() as tx:
        return repr(tx.execute(select(comments)).all())


def test_no_column_has_an_address_in_the_clear_and_a_claim_has_the_sealed_ones(
    database: Database, bare_site: Site
) -> None:
    submit(database, bare_site.id, author=ANN)
    assert not [text for text in ("203.0.113.9", "ann@", "Ann@") if text in stored_text(database)]
    [item] = claim(database).comments
    assert original_of(item).author == ANN


def original_of(item: ClaimedComment) -> Comment:
    return original_comment(item.comment, item.addresses, SEALER)


def test_another_address_in_the_same_network_is_an_edit_and_the_same_one_is_not(
    database: Database, bare_site: Site
) -> None:
    def send(ip: str) -> str:
        return submit(database, bare_site.id, external_id="1", author=Author(ip=ip)).outcome

    assert [send("203.0.113.9"), send("203.0.113.9"), send("203.0.113.8")] == [
        "new",
        "same",
        "edited",
    ]
