"""WordPress's moderation keys: one entry a line, held when any of it occurs anywhere.

WordPress looks for each entry as a part of any word, in the text, the name, the e-mail, the URL and
the IP address (wp_check_comment_disallowed_list), so `press` holds WordPress. Here an entry is a
word; write `*press*` where the part is meant.
"""

from ipaddress import ip_network
from typing import Any

from rules.importers.imported import Imported, policy_yaml
from rules.matching.fold import normalise
from rules.matching.regions import is_host

_LONGEST = 200
_FEWEST_STARRED = 2  # of `A*`, nothing but the letter `a` would be left


def _kind(entry: str) -> str:
    try:
        ip_network(entry, strict=False)
    except ValueError:
        pass
    else:
        return "networks"
    bare = entry.lower().removeprefix("http://").removeprefix("https://").strip("/")
    if "@" not in entry and " " not in entry and is_host(bare):
        return "domains"
    letters = sum(map(str.isalpha, normalise(entry)))
    return "words" if letters >= (_FEWEST_STARRED if "*" in entry else 1) else ""


def _sorted_in(text: str) -> tuple[dict[str, list[str]], list[str]]:
    lists: dict[str, list[str]] = {"words": [], "domains": [], "networks": []}
    notes: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.strip()
        kind = _kind(entry) if entry else ""
        if kind == "domains":
            entry = entry.lower().removeprefix("http://").removeprefix("https://").strip("/")
        if kind and len(entry) <= _LONGEST:
            lists[kind].append(entry.replace("*", ""))
        elif entry:
            notes.append(
                f"line {number}: `{entry[:40]}` is too little of a word, left out; use a pattern"
            )
    return {kind: list(dict.fromkeys(entries)) for kind, entries in lists.items() if entries}, notes


def import_wordpress(text: str, *, action: str = "review", links: int = 2) -> Imported:
    """Return a policy from "Comment Moderation" (action review) or "Disallowed" (reject).

    `links` is WordPress's "hold a comment if it contains N or more links".
    """
    lists, notes = _sorted_in(text)
    fields = ["body", "author.name", "author.email", "author.url"]
    document: dict[str, Any] = {"name": "wordpress"}
    rules: list[dict[str, Any]] = []
    if lists:
        document["lists"] = {"moderation-keys": {**lists, "fields": fields, "disguises": False}}
        rules.append({"id": "moderation-keys", "list": "moderation-keys", "action": action})
    rules.append({"id": "links", "links": max(1, links), "action": "review", "labels": ["links"]})
    document["rules"] = rules
    notes.append(
        "entries are whole words here, parts of words in WordPress: write *part* for a part"
    )
    comment = "Imported from WordPress's moderation keys."
    return Imported(policy=policy_yaml(document, comment), notes=notes)
