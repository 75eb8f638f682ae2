"""URLs of several PostgreSQL hosts."""

import re


def hosts_apart(url: str) -> str:
    """Return a URL of several hosts, libpq's `h1:5432,[::2]:5432`, as SQLAlchemy takes them.

    Raises ValueError for what is no host with its port.
    """
    if (parts := _SEVERAL.fullmatch(url)) is None:
        return url
    found = [_HOST.fullmatch(each) for each in parts["hosts"].split(",")]
    if not all(found):
        raise ValueError("not each is a host with its port")
    hosts = ",".join(one["host"].strip("[]") for one in found if one)
    ports = ",".join(one["port"] or "" for one in found if one)
    options = f"&{parts['options']}" if parts["options"] else ""
    return f"{parts['user']}{parts['name'] or '/'}?host={hosts}&port={ports}{options}"


_SEVERAL = re.compile(
    r"(?P<user>[^:]+://(?:[^?]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<name>/[^?]*)?(\?(?P<options>.*))?"
)
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(:(?P<port>\d*))?")
