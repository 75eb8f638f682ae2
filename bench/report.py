"""The report: tables in Markdown, progress on standard error."""

import sys
from collections.abc import Sequence


def progress(text: str) -> None:
    """Say what is being measured now."""
    print(f"  … {text}", file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are figures."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, marks, *rows])


def met(ok: bool) -> str:  # noqa: FBT001 - reads well at its calls
    """Return the word for whether a target is met."""
    return "met" if ok else "**missed**"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
