"""Alerts, dashboard and pages on metrics tell of metrics that there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parents[3]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
CASES = ROOT / "deploy" / "prometheus" / "alerts_test.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "tactful.json"
NAME = re.compile(r"\btactful_[a-z_]+")
MATCHER = re.compile(r"\b(tactful_[a-z_]+)\{([^}]*)\}")
BY = re.compile(r"by \(([a-z_, ]+)\) \((?:rate\()?(tactful_[a-z_]+)")
UNITS = {"s", "percentunit", "short", "reqps", "ops"}  # as Grafana calls them
GRID_WIDTH = 24
SUFFIXES = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def families(client: FlaskClient) -> dict[str, Metric]:
    """Return {name of a sample: its family}."""
    import_module("workers.telemetry")  # what the workers count
    client.get("/healthz")
    page = text_string_to_metric_families(client.get("/metrics").text)
    ours = [family for family in page if family.name.startswith("tactful_")]
    return {family.name + suffix: family for family in ours for suffix in SUFFIXES[family.type]}


def rules() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
    ]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def panels() -> list[dict[str, Any]]:
    return [p for p in json.loads(DASHBOARD.read_text())["panels"] if p["type"] != "row"]


def queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    found = shutil.which("promtool")
    assert found, "install Debian's package prometheus"
    command = [found, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_query_names_metrics_that_there_are(families: dict[str, Metric]) -> None:
    named = {name for query in queries() for name in NAME.findall(query)}
    assert len(named) > 15
    assert named - set(families) == set()


def test_every_panel_asks_something() -> None:
    assert [panel["title"] for panel in panels() if not NAME.search(str(panel["targets"]))] == []


def test_the_dashboard_is_one_that_grafana_draws() -> None:
    board = json.loads(DASHBOARD.read_text())
    [source] = board["templating"]["list"]
    assert (source["type"], source["query"]) == ("datasource", "prometheus")
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert {panel["type"] for panel in board["panels"]} <= {"row", "stat", "timeseries"}
    for panel in panels():
        assert panel["datasource"] == {"type": "prometheus", "uid": f"${{{source['name']}}}"}
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        references = [target["refId"] for target in panel["targets"]]
        assert len(set(references)) == len(references), panel["title"]


def test_no_panel_of_the_dashboard_covers_another() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= GRID_WIDTH, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, (panel["title"], taken[x, y])
                taken[x, y] = panel["title"]


def test_a_bound_that_a_query_names_is_a_bucket(families: dict[str, Metric]) -> None:
    bounds = [
        (name, re.findall(r'le="([^"]+)"', matchers))
        for query in queries()
        for name, matchers in MATCHER.findall(query)
    ]
    named = {(name, bound) for name, values in bounds for bound in values}
    assert named
    for name, bound in named:
        assert bound in {sample.labels.get("le") for sample in families[name].samples}


def test_a_label_that_a_query_names_is_one_of_the_metric(families: dict[str, Metric]) -> None:
    page = (ROOT / "docs" / "metrics.md").read_text()
    for query in queries():
        for labels, name in BY.findall(query):
            [row] = [line for line in page.splitlines() if f"| `{base(families[name])}" in line]
            for label in labels.replace(" ", "").split(","):
                assert label == "le" or label in row, (query, row)
        for name, matchers in MATCHER.findall(query):
            [row] = [line for line in page.splitlines() if f"| `{base(families[name])}" in line]
            for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers):
                assert label == "le" or f"`{label}`" in row, (query, row)


def base(family: Metric) -> str:
    return family.name + ("_total" if family.type == "counter" else "")


def test_every_metric_is_documented(families: dict[str, Metric]) -> None:
    page = (ROOT / "docs" / "metrics.md").read_text()
    missing = [base(one) for one in families.values() if f"| `{base(one)}" not in page]
    assert missing == []


def test_prometheus_takes_the_rules_and_each_fires_in_its_case() -> None:
    checked = promtool("check", "rules", str(ALERTS))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tested = promtool("test", "rules", str(CASES))
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("alert", alerts())
def test_an_alert_has_a_case_in_which_it_fires(alert: str) -> None:
    cases = yaml.safe_load(CASES.read_text())["tests"]
    fired = [
        test["alertname"]
        for case in cases
        for test in case.get("alert_rule_test", [])
        if test["exp_alerts"]
    ]
    assert alert in fired


@pytest.mark.parametrize("alert", alerts())
def test_an_alert_has_a_case_that_comes_near_and_does_not_fire_it(alert: str) -> None:
    """Beside the service that is well."""
    cases = yaml.safe_load(CASES.read_text())["tests"]
    quiet = {
        test["alertname"]
        for case in cases
        for test in case.get("alert_rule_test", [])
        if not test["exp_alerts"]
    }
    assert alert in quiet


@pytest.mark.parametrize("alert", alerts())
def test_an_alert_leads_to_what_to_do(alert: str) -> None:
    page, _, anchor = alerts()[alert]["annotations"]["runbook"].partition("#")
    text = (ROOT / page).read_text()
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
    assert f"`{alert}`" in text
    assert alerts()[alert]["labels"]["severity"] in {"page", "ticket"}
