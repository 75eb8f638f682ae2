"""Signals: what can be said in words about a text that advertises. Each has a name and a size.

The names are what a reason tells (`told`); sizes are small numbers, so that one signal is worth
about as much as a handful of words.
"""

from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase

from rules.facts.domains import SHORTENERS
from rules.facts.hyperlinks import Link
from workers.spam.phrases import packaged_phrases
from workers.spam.reading import Reading, is_moment

Signals = dict[str, float]

SIZE_OF_SIGNAL = 0.4
_MOST = 3  # of one kind; more say nothing new
_SHORT, _LONG = 4, 60  # words
_DENSE = 40  # words; in a longer text, a phrase may stand by chance
_REFERRALS = ("ref=", "aff=", "affid=", "referral", "refer/", "/ref/", "invite", "promo", "utm_")
_VIDEOS = frozenset({"youtube.com", "youtu.be", "m.youtube.com"})
_PLACES = {
    "link:social": frozenset(
        ("facebook.com", "twitter.com", "instagram.com", "twitch.tv", "soundcloud.com", "vk.com",
        "plus.google.com", "reverbnation.com", "bandcamp.com", "tumblr.com", "ask.fm", "vine.co",
        "tsu.co", "tiktok.com", "t.me")
    ),
    "link:funds": frozenset(
        ("kickstarter.com", "gofundme.com", "indiegogo.com", "change.org", "avaaz.org",
        "youcaring.com", "causes.com", "patreon.com", "ko-fi.com")
    ),
    "link:shop": frozenset(
        ("ebay.com", "ebay.co.uk", "amazon.com", "amazon.co.uk", "etsy.com", "aliexpress.com",
        "itunes.apple.com", "play.google.com")
    ),
}  # fmt: skip
_TITLE = " - "  # parts an artist from a song, as "share" buttons write them before the address
_TITLE_LONG = 100  # characters
_PHONE_DIGITS = range(9, 14)
_LETTERS = 12
_SHOUTING = 0.6
_CAPITALS, _SMALL = ascii_uppercase.encode(), ascii_lowercase.encode()
_SPACED = (" . com", ". com", " .com", " dot com")
_HEARD = 300  # characters

TEXT_SIGNALS = {
    "links:1": "has a link",
    "links:2": "has two links",
    "links:3": "has three links or more",
    "link:alone": "is nothing but a link",
    "link:short": "little but a link",
    "link:shortener": "links to a shortener",
    "link:punycode": "links to a domain in another script",
    "link:bare": "names a web address without a scheme",
    "link:label": "has link text over an address",
    "link:deceptive": "has a link that says another address",
    "link:referral": "has a referral link",
    "link:praise": "praises in general terms and links",
    "link:video": "links to a video",
    "link:titled": "shares a video by its title",
    "link:social": "links to a page of a social network",
    "link:funds": "links to a collection of money or signatures",
    "link:shop": "links to an offer in a shop",
    "link:moment": "points at a moment of the video",
    "link:keywords": "has key words in a link's address",
    "text:email": "has an e-mail address in the text",
    "text:phone": "has a telephone number in the text",
    "text:shouting": "is written in capitals",
    "text:exclaims": "is full of exclamation marks",
    "text:short": "is very short",
    "text:long": "is long",
    "text:asks": "asks a question",
    "text:money": "names an amount of money",
    "text:spaced": "parts an address with spaces",
}
"""What a reason says of each signal that is no kind of phrase."""


def text_signals(reading: Reading) -> Signals:
    """Return what the text itself shows."""
    kinds: dict[str, int] = {}
    for kind, _, _ in packaged_phrases().found(reading.line):
        kinds[kind] = kinds.get(kind, 0) + 1
    size = SIZE_OF_SIGNAL * min(1.0, (_DENSE / max(1, len(reading.words))) ** 0.5)
    signals = {f"phrase:{kind}": size for kind in kinds}
    signals |= {f"phrases:{kind}": size * min(n, _MOST) for kind, n in kinds.items()}
    signals |= dict.fromkeys(_of_links(reading, praises="praise" in kinds), SIZE_OF_SIGNAL)
    signals |= dict.fromkeys(_of_prose(reading), SIZE_OF_SIGNAL)
    signals |= {f"domain:{link.domain}": SIZE_OF_SIGNAL for link in reading.links[:_MOST]}
    return signals


def told(name: str) -> str | None:
    """Return a signal in words; None for those that only count (`domain:` names the domain)."""
    kind, _, rest = name.partition(":")
    if kind in {"phrase", "phrases"}:
        return packaged_phrases().kinds.get(rest)
    if kind == "domain":
        return f"links to {rest}"
    return TEXT_SIGNALS.get(name)


def _of_links(reading: Reading, *, praises: bool) -> Iterator[str]:
    links = [link for link in reading.links if not is_moment(link)]
    if len(links) < len(reading.links):
        yield "link:moment"
    if not links:
        return
    yield f"links:{min(len(links), _MOST)}"
    if not reading.words:
        yield "link:alone"
    elif len(reading.words) <= _SHORT * 2:
        yield "link:short"
    if praises:
        yield "link:praise"
    for link in links[: _MOST * 2]:
        yield from _of_link(link)
        if link.domain in _VIDEOS and _is_titled(reading.body, link):
            yield "link:titled"


def _of_link(link: Link) -> Iterator[str]:
    domain, target = link.domain, link.target.lower()
    shown = {
        "link:shortener": domain in SHORTENERS,
        "link:punycode": "xn--" in domain or not domain.isascii(),
        "link:bare": "://" not in target and not target.startswith("www."),
        "link:label": bool(link.label) and "." not in (link.label or ""),
        "link:deceptive": link.deceives,
        "link:referral": any(sign in target for sign in _REFERRALS),
        "link:video": domain in _VIDEOS,
        "link:keywords": keywords_in(target),
    }
    yield from (name for name, holds in shown.items() if holds)
    owner = ".".join(domain.rsplit(".", 2)[-2:])
    yield from (name for name, places in _PLACES.items() if domain in places or owner in places)


def _is_titled(body: str, link: Link) -> bool:
    """Whether "Artist - Song: " stands before a link: what a button wrote, to a friend."""
    before = body[max(0, link.start - _TITLE_LONG) : link.start].rstrip()
    return before.endswith(":") and _TITLE in before


def keywords_in(address: str) -> bool:
    """Whether the words of an address are advertising (`buy-cheap-pills.example`)."""
    words = "".join(char if char.isalnum() else " " for char in address[:200]).split()
    kinds = {kind for kind, _, _ in packaged_phrases().found(f" {' '.join(words)} ")}
    return bool(kinds & STUFFING)


STUFFING = frozenset(
    ["money", "loan", "crypto", "pharma", "casino", "seo", "adult", "goods", "service"]
)
"""Kinds of phrases that no name and no address of an ordinary author has."""


def _of_prose(reading: Reading) -> Iterator[str]:
    prose, words = reading.prose, len(reading.words)
    shown = {
        "text:short": words <= _SHORT,
        "text:long": words >= _LONG,
        "text:email": "@" in prose and any(map(_is_email, prose.split())),
        "text:phone": _has_phone(prose),
        "text:shouting": _shouts(reading.body[:_HEARD]),
        "text:exclaims": "!!" in prose,
        "text:asks": "?" in prose,
        "text:money": any(sign in prose for sign in "$€£"),
        "text:spaced": any(sign in prose for sign in _SPACED),
    }
    return (name for name, holds in shown.items() if holds)


def _is_email(word: str) -> bool:
    return "." in word.rpartition("@")[2] and not word.startswith("@") and "@" in word


def _shouts(text: str) -> bool:
    if text.isascii():  # counting what is gone takes a fiftieth of asking each
        written = text.encode()
        capitals = len(text) - len(written.translate(None, _CAPITALS))
        small = len(text) - len(written.translate(None, _SMALL))
    else:
        capitals, small = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return capitals + small >= _LETTERS and capitals > _SHOUTING * (capitals + small)


def _has_phone(prose: str) -> bool:
    if sum(map(prose.count, "0123456789")) < _PHONE_DIGITS.start:
        return False
    runs = "".join("" if char in "-() ." else char if char.isdigit() else " " for char in prose)
    return any(len(run) in _PHONE_DIGITS for run in runs.split())
