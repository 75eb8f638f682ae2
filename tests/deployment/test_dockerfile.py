"""The Dockerfile by its linter, and the locks by what they must hold."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "deploy" / "locks"


def pinned(name: str) -> dict[str, set[str]]:
    """Return the versions that a lock allows, by package; each must have a hash."""
    found: dict[str, set[str]] = {}
    for entry in re.findall(r"^\S.*\n(?:^ .*\n)*", (LOCKS / name).read_text(), re.M):
        assert "--hash=sha256:" in entry, entry
        requirement = Requirement(entry.partition("\\\n")[0].strip())
        (exactly,) = requirement.specifier
        assert exactly.operator == "==", entry
        found.setdefault(requirement.name, set()).add(exactly.version)
    return found


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    ended = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout.decode()) == (0, "")


@pytest.mark.parametrize(("lock", "extra"), [("default.txt", None), ("detoxify.txt", "detoxify")])
def test_the_locks_satisfy_the_project(lock: str, extra: str | None) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"]]
    if extra:
        wanted += project["optional-dependencies"][extra]
    locked = pinned(lock)
    for requirement in map(Requirement, wanted):
        versions = locked[requirement.name]
        assert all(requirement.specifier.contains(one) for one in versions), "run `make locks`"


def test_the_default_lock_has_no_torch() -> None:
    assert not pinned("default.txt").keys() & {"torch", "transformers", "detoxify"}
    assert "torch" not in pinned("detoxify.txt")
    [version] = pinned("torch.txt")["torch"]
    assert version.endswith("+cpu")
    assert f"torch=={version.removesuffix('+cpu')}" in (ROOT / "deploy" / "locks.sh").read_text()
    assert "hatchling" in pinned("build.txt")
