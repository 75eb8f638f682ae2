"""Policies at hand: each site's active policy, compiled once a version."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from rules.errors import PolicyInvalid
from rules.policy import Policy, load_policy
from rules.verdict import PolicyRef
from store.policies import active_versions, policy_source
from store.sites import list_sites

_FIRST_SITES = 10
_OF_AUTHORS = ("author.approved_", "author.rejected_", "author.spam_")
_OF_FLOODS = ("flood.",)
_OF_CAMPAIGNS = ("campaign.", "domain.authors", "flood.network")
_OF_STANDING = ("author.reputation", "domain.spam_rate", "ip.spam_rate")

log = structlog.get_logger()


@dataclass(frozen=True)
class ActivePolicy:
    """A compiled policy, what a verdict calls it, and which facts its rules look at."""

    policy: Policy
    ref: PolicyRef
    facts: frozenset[str]

    @property
    def asks_for_authors(self) -> bool:
        """Whether a rule looks at what became of the author's earlier comments."""
        return any(name.startswith(_OF_AUTHORS) for name in self.facts)

    @property
    def asks_for_floods(self) -> bool:
        """Whether a rule looks at how many comments came in the last minutes."""
        return any(name.startswith(_OF_FLOODS) for name in self.facts)

    @property
    def asks_for_campaigns(self) -> bool:
        """Whether a rule looks at how many say the same, or come from one address range."""
        return any(name.startswith(_OF_CAMPAIGNS) for name in self.facts)

    @property
    def asks_for_standing(self) -> bool:
        """Whether a rule looks at how people decided about this author, domain or network."""
        return any(name in _OF_STANDING for name in self.facts)

    def rules_asking(self, facts: Collection[str]) -> set[str]:
        """Return the ids of the rules that look at one of `facts`, themselves or by a list."""
        compiled = self.policy.compiled
        looked_at = {name: found.looks_at for name, found in compiled.lists.items()}
        return {
            rule.id
            for rule in compiled.rules
            if not rule.names.union(*(looked_at[name] for name in rule.lists)).isdisjoint(facts)
        }

    def rules_discarding(self) -> set[str]:
        """Return the ids of the rules that say `discard`."""
        return {rule.id for rule in self.policy.compiled.rules if rule.given.discard}


def active_policy(policy: Policy, version: int) -> ActivePolicy:
    """Return a loaded policy as what judges."""
    return ActivePolicy(policy, PolicyRef(name=policy.name, version=version), _facts_of(policy))


class PolicyShelf:
    """Keeps compiled policies; asks the database only for the numbers of the active ones.

    `compiled` is called after some were compiled anew.
    """

    def __init__(self, compiled: Callable[[], None] = lambda: None) -> None:
        self._compiled: dict[str, tuple[int, ActivePolicy | None]] = {}
        self._tell = compiled

    def active(self, tx: Connection, site_ids: set[str]) -> dict[str, ActivePolicy]:
        """Return {site id: its active policy}, without those that this version cannot load."""
        active, anew = {}, False
        for site_id, version in active_versions(tx, sorted(site_ids)).items():
            known, policy = self._compiled.get(site_id, (0, None))
            if known != version:
                policy = _compile(policy_source(tx, site_id, version), site_id, version)
                self._compiled[site_id] = (version, policy)
                anew = True
            if policy is not None:
                active[site_id] = policy
        if anew:
            self._tell()
        return active

    def get_ready(self, tx: Connection) -> None:
        """Compile what comments will ask for: it takes longer than some callers wait.

        Of sites whose comments were judged here; before there is one, of the first few sites.
        """
        site_ids = set(self._compiled) or {site.id for site in list_sites(tx)[:_FIRST_SITES]}
        self.active(tx, site_ids)


def _compile(source: str, site_id: str, version: int) -> ActivePolicy | None:
    try:
        policy = load_policy(source)
    except PolicyInvalid:  # it was checked when it was stored, by an earlier Tactful
        log.warning("policy_cannot_be_loaded", site=site_id, version=version)
        return None
    return active_policy(policy, version)


def _facts_of(policy: Policy) -> frozenset[str]:
    rules = policy.compiled.rules
    return frozenset().union(*(rule.names | set(rule.message.names) for rule in rules))
