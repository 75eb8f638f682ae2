"""Links of a comment, as text beside their real targets. No page of ours links to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

import re2

from rules.comment import Comment

MOST = 20  # of a comment; a text with more is spam, and the number says so
LONGEST_HTML = 20_000  # characters that are read for links

_ADDRESS = re2.compile(r"(?i)\bhttps?://[^\s<>\"'`\])}]+")
_MARKDOWN = re2.compile(r"\[([^\[\]]*)\]\(\s*([^\s()]+)[^()]*\)")


@dataclass(frozen=True)
class Link:
    """What a reader would see, and where it would lead."""

    shown: str
    target: str

    @property
    def host(self) -> str:
        """The host of the target, as far as there is one."""
        return _host(self.target)

    @property
    def pretends(self) -> bool:
        """Whether the text looks like an address of another host."""
        shown = self.shown.strip()
        looks = shown if "://" in shown else f"https://{shown}"
        named = _host(looks) if "." in shown and " " not in shown else ""
        return bool(named) and named.removeprefix("www.") != self.host.removeprefix("www.")


def links_of(comment: Comment) -> list[Link]:
    """Return the comment's links in order of appearance, each target with each text once."""
    found = {
        "html": _in_html,
        "markdown": _in_markdown,
        "text": _in_text,
    }[comment.format](comment.body)
    unique = dict.fromkeys(found)
    return list(unique)[:MOST]


def _in_text(body: str) -> Iterator[Link]:
    for match in _ADDRESS.finditer(body):
        address = match.group(0).rstrip(".,;:!?")
        yield Link(address, address)


def _in_markdown(body: str) -> Iterator[Link]:
    named = [Link(match.group(1), match.group(2)) for match in _MARKDOWN.finditer(body)]
    yield from named
    targets = {link.target for link in named}
    yield from (link for link in _in_text(body) if link.target not in targets)


def _in_html(body: str) -> Iterator[Link]:
    reader = _Anchors()
    reader.feed(body[:LONGEST_HTML])
    yield from reader.links
    targets = {link.target for link in reader.links}
    yield from (link for link in _in_text(body) if link.target not in targets)


class _Anchors(HTMLParser):
    """Collects `<a href>` with its text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self._target: str | None = None
        self._text: list[str] = []

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002
        # As browsers do, outside SVG; html.parser raises AssertionError at `<![<` and its likes.
        return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._target, self._text = dict(attrs).get("href"), []

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._target:
            self.links.append(Link("".join(self._text).strip(), self._target))
            self._target = None


def _host(address: str) -> str:
    try:
        return (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        return ""
