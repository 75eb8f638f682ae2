"""The guard against another package that owns one of our names."""

import pytest

from service import installation
from service.faults import Fault
from service.installation import foreign_owners, refuse_foreign_packages


def test_an_editable_installation_owns_nothing_and_that_is_fine() -> None:
    assert foreign_owners({"click": ["click"]}) == []
    assert foreign_owners({"rules": ["tactful"], "store": ["Tactful"]}) == []
    refuse_foreign_packages()


def test_another_owner_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        installation, "packages_distributions", lambda: {"rules": ["tactful", "rules"]}
    )
    with pytest.raises(Fault, match="package rules here belongs to rules, too; install Tactful in"):
        refuse_foreign_packages()
