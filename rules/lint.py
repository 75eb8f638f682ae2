"""Everything that is wrong or doubtful in a policy, without loading it."""

from rules.compile import compile_policy
from rules.errors import Problem


def lint(source: str) -> list[Problem]:
    """Errors and warnings of a policy text in order of place; empty for a good one. Never raises."""
    return compile_policy(source)[1]
