"""The guard against another package that owns one of our names."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest

from service import installation
from service.faults import Fault
from service.installation import foreign_owners, refuse_foreign_packages


def installed(folder: Path, name: str, *files: str) -> Distribution:
    """Return a distribution, as pip leaves it behind."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text("".join(f"{file},sha256=abc,1\n" for file in files))
    return Distribution.at(info)


def test_an_editable_installation_owns_nothing_and_that_is_fine(tmp_path: Path) -> None:
    others = installed(tmp_path, "click", "click/__init__.py", "click/rules/a.py", "rules.py")
    assert foreign_owners([others, installed(tmp_path, "Tactful", "rules/__init__.py")]) == []
    refuse_foreign_packages()


def test_another_owner_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = installed(tmp_path, "tactful", "rules/__init__.py")
    foreign = installed(tmp_path, "rules", "rules-1.0.dist-info/METADATA", "rules/__init__.py")
    monkeypatch.setattr(installation, "distributions", lambda: [ours, foreign])
    with pytest.raises(Fault, match="package rules here belongs to rules, too; install Tactful in"):
        refuse_foreign_packages()
