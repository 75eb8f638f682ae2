"""Promotion: the web domains that a comment sends its readers to, in links or as its author's."""

from rules.comment import Comment
from rules.facts.hosts import domain_of
from rules.facts.hyperlinks import links_of
from rules.packaged import packaged_words
from rules.remembering import remembered

MOST = 20  # domains of one comment that are looked at
_REMEMBERED = 128  # comments, about a batch
_EVERYBODYS = packaged_words("_everybodys_domains.txt")  # who links there promotes nothing
_HOSTING = packaged_words("_hosting_domains.txt")  # where each subdomain is somebody else's
_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "gov", "gob", "ne", "net", "or", "org"})
_COUNTRY = 2  # letters of a country's top-level domain


def promoted_domains(comment: Comment) -> tuple[str, ...]:
    """Return the registered domains that a comment promotes, without those that everybody uses."""
    return _promoted(comment.body, comment.author.url)


def registered(host: str) -> str:
    """Return the domain that somebody registered: `a.b.shop.co.uk` belongs to `shop.co.uk`.

    A guess by the usual second levels, right for nearly all: subdomains cost a spammer nothing.
    """
    labels = host.split(".")
    kept = 2
    if len(labels[-1]) == _COUNTRY and len(labels) > kept and labels[-2] in _SECOND_LEVELS:
        kept = 3
    if ".".join(labels[-kept:]) in _HOSTING:
        kept += 1
    return ".".join(labels[-kept:])


@remembered(_REMEMBERED)
def _promoted(body: str, author_url: str | None) -> tuple[str, ...]:
    """Return them as found once, though facts, standing and campaigns all ask."""
    hosts = [*(link.domain for link in links_of(body)), domain_of(author_url or "")]
    domains = (registered(host) for host in hosts if "." in host)
    return tuple(dict.fromkeys(domain for domain in domains if domain not in _EVERYBODYS))[:MOST]
