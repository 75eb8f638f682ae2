"""The manifests as kustomize makes them, for each overlay."""

import functools
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
RULE = ROOT / "k8s" / "components" / "monitoring" / "prometheus-rule.yaml"
OVERLAYS = ("base", "overlays/dev", "overlays/production", "overlays/onnx")
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
            assert document["apiVersion"].split("/")[0] in {"keda.sh", "monitoring.coreos.com"}
        else:
            checked += 1
    assert checked > 15


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


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_of_ours_is_there_with_its_secrets_by_reference(overlay: str) -> None:
    ours = {name: one for name, _, one in containers(overlay) if name in OURS}
    assert ours.keys() == OURS
    for name, container in ours.items():
        assert container["envFrom"] == [{"secretRef": {"name": "tactful"}}], name
        values = {each["name"] for each in container.get("env", []) if "value" in each}
        assert not {word for word in values if "KEY" in word or "URL" in word}, name
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
    assert {*PRIVATE, "fc00::/7", "fe80::/10"} <= excepted
    assert all(rule["to"] for policy in policies.values() for rule in policy.get("egress", []))


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
