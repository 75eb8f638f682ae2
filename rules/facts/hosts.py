"""Hosts of web addresses: read from an address, named in a text, compared with each other."""

import re
from functools import lru_cache

from rules.matching.fold import GONE
from rules.matching.markup import shown
from rules.matching.regions import is_host
from rules.references import unescape

_FEW = 3
"""Words of a label that as a whole names a host; a headline may speak of one (`Why a.com fell`)."""
_AROUND = ".,;:!?()[]{}<>'\"*_~`“”"
_AS_READ = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": ".", "\\": "/"})
_NO_HOST = re.compile(r"[^\w.\-]")
_OPAQUE = ("mailto:", "javascript:", "data:", "tel:", "sms:", "#")


def domain_of(address: str) -> str:
    """Return the host of an address, with or without a scheme, without `www.`; '' when it has none.

    Read as a browser reads it: character references, back slashes and ideographic dots too.
    """
    rest = unescape(address).strip().lower().translate(_AS_READ)
    if rest.startswith(_OPAQUE):
        return ""
    scheme, found, after = rest.partition("://")
    rest = after if found and scheme.isalpha() else rest.removeprefix("//")
    for sign in "/?#":
        rest = rest.partition(sign)[0]
    rest = rest.rpartition("@")[2]
    if rest.startswith("["):  # an IPv6 address
        return rest[1:].partition("]")[0]
    host = rest.partition(":")[0].removeprefix("www.")
    return _NO_HOST.split(host, maxsplit=1)[0].strip(".")


def hosts_named(label: str) -> list[str]:
    """Return the hosts that a link's text says it leads to."""
    words = shown(label).replace(GONE, "").split()
    named: list[str] = []
    for place, word in enumerate(words):
        bare = word.strip(_AROUND).lower()
        meant = place == 0 or len(words) <= _FEW or "://" in bare
        host = domain_of(bare) if meant and "." in bare and "@" not in bare else ""
        if is_host(host):
            named.append(host)
    return named


def same_site(one: str, other: str) -> bool:
    """Whether one host is the other or lies in it."""
    one, other = in_ascii(one), in_ascii(other)
    return one == other or one.endswith("." + other) or other.endswith("." + one)


@lru_cache(maxsize=1024)
def in_ascii(host: str) -> str:
    """Return a host as name servers know it: `münchen.de` is `xn--mnchen-3ya.de`."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
