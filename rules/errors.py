"""What is wrong with a policy, and where.

PolicyInvalid is the only exception that this package raises on purpose.
"""

from typing import Literal

from rules.verdict import Value

Severity = Literal["error", "warning"]


class Problem(Value):
    """One fault of a policy: its place (from 1), what is wrong, what to do about it."""

    line: int
    column: int
    message: str
    hint: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.line}:{self.column}: {self.severity}: {self.message}{hint}"


class PolicyInvalid(Exception):
    """A policy that cannot be used; `problems` says why, at least one of them an error."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
