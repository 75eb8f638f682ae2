"""The audit log: `/audit`, every decision and change of a site, and the same as CSV."""

import csv
import io
from collections.abc import Iterator

from flask import Response, request
from sqlalchemy import Connection

from service.review.pages import page, render
from service.review.visits import current_visit
from store.audit import AuditEntry, list_audit, whole_audit

PAGE = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute what begins so

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

    def write(tx: Connection) -> str:
        out = io.StringIO()
        csv.writer(out).writerows(_rows(whole_audit(tx, visit.site.id)))
        return out.getvalue()

    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(visit.read(write), headers=headers, content_type="text/csv; charset=utf-8")


def _rows(entries: Iterator[AuditEntry]) -> Iterator[list[str]]:
    yield list(AuditEntry.model_fields)
    for entry in entries:
        row = [entry.occurred_at.isoformat(), entry.actor, entry.action, entry.subject]
        yield [entry.id, *(_cell(text) for text in row), str(entry.count), _cell(entry.detail)]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
