"""The installation: another package may own one of our import names, and pip would not say so.

PyPI has a popular `rules`; installed beside Tactful, it overwrites files of ours.
"""

from collections.abc import Mapping
from importlib.metadata import packages_distributions

from service.faults import Fault

DISTRIBUTION = "tactful"
PACKAGES = ("service", "workers", "store", "rules")


def refuse_foreign_packages() -> None:
    """Raise Fault when another distribution owns one of our packages."""
    foreign = foreign_owners(packages_distributions())
    if foreign:
        package, owner = foreign[0]
        raise Fault(
            f"the Python package {package} here belongs to {owner}, too; install Tactful in an"
            " environment of its own (uv tool install, pipx, or a fresh venv)"
        )


def foreign_owners(owners: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Return (package, distribution) of each clash; no owner at all is fine (editable installs).

    >>> foreign_owners({"rules": ["tactful", "rules"]})
    [('rules', 'rules')]
    """
    return [
        (package, owner)
        for package in PACKAGES
        for owner in owners.get(package, [])
        if owner.lower() != DISTRIBUTION
    ]
