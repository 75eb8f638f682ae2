"""Links in a text: plain addresses, HTML anchors and Markdown links, by hand scanners."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rules.matching.regions import has_inner, is_host, token_at
from rules.remembering import remembered

_SCHEMES = ("http://", "https://", "ftp://")
_STOPS = frozenset(" \t\r\n\"'<>`|\\^{}")
_TRAILING = ".,;:!?)]}'\"*_~"
_LONGEST = 2048
_MOST = 200
"""Links of one kind that are looked at; a text with more is judged by these."""
_REMEMBERED = 128  # texts, about a batch


@dataclass(frozen=True, slots=True)
class Link:
    """A link at `start:end` of the text; `label` is its text where markup gives it another."""

    start: int
    end: int
    target: str
    label: str | None = None

    @property
    def domain(self) -> str:
        """The host it leads to, lower-case, without user, port and `www.`."""
        return domain_of(self.target)

    @property
    def deceives(self) -> bool:
        """Whether the label names another host than the one it leads to."""
        if self.label is None:
            return False
        named = domain_of(self.label.strip().split(" ")[0])
        return bool(named) and is_host(named) and not _same_site(named, self.domain)


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def domain_of(address: str) -> str:
    """Return the host of an address, with or without a scheme; '' when it has none."""
    rest = address.strip().lower()
    scheme, found, after = rest.partition("://")
    rest = after if found and scheme.isalpha() else rest.removeprefix("//")
    for sign in "/?#":
        rest = rest.partition(sign)[0]
    return rest.rpartition("@")[2].partition(":")[0].removeprefix("www.").strip(".")


def _address_end(text: str, start: int) -> int:
    end = start
    limit = min(len(text), start + _LONGEST)
    while end < limit and text[end] not in _STOPS:
        end += 1
    while end > start and text[end - 1] in _TRAILING:
        end -= 1
    return end


def _anchor(text: str, lowered: str, at: int) -> Link | None:
    close = text.find(">", at, at + _LONGEST)
    opening = text[at:close] if close > 0 else ""
    href = lowered.find("href=", at, close) - at if close > 0 else -1
    if href < 0:
        return None
    value = opening[href + 5 :].strip()
    quote = value[:1] if value[:1] in "\"'" else " "
    target = value.lstrip(quote).partition(quote)[0]
    end = lowered.find("</a", close, close + _LONGEST)
    label = text[close + 1 : end] if end > 0 else ""
    return Link(at, end + 4 if end > 0 else close + 1, target, label)


def _markdown(text: str, at: int) -> Link | None:
    start = text.rfind("[", max(0, at - _LONGEST), at)
    end = text.find(")", at, at + _LONGEST)
    if start < 0 or end < 0:
        return None
    target = text[at + 2 : end].strip().partition(" ")[0].strip("<>")
    return Link(start, end + 1, target, text[start + 1 : at]) if domain_of(target) else None


def _plain(text: str, at: int) -> Link | None:
    end = _address_end(text, at)
    target = text[at:end]
    return Link(at, end, target) if "." in domain_of(target) else None


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    for _ in range(_MOST):
        if at < 0:
            return
        yield at
        at = text.find(sign, at + len(sign))


def _candidates(text: str, lowered: str) -> Iterator[Link]:
    for at in _places(lowered, "<a "):
        if link := _anchor(text, lowered, at):
            yield link
    for at in _places(lowered, "]("):
        if link := _markdown(text, at):
            yield link
    for scheme in (*_SCHEMES, "www."):
        for at in _places(lowered, scheme):
            if link := _plain(text, at):
                yield link


def _host(token: str) -> str:
    """Return the token without brackets if it is `example.com/path`; else ''."""
    if "." not in token or "@" in token or "://" in token or "](" in token:
        return ""
    bare = token.strip("()[]<>\"'" + _TRAILING)
    return bare if is_host(domain_of(bare)) else ""


def _bare(text: str) -> Iterator[Link]:
    """`example.com/path` without a scheme, by its known top-level domain."""
    tokens = text.split()
    hosts = {token: host for token in frozenset(tokens) if (host := _host(token))}
    at = 0
    for token in islice((token for token in tokens if token in hosts), _MOST):
        at = token_at(text, token, at)
        start = at + token.index(hosts[token])
        yield Link(start, start + len(hosts[token]), hosts[token])
        at += len(token)


@remembered(_REMEMBERED)
def links_of(text: str) -> tuple[Link, ...]:
    """Every link of a text in order of place; of nested ones the outermost.

    Facts, standing, campaigns and the spam score of one comment ask for the same: looked for once.
    """
    if not has_inner(text, (".",)) and "](" not in text and "<" not in text:
        return ()
    lowered = text.lower() if len(text.lower()) == len(text) else text
    kept: list[Link] = []
    for link in sorted(
        (*_candidates(text, lowered), *_bare(text)), key=lambda x: (x.start, -x.end)
    ):
        if not kept or link.start >= kept[-1].end:
            kept.append(link)
    return tuple(kept)
