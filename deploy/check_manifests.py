"""Lint what kustomize makes of each overlay with checkov: `python check_manifests.py CHECKOV`.

The rules that do not hold here are in k8s/exceptions.yaml, each with its reason; one that no
manifest breaks any more is an error, too, so that the list stays true.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
OVERLAYS = ("base", "overlays/dev", "overlays/production", "overlays/onnx")


def built(folder: Path) -> None:
    """Write each overlay's manifests into the folder; raise CalledProcessError."""
    for overlay in OVERLAYS:
        command = ["kubectl", "kustomize", str(ROOT / "k8s" / overlay)]
        made = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - ours
        (folder / f"{Path(overlay).name}.yaml").write_bytes(made.stdout)


def failures(checkov: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what checkov finds fault with."""
    command = [checkov, "-d", str(folder), "--framework", "kubernetes", "--quiet", "--compact"]
    ended = subprocess.run(  # noqa: S603 - ours
        [*command, "-o", "json", "--skip-download"], check=False, capture_output=True
    )
    report = json.loads(ended.stdout)
    if report["summary"]["passed"] == 0:
        raise SystemExit("checkov looked at nothing")
    yield from report["results"]["failed_checks"]


def main() -> None:
    """Print what is wrong, and exit 1 when something is."""
    exceptions = yaml.safe_load((ROOT / "k8s" / "exceptions.yaml").read_text())
    with tempfile.TemporaryDirectory() as name:
        built(Path(name))
        found = list(failures(sys.argv[1], Path(name)))
    wrong = [
        f"{each['check_id']} {each['resource']} in {each['file_path']}: {each['check_name']}"
        for each in found
        if each["check_id"] not in exceptions
    ]
    idle = exceptions.keys() - {each["check_id"] for each in found}
    wrong += [
        f"{check} is excepted in k8s/exceptions.yaml, and nothing breaks it" for check in idle
    ]
    print(*wrong, f"checkov: {len(wrong)} faults, {len(exceptions)} exceptions", sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
