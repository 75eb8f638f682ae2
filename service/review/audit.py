"""The audit log: `/audit`, every decision and change of a site, and the same as CSV."""

from collections.abc import Iterator
from functools import partial

from flask import Response, request

from service.review.csv_files import Cell, csv_file, csv_rows
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from store.audit import AuditEntry, list_audit

PAGE = 50
EXPORT_BATCH = 1_000

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
    return csv_file(_parts(current_visit()), "audit")


def _parts(visit: Visit) -> Iterator[str]:
    """Yield the file, each part read by itself: who takes it slowly keeps no transaction open."""
    yield csv_rows([list(AuditEntry.model_fields)])
    site_id, before = visit.site.id, None
    while batch := visit.read(
        partial(list_audit, site_id=site_id, before=before, limit=EXPORT_BATCH)
    ):
        yield csv_rows(map(_row, batch))
        before = batch[-1].id


def _row(entry: AuditEntry) -> list[Cell]:
    row = [entry.occurred_at.isoformat(), entry.actor, entry.action, entry.subject]
    return [entry.id, *row, entry.count, entry.detail]
