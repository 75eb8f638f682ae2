"""Policies at hand: each site's active policy, compiled once a version."""

from dataclasses import dataclass

from sqlalchemy import Connection

from rules.policy import Policy, load_policy
from rules.verdict import PolicyRef
from store.policies import active_versions, policy_source


@dataclass(frozen=True)
class ActivePolicy:
    """A compiled policy and what a verdict calls it."""

    policy: Policy
    ref: PolicyRef


class PolicyShelf:
    """Keeps compiled policies; asks the database only for the numbers of the active ones."""

    def __init__(self) -> None:
        self._compiled: dict[str, ActivePolicy] = {}

    def active(self, tx: Connection, site_ids: set[str]) -> dict[str, ActivePolicy]:
        """Return {site id: its active policy}."""
        versions = active_versions(tx, sorted(site_ids))
        for site_id, version in versions.items():
            known = self._compiled.get(site_id)
            if known is None or known.ref.version != version:
                policy = load_policy(policy_source(tx, site_id, version))
                ref = PolicyRef(name=policy.name, version=version)
                self._compiled[site_id] = ActivePolicy(policy, ref)
        return {site_id: self._compiled[site_id] for site_id in versions}
