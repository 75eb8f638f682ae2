"""Messages with facts filled in: `{author.name} posted {links.count} links`."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.facts.fact import Known
from rules.facts.registry import FACTS, Facts
from rules.verdict import Match

_LONGEST_VALUE = 100


class TemplateWrong(ValueError):
    """A message with a placeholder that names no fact; `column` (from 1) is its place."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


def shown_value(value: Known) -> str:
    """Return a fact as a person reads it."""
    if value is None:
        return "unknown"
    if isinstance(value, float):
        return f"{value:.2f}"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


@dataclass(frozen=True)
class Template:
    """A message cut into texts (even places) and names of facts (odd places)."""

    parts: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that it shows."""
        return self.parts[1::2]

    def fill(self, facts: Facts, found: Sequence[Match]) -> str:
        """Return the message about one comment, in which its rule found these places."""
        if len(self.parts) == 1:
            return self.parts[0]
        return "".join(
            shown_value(_told(part, facts, found)) if at % 2 else part
            for at, part in enumerate(self.parts)
        )


def _told(name: str, facts: Facts, found: Sequence[Match]) -> Known:
    """Return a fact; of the listed words those that the rule found, unless it looked for none."""
    value = facts[name]
    if name != "profanity.terms" or not isinstance(value, tuple):
        return value
    own = {match.term for match in found}
    return tuple(term for term in value if term in own) or value


def read_template(text: str) -> Template:
    """Cut a message at its placeholders; TemplateWrong for an unknown fact."""
    parts: list[str] = []
    at = 0
    while (start := text.find("{", at)) >= 0:
        end = text.find("}", start)
        name = text[start + 1 : end].strip() if end > 0 else ""
        if name not in FACTS:
            raise TemplateWrong(f"there is no fact `{name}` to fill in", start + 1)
        parts += (text[at:start], name)
        at = end + 1
    return Template((*parts, text[at:]))
