"""What schemathesis needs to know of us beyond the schema.

It is loaded by `schemathesis.toml`, so also by a run from the command line.
"""

import itertools
import re
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.generation.meta import CoverageScenario
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

IN_THE_FUTURE = "must not lie in the future"
KEY = re.compile("[!-~]{1,200}")
MISSING = CoverageScenario.MISSING_PARAMETER

_numbers = itertools.count()


@schemathesis.hook
def filter_failure(
    _context: HookContext, failure: Failure, _case: Case[Any], response: Response
) -> bool:
    """Drop what is no fault of ours, by what the answer says."""
    if isinstance(failure, RejectedPositiveData):
        return not _rightly_refused(response.json())
    if isinstance(failure, UseAfterFree):
        # An erased comment can still be read: it says that it was erased, and nothing else.
        return bool(response.json().get("status") != "erased")
    return True


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Use no valid Idempotency-Key twice: nothing behind the refusal would be tried."""
    key = case.headers.get("Idempotency-Key")
    # A case that leaves a header out must stay as it is, or schemathesis puts the header back.
    left_out = getattr(case.meta and case.meta.phase.data, "scenario", None) == MISSING
    if isinstance(key, str) and KEY.fullmatch(key) and not left_out:
        case.headers["Idempotency-Key"] = f"{key}-{next(_numbers)}"


def _rightly_refused(problem: dict[str, Any]) -> bool:
    # No schema can say whether a policy's conditions make sense, what host may be called, which
    # keys were used for another body, or what time it is.
    if problem["type"].endswith(("#problem-key-reused", "#problem-invalid-policy")):
        return True
    errors = problem.get("errors", [])
    return bool(errors) and all(
        error["pointer"] == "/url" or error["detail"] == IN_THE_FUTURE for error in errors
    )
