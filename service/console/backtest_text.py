"""A backtest's outcome as people read it."""

from collections.abc import Iterator

from rules.tools.backtest import Report, RuleRecord

_LONGEST = 100
_ACTIONS = ("approve", "review", "reject")


def describe(report: Report) -> Iterator[str]:
    """Yield the lines of a report."""
    share = f" ({report.changed / report.comments:.1%})" if report.comments else ""
    yield f"{report.comments} comments, {report.changed} would change{share}"
    yield from _moves(report)
    yield from _people(report)
    yield ""
    yield f"{'rule':<28} {'matched':>8} {'decided':>8} {'changed':>8} {'against':>8} {'shadow':>8}"
    for name, record in report.rules.items():
        yield _rule(name, record)
    yield "changed: decides otherwise than before; against: people approved; shadow: on trial"
    yield from _examples(report)


def _moves(report: Report) -> Iterator[str]:
    for before in _ACTIONS:
        for after in _ACTIONS:
            number = report.moves.get((before, after), 0)
            if number and before != after:
                yield f"  {before} -> {after}: {number}"


def _people(report: Report) -> Iterator[str]:
    if not report.judged_by_people:
        return
    precision, recall = report.precision, report.recall
    if precision is None and recall is None:
        yield f"of {report.judged_by_people} that people judged, none is held or was rejected"
        return
    yield f"of {report.judged_by_people} that people judged:"
    if precision is not None:
        yield f"  held or rejected: {report.held}, of which people rejected {precision:.1%}"
    if recall is not None:
        yield f"  rejected by people: {recall:.1%} are held or rejected, {report.missed} are missed"


def _rule(name: str, record: RuleRecord) -> str:
    return (
        f"{name:<28} {record.matched:>8} {record.decided:>8} {record.changed:>8}"
        f" {record.against_people:>8} {record.shadow:>8}"
    )


def _examples(report: Report) -> Iterator[str]:
    for name, record in report.rules.items():
        if record.examples:
            yield f"\n{name}, for example:"
            yield from (f"  {_short(text)}" for text in record.examples)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
