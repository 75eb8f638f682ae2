"""The audit log: `/audit`, every decision and change of a site, and the same as CSV."""

from collections.abc import Iterator

from flask import Response, request

from service.review.csv_files import Cell, csv_file, csv_text
from service.review.pages import page, render
from service.review.visits import current_visit
from store.audit import AuditEntry, list_audit, whole_audit

PAGE = 50

audit = page("audit", admin=True)


@audit.get("/audit")
def show() -> str:
    """Show the log, newest first, a page at a time."""
    visit = current_visit()
    actor, action = request.args.get("actor", ""), request.args.get("action", "")
    before = request.args.get("before") or None
    found = visit.read(
        lambda tx: list_audit(
            tx, visit.site.id, actor=actor, action=action, before=before, limit=PAGE + 1
        )
    )
    entries = found[:PAGE]
    older = entries[-1].id if len(found) > PAGE else None
    return render("audit.html", entries=entries, older=older, actor=actor, action=action)


@audit.get("/audit.csv")
def export() -> Response:
    """Return the whole log as CSV (RFC 4180)."""
    visit = current_visit()

    text = visit.read(
        lambda tx: csv_text(list(AuditEntry.model_fields), _rows(whole_audit(tx, visit.site.id)))
    )
    return csv_file(text, "audit")


def _rows(entries: Iterator[AuditEntry]) -> Iterator[list[Cell]]:
    for entry in entries:
        row = [entry.occurred_at.isoformat(), entry.actor, entry.action, entry.subject]
        yield [entry.id, *row, entry.count, entry.detail]
