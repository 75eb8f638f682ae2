from typing import Any

import pytest

from rules.comment import SPAM_SIGNALS, Author, Comment, Thread
from workers.spam.features import features_of
from workers.spam.packing import pack_vector, rounded, unpack_vector, unpack_weights
from workers.spam.reading import read
from workers.spam.scoring import prior_model

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/128.0.0.0 Safari/537.36"


def signals(body: str = "I agree with Ann.", **fields: Any) -> set[str]:
    comment = Comment(body=body, **fields)
    return set(features_of(comment, comment.metadata).signals)


@pytest.mark.parametrize(
    ("body", "signal"),
    [
        ("See http://a.example/x", "links:1"),
        ("http://a.example http://b.example http://c.example http://d.example", "links:3"),
        ("http://a.example", "link:alone"),
        ("Look: https://bit.ly/abc", "link:shortener"),
        ("Look: http://xn--80ak6aa92e.com", "link:punycode"),
        ("Look at mysite.com/page now", "link:bare"),
        ('<a href="http://a.example">cheap flights</a>', "link:label"),
        ('<a href="http://a.example">www.bank.com</a>', "link:deceptive"),
        ("Join http://a.example/?ref=12", "link:referral"),
        ("Great post! http://a.example", "link:praise"),
        ("Best part <a href='http://youtube.com/watch?t=3'>3:40</a>", "link:moment"),
        ("Go to http://buy-cheap-viagra.example", "link:keywords"),
        ("Love it! Nova Kid - Run Away: http://youtu.be/xYz77w0vB12", "link:titled"),
        ("Me: https://m.facebook.com/roxyband", "link:social"),
        ("Help us http://www.gofundme.com/abc12", "link:funds"),
        ("http://www.ebay.co.uk/itm/1234", "link:shop"),
        ("Por favor visiten mi canal", "phrase:promotion"),
        ("Hi, I'm a 15 yr old rapper", "phrase:artist"),
        ("Buy viagra here", "phrase:pharma"),
        ("Bitcoin signals for you", "phrase:crypto"),
        ("free spins at the casino", "phrase:casino"),
        ("backlinks for your page", "phrase:seo"),
        ("make money from home", "phrase:money"),
        ("SUBSCRIBE to MY channel", "phrase:subscribe"),
        ("subscr\u200bibe to m\u0443 channel", "phrase:subscribe"),
        ("thanks for sharing", "phrase:praise"),
        ("Write to joe@mail.example please", "text:email"),
        ("Call +1 (740) 555-1234 now", "text:phone"),
        ("WHY DOES NOBODY LISTEN", "text:shouting"),
    ],
)
def test_a_text_shows_it(body: str, signal: str) -> None:
    assert signal in signals(body)


@pytest.mark.parametrize(
    "body",
    [
        "Hear my song: http://youtu.be/xYz77w0vB12",
        "Nova Kid - Run Away: http://runaway.example/xYz77w0vB12",
        "Nova Kid - Run Away is over, hear mine http://youtu.be/xYz77w0vB12",
    ],
)
def test_a_link_is_titled_only_as_a_share_button_writes_it(body: str) -> None:
    assert "link:titled" not in signals(body)


@pytest.mark.parametrize(
    ("author", "signal"),
    [
        ({"url": "http://best-online-casino.example"}, "author:url-stuffed"),
        ({"url": "https://bit.ly/3x"}, "author:url-shortener"),
        ({"name": "Cheap Viagra Online"}, "author:name-stuffed"),
        ({"name": "pills.com"}, "author:name-address"),
        ({"name": "Ann Smith", "email": "qwxzkv@mail.example"}, "author:email-misfit"),
        ({"name": "Ann", "email": "ann@mailinator.com"}, "author:email-disposable"),
        ({"email": "kv88213@mail.example"}, "author:email-digits"),
        ({"user_agent": "python-requests/2.31"}, "agent:script"),
        ({"user_agent": "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"}, "agent:ancient"),
        ({"user_agent": "MSIE 6.0 Chrome/\N{SUPERSCRIPT TWO}"}, "agent:ancient"),
        ({"user_agent": "", "ip": "203.0.113.9"}, "agent:missing"),
    ],
)
def test_an_author_shows_it(author: dict[str, str], signal: str) -> None:
    assert signal in signals(author=Author.model_validate(author))


def test_an_ordinary_author_shows_nothing_but_an_address() -> None:
    ann = Author(
        name="Ann Smith", email="ann.smith@mail.example", url="https://annsmith.example",
        user_agent=CHROME, ip="203.0.113.9",
    )  # fmt: skip
    shown = signals(author=ann)
    assert {name for name in shown if name.startswith(("author", "agent"))} == {"author:url"}


@pytest.mark.parametrize(
    ("given", "signal"),
    [
        ({"honeypot": True}, "form:honeypot"),
        ({"seconds_to_submit": 1.2}, "form:hasty"),
        ({"referrer": ""}, "referrer:missing"),
        ({"referrer": "http://other.example/"}, "referrer:foreign"),
    ],
)
def test_the_form_shows_it(given: dict[str, Any], signal: str) -> None:
    thread = Thread(url="https://blog.example/post")
    assert signal in signals(thread=thread, metadata={SPAM_SIGNALS: given})


def test_a_language_that_is_not_the_threads_shows() -> None:
    title = "What the council said of the new bridge and why it was not built in the summer"
    german = "Das ist aber nicht das, was ich mir von der Stadt und dem Rat erhofft habe."
    assert "language:other" in signals(german, thread=Thread(title=title))
    assert "language:other" not in signals("This is not what I had hoped for from the council.",
                                           thread=Thread(title=title))  # fmt: skip
    for said in ("en", "en-GB", "en_GB"):
        assert "language:other" not in signals(german, lang=said, thread=Thread(title=title))


@pytest.mark.parametrize("given", [7, "x", None, ["honeypot"], {"seconds_to_submit": True}])
def test_metadata_of_another_shape_is_nothing(given: Any) -> None:
    assert not {name for name in signals(metadata={SPAM_SIGNALS: given}) if name.startswith("form")}


@pytest.mark.parametrize(
    "body",
    [
        "a",
        "\u200b.",
        "<b>",
        "ﬃ" * 50,
        "\U0001f600" * 9,
        "x" * 60_000,
        "</a ](" * 3000,
        "\ud7ff&#1;",
    ],
)
def test_any_text_can_be_read(body: str) -> None:
    assert 0 <= prior_model().suspect(Comment(body=body)).score <= 1


def test_places_lead_back_to_the_text_as_written() -> None:
    body = "Hi <b>Ann</b>, plzzzzz su\u200bbscribe"
    reading = read(body)
    start = reading.line.index("subscribe")
    first, last = reading.place_of(start, start + len("subscribe"))
    assert body[first:last] == "su\u200bbscribe"


def test_a_stored_vector_is_the_one_that_was_taught() -> None:
    vector = rounded(features_of(Comment(body="Look: https://bit.ly/abc, please")).vector)
    again = unpack_vector(pack_vector(vector))
    assert (again.places == vector.places).all()
    assert (again.values == vector.values).all()


def test_weights_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="no packed weights"):
        unpack_weights(b"spam")
