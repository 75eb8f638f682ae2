"""compose.yaml by the Compose specification, and what it promises."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "compose.yaml").read_text()


def resolved() -> dict[str, Any]:
    """Return the file with its anchors and merges in place (the parser knows no `<<`)."""
    document: dict[str, Any] = yaml.safe_load(TEXT)
    return document


SERVICES = resolved()["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("tactful")}


def test_it_is_what_the_specification_asks_for() -> None:
    compose = PyCompose.from_yaml(yaml.safe_dump(resolved()))
    compose.validate()
    assert set(compose.service_names()) == SERVICES.keys()
    broken = resolved()
    broken["services"]["web"]["depends_on"]["valkey"] = {"condition": "service_wished_for"}
    with pytest.raises(ValueError, match="service_wished_for"):
        PyCompose.from_yaml(yaml.safe_dump(broken))


def test_everything_that_is_promised_is_in_it() -> None:
    assert OURS.keys() == {"migrate", "web", "worker-score", "worker-deliver", "cron"}
    assert SERVICES.keys() - OURS.keys() == {"postgres", "valkey", "prometheus", "grafana"}


def test_our_processes_may_do_nothing_that_they_need_not() -> None:
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_only_who_must_reaches_the_outside() -> None:
    outside = {name for name, one in SERVICES.items() if "outside" in one["networks"]}
    assert outside == {"web", "worker-deliver", "grafana"}
    assert resolved()["networks"]["inside"] == {"internal": True}
    published = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_secret_comes_from_the_file_that_one_command_makes(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "make-env.sh"
    script.parent.mkdir()
    script.write_bytes((ROOT / "deploy" / "make-env.sh").read_bytes())
    subprocess.run(["sh", script], check=True)
    made = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines())
    assert made.keys() == set(re.findall(r"\$\{(\w+)", TEXT))
    assert len({*made.values()}) == len(made)
    assert all(len(value) == 48 for value in made.values())
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert subprocess.run(["sh", script], check=False).returncode == 1  # it replaces none
    kept = [f"{name}={value}\n" for name, value in made.items() if name != "VALKEY_PASSWORD"]
    (tmp_path / ".env").write_text("".join(kept).rstrip())
    subprocess.run(["sh", script], check=True)  # what a later release needs is added
    *before, added = (tmp_path / ".env").read_text().splitlines(keepends=True)
    assert (before, added[:16]) == (kept, "VALKEY_PASSWORD=")


def test_the_files_that_it_mounts_are_there() -> None:
    mounted = re.findall(r"- \./([^:]+):", TEXT)
    assert mounted
    assert all((ROOT / path).exists() for path in mounted)
    rules = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["rule_files"]
    assert all((ROOT / "deploy" / "prometheus" / rule).is_file() for rule in rules)
