"""Activity: `usage-limit` and `key-sites`, counted from the site's own comments."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response

from service.compat.akismet.caller import Caller
from store.activity import Activity, activity_by_metadata

MAX_LIMIT = 500
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_COLUMNS = ("Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives")
_ORDERS: dict[str, Callable[[Activity], int]] = {
    "total": lambda one: one.comments,
    "spam": lambda one: one.held,
    "ham": lambda one: one.comments - one.held,
    "missed_spam": lambda one: one.missed,
    "false_positives": lambda one: one.released,
}


@dataclass(frozen=True)
class _Page:
    """A page of the blogs that used the key in a month."""

    month: str
    total: int
    limit: int
    offset: int
    sites: list[Activity]


def usage_limit(caller: Caller) -> Response:
    """Return what was used this month. `percentage` is a text, as Akismet describes it."""
    now = caller.context.clock()
    usage = sum(one.comments for one in _activity(caller, f"{now:%Y-%m}"))
    return _json({"limit": "none", "usage": usage, "percentage": "0", "throttled": False})


def key_sites(caller: Caller) -> Response:
    """Return one entry for each blog that sent comments with a key of this site."""
    page = _page(caller)
    if caller.form.get("format").lower() == "csv":
        return _csv(page, caller.form.get("api_key", "key"))
    return _json(
        {
            page.month: [_entry(one) for one in page.sites],
            "limit": page.limit,
            "offset": page.offset,
            "total": page.total,
        }
    )


def _page(caller: Caller) -> _Page:
    form = caller.form
    asked = form.get("month")
    month = asked if _MONTH.fullmatch(asked) else f"{caller.context.clock():%Y-%m}"
    found = [one for one in _activity(caller, month) if form.get("filter").lower() in one.name]
    found.sort(key=_ORDERS.get(form.get("order").lower(), _ORDERS["total"]), reverse=True)
    limit = min(_number(form.get("limit"), MAX_LIMIT), MAX_LIMIT)
    offset = _number(form.get("offset"), 0)
    return _Page(month, len(found), limit, offset, found[offset : offset + limit])


def _activity(caller: Caller, month: str) -> list[Activity]:
    year, number = map(int, month.split("-"))
    try:
        since = datetime(year, number, 1, tzinfo=UTC)
        until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    except ValueError:  # the years 0000 and 9999
        return []
    with caller.context.database.read() as tx:
        found = activity_by_metadata(tx, caller.site.id, ("akismet", "blog"), since, until)
    return _by_host(found)


def _by_host(found: list[Activity]) -> list[Activity]:
    """Return the activity with `https://blog.example/` and `http://blog.example` as one site."""
    hosts: dict[str, Activity] = {}
    for one in found:
        host = one.name.partition("://")[2].rstrip("/").lower() or one.name.lower()
        known = hosts.get(host, Activity(host, 0, 0, 0, 0))
        hosts[host] = Activity(
            host,
            known.comments + one.comments,
            known.held + one.held,
            known.missed + one.missed,
            known.released + one.released,
        )
    return list(hosts.values())


def _entry(one: Activity) -> dict[str, Any]:
    """Return an entry; its numbers are texts, as Akismet writes them."""
    return {
        "site": one.name,
        "api_calls": str(one.comments),
        "spam": str(one.held),
        "ham": str(one.comments - one.held),
        "missed_spam": str(one.missed),
        "false_positives": str(one.released),
        "is_revoked": False,
    }


def _csv(page: _Page, key: str) -> Response:
    out = io.StringIO()
    out.write(f"Active sites for {key} during {page.month} (limit:{page.limit}, ")
    out.write(f"offset: {page.offset}, total: {page.total})\n")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow((*_COLUMNS, "Is Revoked"))
    for entry in map(_entry, page.sites):
        rows.writerow([*list(entry.values())[:-1], "false"])
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise  # noqa: PLR2004 - digits


def _json(content: dict[str, Any]) -> Response:
    return Response(json.dumps(content), content_type="application/json")
