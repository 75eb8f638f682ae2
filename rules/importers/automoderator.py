"""Reddit's AutoModerator: YAML documents divided by `---`, one rule each."""

from collections.abc import Iterator
from typing import Any

import yaml

from rules.importers.imported import Imported, policy_yaml
from rules.packaged import packaged_words
from rules.patterns import Pattern, PatternRefused

_ACTIONS = {
    "remove": "reject",
    "spam": "reject",
    "filter": "review",
    "report": "review",
    "approve": "approve",
}
_TEXT_FIELDS = {
    "body": ("body",),
    "title": ("thread.title",),
    "title+body": ("body", "thread.title"),
    "body+title": ("body", "thread.title"),
}
_SIGNS = ("<=", ">=", "<", ">", "==")
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_SILENT = packaged_words("_automoderator_silent.txt")


class _Rule:
    """One AutoModerator rule on its way to one of ours."""

    def __init__(self, number: int, given: dict[str, Any]) -> None:
        self.id = f"rule-{number}"
        self.given = given
        self.lists: dict[str, Any] = {}
        self.parts: list[Any] = []
        self.notes: list[str] = []

    def _note(self, text: str) -> None:
        self.notes.append(f"{self.id}: {text}")

    def words(self, key: str, value: Any) -> None:  # noqa: ANN401
        """Return a check of a text field, with its modifiers in brackets."""
        name, _, modifiers = key.strip("~").partition("(")
        fields = _TEXT_FIELDS.get(name.strip())
        if fields is None:
            self._note(f"`{key}` has no counterpart, left out")
            return
        entries = [str(entry) for entry in (value if isinstance(value, list) else [value])]
        if "regex" in modifiers and fields != ("body",):
            self._note(f"the patterns of `{key}` are looked for in the body only")
        part = (
            self._patterns(entries)
            if "regex" in modifiers
            else self._listed(entries, fields, modifiers)
        )
        if part:
            self.parts.append({"none_of": [part]} if key.startswith("~") else part)

    def _patterns(self, entries: list[str]) -> dict[str, Any] | None:
        kept: list[str] = []
        for entry in entries:
            try:
                kept.append(Pattern(entry).source)
            except PatternRefused as error:
                self._note(f"pattern `{entry}` is refused: {error.hint or error}")
        return {"pattern": kept} if kept else None

    def _listed(
        self, entries: list[str], fields: tuple[str, ...], modifiers: str
    ) -> dict[str, Any] | None:
        name = f"{self.id}-words-{len(self.lists) + 1}"
        part = "includes" in modifiers and "word" not in modifiers
        words = [
            f"*{entry}*" if part else entry for entry in entries if any(map(str.isalpha, entry))
        ]
        if len(words) < len(entries):
            self._note("entries without a letter are left out")
        if not words:
            return None
        self.lists[name] = {"words": words, "fields": list(fields), "disguises": False}
        return {"list": name}

    def author(self, value: Any) -> None:  # noqa: ANN401
        """Thresholds on the author; karma has no counterpart."""
        for key, wanted in value.items() if isinstance(value, dict) else ():
            if key == "account_age":
                self._age(str(wanted))
            elif key == "name":
                self._names(wanted)
            else:
                self._note(f"author `{key}` has no counterpart, left out")

    def _names(self, wanted: Any) -> None:  # noqa: ANN401
        names = [str(name) for name in (wanted if isinstance(wanted, list) else [wanted])]
        self.parts.append(f"author.name in {names!r}")

    def _age(self, wanted: str) -> None:
        sign = next((sign for sign in _SIGNS if wanted.startswith(sign)), None)
        number, _, unit = wanted.removeprefix(sign or "").strip().partition(" ")
        days = _DAYS.get(unit.rstrip("s") or "day")
        if sign is None or days is None or not number.isdigit():
            self._note(f"account_age `{wanted}` cannot be read, left out")
            return
        self.parts.append(f"author.age_days {sign} {round(int(number) * days, 4)}")

    def _check(self, key: str, value: Any) -> None:  # noqa: ANN401
        if key == "author":
            self.author(value)
        elif key in {"domain", "url"}:
            self._domains(value)
        elif key == "body_longer_than":
            self.parts.append(f"text.length > {int(value)}")
        elif key == "body_shorter_than":
            self.parts.append(f"text.length < {int(value)}")
        elif key not in _SILENT:
            self.words(key, value)

    def _domains(self, value: Any) -> None:  # noqa: ANN401
        name = f"{self.id}-domains"
        domains = [str(entry) for entry in (value if isinstance(value, list) else [value])]
        self.lists[name] = {"domains": domains}
        self.parts.append({"list": name})

    def rule(self) -> dict[str, Any] | None:
        """Our rule, or None where nothing of it could be carried over."""
        for key, value in self.given.items():
            self._check(str(key), value)
        action = _ACTIONS.get(str(self.given.get("action", "")))
        if action is None or not self.parts:
            self._note("has no action or condition that can be carried over, left out")
            return None
        rule: dict[str, Any] = {"id": self.id, "all_of": self.parts, "action": action}
        reason = self.given.get("action_reason")
        if reason:
            rule["message"] = (
                str(reason).replace("{{", "").replace("}}", "").replace("{", "(").replace("}", ")")
            )
        if action == "reject" and self.given.get("action") == "spam":
            rule["labels"] = ["spam"]
        return rule


def _documents(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, document in enumerate(yaml.safe_load_all(text), start=1):
        if isinstance(document, dict):
            yield number, document


def import_automoderator(text: str) -> Imported:
    """Return a policy with a rule for each AutoModerator rule; ValueError when it is no YAML."""
    rules: list[dict[str, Any]] = []
    lists: dict[str, Any] = {}
    notes: list[str] = []
    try:
        for number, given in _documents(text):
            one = _Rule(number, given)
            rule = one.rule()
            notes += one.notes
            if rule is not None:
                rules.append(rule)
                lists |= one.lists
    except yaml.YAMLError as error:
        raise ValueError(f"this is not YAML: {error}") from error
    document: dict[str, Any] = {"name": "automoderator"}
    if lists:
        document["lists"] = lists
    document["rules"] = rules
    return Imported(policy=policy_yaml(document, "Imported from AutoModerator."), notes=notes)
