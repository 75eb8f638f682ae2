"""The manifests as kustomize makes them, for each overlay."""

import copy
import functools
import importlib
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv6Network, ip_network
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from pydantic import ValidationError

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
RULE = ROOT / "k8s" / "components" / "monitoring" / "prometheus-rule.yaml"
OVERLAYS = ("base", "overlays/dev", "overlays/production", "overlays/onnx")
SSO = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: ["{k8s}/base"]
components: ["{k8s}/components/sso"]
"""
# Definitions of custom resources, as pydantic models made from what their operators publish.
DEFINED_BY_OTHERS = {
    "keda.sh/v1alpha1": "cloudcoil.models.keda.v1alpha1",
    "monitoring.coreos.com/v1": "cloudcoil.models.prometheus_operator.v1",
}
PRIVATE = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"}
OURS = {"web", "worker-score", "worker-deliver", "cron", "migrate"}

needs_kubectl = pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="no kubectl here: the manifests are NOT checked"
)
pytestmark = needs_kubectl


@functools.cache
def documents(overlay: str) -> list[dict[str, Any]]:
    command = ["kubectl", "kustomize", str(ROOT / "k8s" / overlay)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return list(yaml.safe_load_all(made.stdout))


def of_kind(overlay: str, *kinds: str) -> dict[str, dict[str, Any]]:
    return {
        each["metadata"]["name"]: each["spec"]
        for each in documents(overlay)
        if each["kind"] in kinds
    }


def containers(overlay: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for name, spec in of_kind(overlay, "Deployment", "Job").items():
        pod = spec["template"]["spec"]
        yield from ((name, pod, container) for container in pod["containers"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_manifest_is_what_its_schema_asks_for(overlay: str) -> None:
    checked = 0
    for document in documents(overlay):
        try:
            kubernetes_validate.validate(document, "1.31", strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            assert document["apiVersion"] in DEFINED_BY_OTHERS, "of whose making is it?"
        else:
            checked += 1
    assert checked > 15


def faults_of(document: dict[str, Any]) -> list[str]:
    """Return what its operator's own definition finds wrong with a custom resource."""
    known = importlib.import_module(DEFINED_BY_OTHERS[document["apiVersion"]])
    try:
        read = getattr(known, document["kind"]).model_validate(document)
    except ValidationError as error:
        return [str(error)]
    kept = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return [] if kept == document else ["it has fields that the definition does not know"]


def custom_resources(overlay: str) -> list[dict[str, Any]]:
    return [each for each in documents(overlay) if each["apiVersion"] in DEFINED_BY_OTHERS]


@pytest.mark.parametrize("overlay", ["overlays/production", "overlays/onnx"])
def test_each_custom_resource_is_what_its_operator_s_definition_asks_for(overlay: str) -> None:
    found = custom_resources(overlay)
    kinds = Counter(each["kind"] for each in found)
    assert kinds == {"ScaledObject": 2, "ServiceMonitor": 1, "PodMonitor": 1, "PrometheusRule": 1}
    assert {each["kind"]: faults_of(each) for each in found if faults_of(each)} == {}


@pytest.mark.parametrize(
    ("kind", "path", "wrong"),
    [
        ("ScaledObject", ("spec", "triggers", 0, "type"), None),
        ("ScaledObject", ("spec", "maxReplicas"), 20),
        ("ServiceMonitor", ("spec", "endpoints", 0, "interval"), "15 seconds"),
        ("PodMonitor", ("spec", "selector"), None),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "for"), "soon"),
    ],
)
def test_those_definitions_do_find_faults(kind: str, path: tuple[Any, ...], wrong: Any) -> None:
    found = [each for each in custom_resources("overlays/production") if each["kind"] == kind]
    broken = copy.deepcopy(found[0])
    *above, last = path
    place: Any = broken
    for step in above:
        place = place[step]
    place[last] = wrong
    assert faults_of(broken)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_keeps_to_the_restricted_profile(overlay: str) -> None:
    for name, pod, container in containers(overlay):
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"], name
        assert security["allowPrivilegeEscalation"] is False, name
        assert security["capabilities"] == {"drop": ["ALL"]}, name
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
        assert container["resources"]["limits"]["memory"], name


def measured() -> dict[str, tuple[float, float]]:
    """Return {deployment: (cores that 116 comments a second take, MiB)} by docs/scaling.md."""
    named = {"web": "web", "scoring": "worker-score", "delivery": "worker-deliver", "cron": "cron"}
    row = r"^\| (web|scoring|delivery|cron)[^|]*\| ([\d.]+) \|[^|]*\| (\d+)"
    table, _, _ = (ROOT / "docs" / "scaling.md").read_text().partition("## 10 million")
    found = re.findall(row, table, re.MULTILINE)
    return {named[who]: (float(ms) / 1000 * 116, float(mib)) for who, ms, mib in found}


@pytest.mark.parametrize("overlay", ["base", "overlays/production"])
def test_requests_and_limits_come_from_what_was_measured(overlay: str) -> None:
    given = {name: one["resources"] for name, _, one in containers(overlay) if name in measured()}
    assert given.keys() == OURS - {"migrate"}
    for name, (cores, mib) in measured().items():
        requested = int(given[name]["requests"]["cpu"].removesuffix("m")) / 1000
        assert cores <= requested <= 1.2 * cores + 0.02, name
        memory = int(given[name]["requests"]["memory"].removesuffix("Mi"))
        assert mib <= memory <= 2 * mib, name
        assert int(given[name]["limits"]["memory"].removesuffix("Mi")) >= 2 * mib, name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_of_ours_is_there_with_its_secrets_by_reference(overlay: str) -> None:
    ours = {name: one for name, _, one in containers(overlay) if name in OURS}
    assert ours.keys() == OURS
    for name, container in ours.items():
        assert container["envFrom"] == [{"secretRef": {"name": "tactful"}}], name
        values = {each["name"] for each in container.get("env", []) if "value" in each}
        assert not {word for word in values if "KEY" in word or "URL" in word}, name
    dev = {name: one for name, _, one in containers(overlay) if name.startswith("dev-")}
    for name, container in dev.items():
        named = [
            each["valueFrom"]["secretKeyRef"]["name"]
            for each in container["env"]
            if "valueFrom" in each
        ]
        assert named == [name]
    assert "Secret" not in {document["kind"] for document in documents(overlay)}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_deployment_of_ours_has_its_probes_and_is_spread(overlay: str) -> None:
    for name, pod, container in containers(overlay):
        if name in OURS - {"migrate"}:
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys(), name
            keys = {each["topologyKey"] for each in pod["topologySpreadConstraints"]}
            assert keys == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}, name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_only_deliver_may_leave_and_not_to_private_addresses(overlay: str) -> None:
    policies = of_kind(overlay, "NetworkPolicy")
    deny = policies["default-deny"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    leaving = [
        (policy["podSelector"], to["ipBlock"])
        for policy in policies.values()
        for rule in policy.get("egress", [])
        for to in rule["to"]
        if "ipBlock" in to
    ]
    who = [selector["matchLabels"]["app.kubernetes.io/component"] for selector, _ in leaving]
    assert set(who) == {"worker-deliver"}
    excepted = {cidr for _, block in leaving for cidr in block["except"]}
    assert {*PRIVATE, "fc00::/7", "fe80::/10", "fec0::/10"} <= excepted
    for _, block in leaving:
        whole = ip_network(block["cidr"])
        for each in map(ip_network, block["except"]):
            # The API server refuses the rest, and IPv4 addresses written as IPv6 with it.
            assert each.version == whole.version
            assert each.prefixlen > whole.prefixlen
            assert not isinstance(each, IPv6Network) or each.network_address.ipv4_mapped is None
    assert all(rule["to"] for policy in policies.values() for rule in policy.get("egress", []))


def test_with_single_sign_on_web_may_ask_a_public_provider_by_tls_and_nobody_else(
    tmp_path: Path,
) -> None:
    k8s = os.path.relpath(ROOT / "k8s", tmp_path.resolve())
    (tmp_path / "kustomization.yaml").write_text(SSO.format(k8s=k8s))
    [added] = [each for each in documents(str(tmp_path)) if each not in documents("base")]
    kubernetes_validate.validate(added, "1.31", strict=True)
    policy, webhooks = added["spec"], of_kind("base", "NetworkPolicy")["webhooks"]
    assert policy["podSelector"]["matchLabels"] == {"app.kubernetes.io/component": "web"}
    [rule] = policy["egress"]
    assert rule["to"] == webhooks["egress"][0]["to"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 443}]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_machine_can_be_drained_although_it_runs_the_only_one_of_a_kind(overlay: str) -> None:
    budgets = of_kind(overlay, "PodDisruptionBudget")
    assert budgets.keys() == {"web", "worker-score", "worker-deliver"}
    for name, spec in budgets.items():
        assert spec["maxUnavailable"] == 1, name
        assert "minAvailable" not in spec, name
        assert spec["selector"]["matchLabels"] == {"app.kubernetes.io/component": name}


@pytest.mark.parametrize("overlay", ["overlays/production", "overlays/onnx"])
def test_what_scales_by_itself_has_no_number_in_its_deployment(overlay: str) -> None:
    deployments = of_kind(overlay, "Deployment")
    scaled = of_kind(overlay, "ScaledObject", "HorizontalPodAutoscaler")
    assert scaled.keys() == {"web", "worker-score", "worker-deliver"}
    assert not any("replicas" in deployments[name] for name in scaled)
    queries = " ".join(
        trigger["metadata"]["query"]
        for spec in of_kind(overlay, "ScaledObject").values()
        for trigger in spec["triggers"]
    )
    assert "tactful_pending_comments" in queries
    assert "tactful_webhook_backlog" in queries


def test_the_onnx_overlay_gives_the_model_to_the_scoring_worker_alone() -> None:
    with_model = {
        name
        for name, _, container in containers("overlays/onnx")
        if any(each["name"] == "TACTFUL_SCORER" for each in container.get("env", []))
    }
    assert with_model == {"worker-score"}


def test_the_alerts_are_those_of_the_file() -> None:
    rule, alerts = (yaml.safe_load(path.read_text()) for path in (RULE, ALERTS))
    assert rule["spec"] == alerts, "run `make manifests`"
