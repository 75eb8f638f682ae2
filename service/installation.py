"""The installation: another package may own one of our import names, and pip would not say so.

PyPI has a popular `rules`; installed beside Tactful, it overwrites files of ours.
"""

from collections.abc import Iterable
from importlib.metadata import Distribution, distributions

from service.faults import Fault

DISTRIBUTION = "tactful"
PACKAGES = ("service", "workers", "store", "rules")


def refuse_foreign_packages() -> None:
    """Raise Fault when another distribution owns one of our packages."""
    foreign = foreign_owners(distributions())
    if foreign:
        package, owner = foreign[0]
        raise Fault(
            f"the Python package {package} here belongs to {owner}, too; install Tactful in an"
            " environment of its own (uv tool install, pipx, or a fresh venv)"
        )


def foreign_owners(installed: Iterable[Distribution]) -> list[tuple[str, str]]:
    """Return (package, distribution) of each clash.

    That no distribution owns a package is fine: an editable installation lists no files. Only the
    first letters of each file's line are looked at, since every command waits for this.
    """
    return [
        (package, found.metadata["Name"])
        for found in installed
        for package in PACKAGES
        if _has(found, package) and found.metadata["Name"].lower() != DISTRIBUTION
    ]


def _has(found: Distribution, package: str) -> bool:
    """Whether the distribution's RECORD (`path,hash,size` a line) lists files of the package."""
    return f"\n{package}/" in f"\n{found.read_text('RECORD') or ''}"
