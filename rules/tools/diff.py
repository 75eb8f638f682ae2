"""What changed between two policies, said in the words of their files."""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.loading.document import Document, WordList
from rules.policy import Policy
from rules.verdict import Value

_MOST_WORDS = 20
_ENTRIES = ("words", "domains", "networks", "except_")


class Change(Value):
    """One difference: `sign` is + (added), - (removed) or ~ (changed)."""

    sign: str
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.sign} {self.what}{': ' if self.detail else ''}{self.detail}"


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    changed = [key for key in after if before.get(key) != after[key]]
    changed += [key for key in before if key not in after]
    return "; ".join(f"{key}: {before.get(key)!r} → {after.get(key)!r}" for key in changed)


def _words(before: list[str], after: list[str]) -> str:
    added = [word for word in after if word not in set(before)]
    removed = [word for word in before if word not in set(after)]
    told = [f"+{word}" for word in added] + [f"-{word}" for word in removed]
    more = f" and {len(told) - _MOST_WORDS} more" if len(told) > _MOST_WORDS else ""
    return " ".join(told[:_MOST_WORDS]) + more


def _size(given: WordList) -> str:
    counts = {part: len(getattr(given, part)) for part in _ENTRIES}
    return ", ".join(f"{count} {part.strip('_')}" for part, count in counts.items() if count)


def _lists(before: Mapping[str, WordList], after: Mapping[str, WordList]) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            yield Change(sign="+", what=f"list {name}", detail=_size(new))
        elif new is None:
            yield Change(sign="-", what=f"list {name}")
        elif old is not None and old != new:
            details = [_words(getattr(old, part), getattr(new, part)) for part in _ENTRIES]
            details.append(_fields(*(one.model_dump(exclude={*_ENTRIES}) for one in (old, new))))
            yield Change(sign="~", what=f"list {name}", detail=" ".join(filter(None, details)))


def _rules(before: Document, after: Document) -> Iterator[Change]:
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    for name, rule in new.items():
        if name not in old:
            yield Change(sign="+", what=f"rule {name}", detail=f"action {rule.action}")
        elif old[name] != rule:
            dumped = (
                given.model_dump(by_alias=True, exclude_unset=True) for given in (old[name], rule)
            )
            yield Change(sign="~", what=f"rule {name}", detail=_fields(*dumped))
    yield from (Change(sign="-", what=f"rule {name}") for name in old if name not in new)
    kept_before = [name for name in old if name in new]
    if kept_before != [name for name in new if name in old]:
        yield Change(sign="~", what="order of the rules", detail=" ".join(new))


def _named(before: Document, after: Document) -> Iterator[Change]:
    for name in sorted({*before.conditions, *after.conditions}):
        old, new = before.conditions.get(name), after.conditions.get(name)
        if old != new:
            sign = "+" if old is None else "-" if new is None else "~"
            detail = f"{old} → {new}" if sign == "~" else ""
            yield Change(sign=sign, what=f"condition {name}", detail=detail)
    for part in ("name", "timezone", "profanity", "otherwise"):
        one, other = getattr(before, part), getattr(after, part)
        if one != other:
            yield Change(sign="~", what=part, detail=f"{one} → {other}")


def diff(before: Policy, after: Policy) -> list[Change]:
    """Return the differences of two policies; their examples are left out."""
    old, new = before.compiled.document, after.compiled.document
    return [*_named(old, new), *_lists(old.lists, new.lists), *_rules(old, new)]
