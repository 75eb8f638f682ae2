"""Links in a text: plain addresses, HTML anchors, Markdown and BBCode links, by hand scanners."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rules.facts.hosts import domain_of, hosts_named, same_site
from rules.matching.regions import ADDRESS_STOPS, has_inner, is_host, token_at
from rules.remembering import found_once, remembered

_SCHEMES = ("http://", "https://", "ftp://")
_TRAILING = ".,;:!?)]}'\"*_~"
_LONGEST = 2048
_MOST = 200
"""Links of one kind that are looked at; a text with more is judged by these."""
_REMEMBERED = 128  # texts, about a batch
_ANCHOR = re.compile(r"<a\s")
_OPENING = re.compile(r"<a(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]\n]{1,100})\]:[ \t]*<?([^\s<>]{1,2048})", re.MULTILINE)
_FURTHER = re.compile(r"[,;](?:https?|ftp)://")


@dataclass(frozen=True)
class Link:
    """A link at `start:end` of the text; `label` is its text where markup gives it another."""

    start: int
    end: int
    target: str
    label: str | None = None

    @found_once
    def domain(self) -> str:
        """The host it leads to, lower-case, without user, port and `www.`."""
        return domain_of(self.target)

    @property
    def deceives(self) -> bool:
        """Whether the label names another host than the one it leads to."""
        named = hosts_named(self.label) if self.label else []
        return bool(named) and not any(same_site(host, self.domain) for host in named)


def _leads_out(target: str) -> bool:
    """Whether it names a host: `/about`, `#top` and `mailto:` are no links to anywhere."""
    host = domain_of(target)
    return "." in host or ":" in host


def _address_end(text: str, start: int) -> int:
    """Return the end of the plain address at `start`, signs of the sentence around it left out."""
    end = start
    limit = min(len(text), start + _LONGEST)
    while end < limit and text[end] not in ADDRESS_STOPS:
        end += 1
    further = _FURTHER.search(text, start, end)
    end = further.start() if further else end
    while end > start and text[end - 1] in _TRAILING:
        end -= 1
    return end


def _anchor(text: str, lowered: str, at: int) -> Link | None:
    opening = _OPENING.match(text, at, at + _LONGEST)
    href = _HREF.search(text, at, opening.end()) if opening else None
    if opening is None or href is None:
        return None
    target = next(value for value in href.groups() if value is not None)
    if not _leads_out(target):
        return None
    inside = opening.end()
    end = lowered.find("</a", inside, inside + _LONGEST)
    label = text[inside:end] if end > 0 else ""
    return Link(at, end + 4 if end > 0 else inside, target, label)


def _bbcode(text: str, lowered: str, at: int) -> Link | None:
    """Return `[url=TARGET]label[/url]`."""
    close = text.find("]", at, at + _LONGEST)
    end = lowered.find("[/url]", close, close + _LONGEST) if close > 0 else -1
    target = text[at + len("[url=") : max(close, 0)].strip("\"' ")
    if end < 0 or not _leads_out(target):
        return None
    return Link(at, end + len("[/url]"), target, text[close + 1 : end])


def _markdown(text: str, at: int) -> Link | None:
    start = text.rfind("[", max(0, at - _LONGEST), at)
    end = text.find(")", at, at + _LONGEST)
    if start < 0 or end < 0:
        return None
    target = text[at + 2 : end].strip().partition(" ")[0].strip("<>")
    return Link(start, end + 1, target, text[start + 1 : at]) if _leads_out(target) else None


def _references(text: str) -> Iterator[Link]:
    """Markdown's `[label][name]`, told at the line `[name]: address` far below it."""
    for found in islice(_DEFINITION.finditer(text), _MOST):
        name, target = found.groups()
        use = text.find(f"][{name}]")
        start = text.rfind("[", max(0, use - _LONGEST), use) if use > 0 else -1
        label = text[start + 1 : use] if start >= 0 else name
        if _leads_out(target):
            yield Link(found.start(2), found.end(2), target, label)


def _plain(text: str, at: int) -> Link | None:
    end = _address_end(text, at)
    target = text[at:end]
    return Link(at, end, target) if _leads_out(target) else None


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    for _ in range(_MOST):
        if at < 0:
            return
        yield at
        at = text.find(sign, at + len(sign))


def _anchors(lowered: str) -> Iterator[int]:
    return (found.start() for found in islice(_ANCHOR.finditer(lowered), _MOST))


def _found(text: str, lowered: str) -> Iterator[Link | None]:
    """Yield what stands at each sign of a link, None where it is none."""
    yield from (_anchor(text, lowered, at) for at in _anchors(lowered))
    yield from (_bbcode(text, lowered, at) for at in _places(lowered, "[url="))
    yield from (_markdown(text, at) for at in _places(lowered, "]("))
    yield from _references(text) if "]:" in text else ()
    for scheme in (*_SCHEMES, "www."):
        yield from (_plain(text, at) for at in _places(lowered, scheme))


def _host(token: str) -> str:
    """Return the token, with a dot in it, without brackets if it is `example.com/path`; else ''."""
    if "@" in token or "://" in token or "](" in token or "][" in token:
        return ""
    bare = token.strip("()[]<>\"'" + _TRAILING)
    return bare if is_host(domain_of(bare)) else ""


def _bare(text: str) -> Iterator[Link]:
    """`example.com/path` without a scheme, by its known top-level domain."""
    tokens = text.split()
    dotted = [token for token in frozenset(tokens) if "." in token]
    hosts = {token: host for token in dotted if (host := _host(token))}
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
    if not (has_inner(text, (".",)) or "](" in text or "<" in text or "://" in text):
        return ()
    lowered = text.replace("İ", "i").lower()  # the one letter whose small form is longer
    kept: list[Link] = []
    found = (*filter(None, _found(text, lowered)), *_bare(text))
    for link in sorted(found, key=lambda x: (x.start, -x.end)):
        if not kept or link.start >= kept[-1].end:
            kept.append(link)
    return tuple(kept)
