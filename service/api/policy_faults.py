"""Faults of a policy, as the API tells of them."""

from collections.abc import Sequence

from rules.errors import Problem
from service.http.problems import Fault, Refused

MAX_FAULTS = 50


def refuse_errors(problems: Sequence[Problem]) -> None:
    """Raise Refused for a policy that has an error."""
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise Refused("invalid-policy", errors=faults_of(errors))


def faults_of(problems: Sequence[Problem]) -> list[Fault]:
    """Return the problems with their lines and columns, which count from 1."""
    return [_fault(problem) for problem in problems[:MAX_FAULTS]]


def _fault(problem: Problem) -> Fault:
    hint = f" ({problem.hint})" if problem.hint else ""
    return Fault(
        pointer="", detail=problem.message + hint, line=problem.line, column=problem.column
    )
