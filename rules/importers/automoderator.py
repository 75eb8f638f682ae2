"""Reddit's AutoModerator: YAML documents divided by `---`, one rule each."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from rules.importers.automod_author import MODERATORS, TRUE, AuthorChecks
from rules.importers.automod_search import Search, read_check
from rules.importers.automod_standard import STANDARD
from rules.importers.imported import Imported, imported
from rules.importers.literals import passed_over
from rules.verdict import Action

_ACTIONS: dict[str, Action] = {
    "remove": "reject", "spam": "reject", "filter": "review", "report": "review",
    "approve": "approve",
}  # fmt: skip
_EFFECTS = re.compile(r"set_|overwrite_|modmail|message_subject|comment_|ignore_|poll_option_count")
_READ_ELSEWHERE = frozenset(
    {"action", "action_reason", "report_reason", "message", "comment", "priority", "author",
     "moderators_exempt"}
)  # fmt: skip
_FACTS = {
    "author": "author.name",
    "title": "thread.title",
    "body": "text",
    "domain": "links.domains",
}
_PLACEHOLDER = re.compile(r"\{\{ ?([\w-]+) ?\}\}")
_LONGEST = 500
_DEEPEST = 4
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Rule:
    """One AutoModerator rule on its way to one of ours.

    A condition that has no counterpart would make the rule match more than it did: what it would
    reject then waits for a person, and what it would approve is on trial.
    """

    def __init__(self, number: int, line: int, given: dict[str, Any]) -> None:
        self.id, self.given = f"rule-{number}", given
        self._where = f"line {line}, {self.id}"
        self._search = Search(self.id)
        self._lost: list[str] = []
        self._effects: list[str] = []
        self.parts: list[Any] = []
        self.notes: list[str] = []

    @property
    def lists(self) -> dict[str, Any]:
        """The word lists that its conditions name."""
        return self._search.lists

    @property
    def priority(self) -> int:
        """Rules of higher priority are looked at first."""
        said = str(self.given.get("priority", "0"))
        return int(said) if re.fullmatch(r"-?[0-9]{1,9}", said) else 0

    def rule(self) -> dict[str, Any] | None:
        """Our rule, or None where nothing of it could be carried over."""
        for key, value in self.given.items():
            self._check(key, value)
        self._author()
        action = _ACTIONS.get(str(self.given.get("action", "")))
        self._tell()
        if action is None or not self.parts:
            what = "condition" if action else "action"
            self._note(f"has no {what} that can be carried over, left out")
            return None
        return self._made(action)

    def _made(self, action: Action) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": self.id,
            "all_of": self.parts,
            "action": action,
            **self._words(),
        }
        if self.given.get("action") == "spam":
            made["labels"] = ["spam"]
        exempt = str(self.given.get("moderators_exempt", action != "approve")).lower()
        if exempt in TRUE:
            made["unless"] = "moderators"
        if self._lost and action == "reject":
            made["action"] = "review"
            self._note("would match more than it did: holds what it removed")
        if self._lost and action == "approve":
            made["shadow"] = True
            self._note("would match more than it did: on trial (`shadow: true`)")
        return made

    def _note(self, text: str) -> None:
        self.notes.append(f"{self._where}: {text}")

    def _tell(self) -> None:
        for text in self._search.notes:
            self._note(text)
        for lost in self._lost:
            self._note(f"`{lost}` has no counterpart, left out")
        if self._effects:
            told = ", ".join(f"`{key}`" for key in self._effects)
            self._note(f"{told}: Tactful does no such thing, left out")

    def _check(self, key: str, value: object) -> None:
        if key in _READ_ELSEWHERE:
            return
        if _EFFECTS.match(key):
            self._effects.append(key)
        elif key in {"body_longer_than", "body_shorter_than"}:
            self._length(key, str(value))
        elif key == "is_top_level":
            top = str(value).lower() in TRUE
            self.parts.append("not known(thread.parent)" if top else "known(thread.parent)")
        elif key == "type":
            self._type(str(value))
        elif key == "standard":
            self._standard(str(value))
        else:
            self._searched(key, value)

    def _length(self, key: str, value: str) -> None:
        if value.isdigit():
            self.parts.append(f"text.length {'>' if 'longer' in key else '<'} {value}")
        else:
            self._lost.append(f"{key}: {value}")

    def _type(self, value: str) -> None:
        """Read what kind of item a rule is of; posts are what is no comment."""
        if "submission" in value:
            self.parts.append('comment.type not in ["comment", "reply"]')
            self._note(f"`type: {value}`: judges what is no comment by its `type`")

    def _standard(self, value: str) -> None:
        domains = STANDARD.get(value.lower())
        if domains is None:
            self._lost.append(f"standard: {value}")
            return
        name = f"{self.id}-standard"
        self.lists[name] = {"domains": domains}
        self.parts.append({"list": name})
        self._note(f"`standard: {value}`: the domains are ours, look them over")

    def _author(self) -> None:
        given = self.given.get("author")
        if given is None:
            return
        if not isinstance(given, dict):
            self._searched("name", given)
            return
        checks = AuthorChecks(given)
        self.parts += checks.conditions
        self._lost += checks.lost
        for fewer in checks.fewer:
            self._note(f"`{fewer}` has no counterpart, left out")
        for key, value in given.items():
            if key.lstrip("~").startswith("name"):
                self._searched(key, value)

    def _searched(self, key: str, value: object) -> None:
        check = read_check(key)
        given = value if isinstance(value, list) else [value]
        entries = [entry for entry in given if isinstance(entry, str) and entry]
        told = len(self._search.notes)
        part = self._search.condition(check, entries) if check else None
        if part is not None:
            self.parts.append(part)
        if part is None or (key.startswith("~") and len(self._search.notes) > told):
            self._lost.append(key)  # less to be absent lets a rule match more

    def _words(self) -> dict[str, str]:
        """Return what moderators and authors are told."""
        told: dict[str, str] = {}
        reason = self.given.get("action_reason") or self.given.get("report_reason")
        if isinstance(reason, str):
            told["message"] = self._filled(reason)
        public = self.given.get("message") or self.given.get("comment")
        if isinstance(public, str) and self.given.get("action") != "approve":
            if len(public.strip()) > _LONGEST:
                self._note(f"the words for the author are cut at {_LONGEST} characters")
            told["public_reason"] = _PLACEHOLDER.sub(r"\1", public).strip()[:_LONGEST]
        return told

    def _filled(self, text: str) -> str:
        """Return a message with our placeholders for those of Reddit that have a counterpart."""
        pieces = _PLACEHOLDER.split(text)
        told = [_FACTS.get(piece, "") for piece in pieces[1::2]]
        if not all(told):
            unknown = [name for name, fact in zip(pieces[1::2], told, strict=True) if not fact]
            self._note(f"nothing is filled in for {', '.join(unknown)}: matches are shown anyway")
        plain = [piece.replace("{", "(").replace("}", ")") for piece in pieces[0::2]]
        filled = [f"{{{fact}}}" if fact else "…" for fact in told]
        return "".join(part for pair in zip(plain, [*filled, ""], strict=True) for part in pair)[
            :_LONGEST
        ]


def _plain(node: yaml.Node, known: dict[int, object], depth: int = 0) -> object:
    """Return a node's value; all scalars are texts, as AutoModerator's words are meant.

    Nodes that aliases repeat are read once, so that a bomb of them costs no more than its text.
    """
    if depth > _DEEPEST:
        return ""
    if id(node) not in known:
        if isinstance(node, yaml.MappingNode):
            known[id(node)] = {
                str(key.value): _plain(value, known, depth + 1) for key, value in node.value
            }
        elif isinstance(node, yaml.SequenceNode):
            known[id(node)] = [_plain(item, known, depth + 1) for item in node.value]
        else:
            known[id(node)] = node.value
    return known[id(node)]


def _documents(text: str) -> Iterator[tuple[int, object]]:
    """Yield the line and the value of each document that is not empty."""
    try:
        for node in yaml.compose_all(text, Loader=_Loader):
            if node.value != "":
                yield node.start_mark.line + 1, _plain(node, {})
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        told = getattr(error, "problem", None) or str(error)
        line = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{line}this is not YAML: {told}") from error


def import_automoderator(text: str) -> Imported:
    """Return a policy with a rule for each AutoModerator rule; ValueError when it is no YAML."""
    made: list[tuple[_Rule, dict[str, Any]]] = []
    notes: list[str] = []
    for number, (line, given) in enumerate(_documents(text), start=1):
        if not isinstance(given, dict):
            notes.append(f"line {line}: this is no rule, left out")
            continue
        one = _Rule(number, line, given)
        rule = one.rule()
        notes += one.notes
        if rule is not None:
            made.append((one, rule))
    made.sort(key=lambda pair: -pair[0].priority)
    document: dict[str, Any] = {"name": "automoderator"}
    lists = {name: words for one, _ in made for name, words in one.lists.items()}
    if lists:
        document["lists"] = lists
    if any("unless" in rule for _, rule in made):
        document["conditions"] = {"moderators": MODERATORS}
    document["rules"] = [rule for _, rule in made]
    return imported(document, "AutoModerator", [*notes, *passed_over(lists)])
