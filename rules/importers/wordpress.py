"""WordPress's moderation keys: one entry a line, held when any of it occurs anywhere.

WordPress looks for each entry as a part of any word, in the text, the name, the e-mail, the URL and
the IP address (wp_check_comment_disallowed_list), so `press` holds WordPress. So does what is
imported; `lint` says which ordinary words an entry hits.
"""

import re
from ipaddress import ip_network
from typing import Any

from rules.importers.imported import Imported, imported
from rules.importers.literals import PASSED_OVER, fits_list, quoted
from rules.matching.regions import is_host
from rules.patterns import literal

_LONGEST = 200
_FEWEST_STARRED = 2  # of `A*`, nothing but the letter `a` would be left
_PART_OF_IP = re.compile(r"(?:\d{1,3}\.){1,3}")
_FIELDS = ["body", "links", "author.name", "author.email", "author.url"]
_OTHER_FIELDS = _FIELDS[2:]


class _Keys:
    """The entries, sorted by how they are looked for here."""

    def __init__(self, text: str) -> None:
        self.lists: dict[str, list[str]] = {"words": [], "domains": [], "networks": []}
        self.patterns: list[str] = []
        self.conditions: list[str] = []
        self.notes: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            if entry := line.strip():
                self._sort(entry, f"line {number}: `{entry[:40]}`")

    def _sort(self, entry: str, told: str) -> None:
        word = entry.strip("*")
        starred = word != entry and fits_list(word, part=True)
        if len(entry) > _LONGEST:
            self.notes.append(f"{told} is longer than {_LONGEST} characters, left out")
        elif network := _network(entry):
            self.lists["networks"].append(network)
        elif domain := _domain(entry):
            self.lists["domains"].append(domain)
        elif starred or fits_list(entry, part=True):
            self.lists["words"].append(f"*{word}*")
            if starred:
                self.notes.append(f"{told}: a * stands for itself in WordPress, taken away")
        else:
            self._as_it_stands(entry, told)

    def _as_it_stands(self, entry: str, told: str) -> None:
        self.patterns.append(literal(entry))
        self.conditions += [f"contains({field}, {quoted(entry)})" for field in _OTHER_FIELDS]
        if "@" not in entry:
            self.notes.append(f"{told} is no word: looked for as it stands")

    @property
    def condition(self) -> dict[str, Any]:
        """What holds where one of the entries occurs."""
        parts: list[Any] = [{"list": "moderation-keys"}] if any(self.lists.values()) else []
        if self.patterns:
            parts += [{"pattern": list(dict.fromkeys(self.patterns))}, *self.conditions]
        return parts[0] if len(parts) == 1 and isinstance(parts[0], dict) else {"any_of": parts}


def _network(entry: str) -> str | None:
    """Return the network of an address, or of its beginning: `203.0.113.` is 203.0.113.0/24."""
    if _PART_OF_IP.fullmatch(entry):
        given = entry.strip(".").split(".")
        entry = ".".join([*given, *["0"] * (4 - len(given))]) + f"/{8 * len(given)}"
    try:
        return str(ip_network(entry, strict=False)) if re.search(r"[.:]", entry) else None
    except ValueError:
        return None


def _domain(entry: str) -> str | None:
    bare = re.sub(r"^(?:https?:)?//(?:www\.)?|^www\.|/$", "", entry.lower())
    return bare if "@" not in entry and " " not in entry and is_host(bare) else None


def import_wordpress(text: str, *, action: str = "review", links: int = 2) -> Imported:
    """Return a policy from "Comment Moderation" (action review) or "Disallowed" (reject).

    `links` is WordPress's "hold a comment if it contains N or more links".
    """
    keys = _Keys(text)
    document: dict[str, Any] = {"name": "wordpress"}
    rules: list[dict[str, Any]] = []
    lists = {kind: list(dict.fromkeys(entries)) for kind, entries in keys.lists.items() if entries}
    if lists:
        document["lists"] = {"moderation-keys": {**lists, "fields": _FIELDS, "disguises": False}}
    if lists or keys.patterns:
        rules.append({"id": "moderation-keys", **keys.condition, "action": action})
    rules.append({"id": "links", "links": max(1, links), "action": "review", "labels": ["links"]})
    document["rules"] = rules
    return imported(document, "WordPress's moderation keys", [*keys.notes, *_general(lists)])


def _general(lists: dict[str, list[str]]) -> list[str]:
    notes = []
    if "words" in lists:
        notes.append(
            "entries match parts of words, as in WordPress: `tactful policy lint` says which"
            " ordinary words they hit; take the * away for whole words"
        )
        notes.append(PASSED_OVER)
    if "domains" in lists:
        notes.append("domains match with their subdomains; `notspam.com` is not `spam.com`")
    return [*notes, "the browser's name is not looked at"]
