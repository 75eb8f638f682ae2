"""Write the alerts of deploy/prometheus/alerts.yml as a PrometheusRule: `make manifests`."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
RULE = ROOT / "k8s" / "components" / "monitoring" / "prometheus-rule.yaml"
HEAD = "# Written by `make manifests` from deploy/prometheus/alerts.yml: change it there.\n"


def rule_of(alerts: Path) -> str:
    """Return the manifest for a file of rules."""
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "tactful"},
        "spec": yaml.safe_load(alerts.read_text()),
    }
    return HEAD + yaml.safe_dump(manifest, sort_keys=False, width=100, allow_unicode=True)


if __name__ == "__main__":
    RULE.write_text(rule_of(ALERTS))
