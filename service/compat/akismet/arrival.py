"""How a comment came, for the spam score: what a form tells beside what it says.

Kept are three answers, not the fields that they are read from.
"""

from datetime import datetime

from pydantic import JsonValue

from rules.facts.hosts import domain_of
from service.compat.akismet.form import Form
from service.compat.texts import MAX_URL

_HONEYPOTS = ("POST_ak_hp_textarea", "ak_hp_textarea", "hidden_honeypot_field")
_OPENED = ("POST_ak_js", "ak_js")  # when the page was opened, in Unix milliseconds
_LONGEST = 86_400.0  # seconds; a page that was open longer says nothing


def how_it_came(form: Form, now: datetime) -> dict[str, JsonValue]:
    """Return `honeypot`, `seconds_to_submit` and `referrer` (a host), as far as they are told."""
    came: dict[str, JsonValue] = {}
    named = form.get("honeypot_field_name")
    if form.get(*_HONEYPOTS, *([named, f"POST_{named}"] if named else [])):
        came["honeypot"] = True
    if (seconds := _seconds(form, now)) is not None:
        came["seconds_to_submit"] = seconds
    if "referrer" in form.fields:
        came["referrer"] = domain_of(form.get("referrer")[:MAX_URL])[:255]
    return came


def _seconds(form: Form, now: datetime) -> float | None:
    opened = form.get(*_OPENED)
    if not (opened.isascii() and opened.isdigit()):
        return None
    seconds = now.timestamp() - int(opened[:16]) / 1000
    return round(seconds, 1) if 0 <= seconds <= _LONGEST else None
