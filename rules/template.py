"""Messages with facts filled in: `{author.name} posted {links.count} links`."""

from dataclasses import dataclass

from rules.facts.fact import Known
from rules.facts.registry import FACTS, Facts

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

    def fill(self, facts: Facts) -> str:
        """Return the message about one comment."""
        if len(self.parts) == 1:
            return self.parts[0]
        return "".join(
            shown_value(facts[part]) if at % 2 else part for at, part in enumerate(self.parts)
        )


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
