"""Links of a comment on its card: those of the verdict. No page of ours links to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import structlog

from rules.facts.hyperlinks import links_of
from rules.matching.fold import GONE
from rules.matching.markup import shown
from rules.references import unescape
from workers.faults import told

log = structlog.get_logger()

MOST = 20  # of a comment; a text with more is spam, and the number says so


@dataclass(frozen=True)
class ShownLink:
    """What a reader would see (empty: the address itself), and where it would lead."""

    label: str
    target: str
    deceives: bool


def links_shown(body: str) -> list[ShownLink]:
    """Return a text's links in order of appearance, each target with each label once.

    None where looking for them fails: people must see the comment all the same.
    """
    try:
        return list(islice(dict.fromkeys(_links(body)), MOST))
    except Exception as error:
        log.warning("links_not_shown", **told(error))
        return []


def _links(body: str) -> Iterator[ShownLink]:
    for link in links_of(body):
        if link.label is None:
            yield ShownLink("", link.target, deceives=False)
        else:
            label = shown(link.label).replace(GONE, "").strip()
            yield ShownLink(label, unescape(link.target), link.deceives)
