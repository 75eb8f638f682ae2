"""Time zones by their IANA names."""

from datetime import UTC, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


class ZoneUnknown(ValueError):
    """A name of no time zone; `hint` says what may be meant."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no time zone `{name}`")
        near = get_close_matches(name, available_timezones(), n=1)
        self.hint = f"did you mean `{near[0]}`?" if near else "write one such as Europe/Berlin"


def zone_of(name: str) -> tzinfo:
    """Return a zone; raise ZoneUnknown. UTC needs no zone file, which a bare machine may lack."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(name) from None
