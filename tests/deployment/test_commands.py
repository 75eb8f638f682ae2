"""What the image and the manifests start is there, and starts with what it needs."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from service.__main__ import tactful

ROOT = Path(__file__).parents[2]
MANIFESTS = sorted((ROOT / "k8s" / "base").glob("*.yaml"))


def documents() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text())


def containers() -> list[dict[str, Any]]:
    specs = [d["spec"]["template"]["spec"] for d in documents() if "template" in d.get("spec", {})]
    return [container for spec in specs for container in spec["containers"]]


def parsed(arguments: list[str]) -> click.Command:
    """Return the command that the arguments name, having parsed its options."""
    command: click.Command = tactful
    context = click.Context(tactful, info_name="tactful")
    rest = list(arguments)
    while isinstance(command, click.Group):
        name = rest.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"no command {name}"
        context, command = click.Context(found, context, info_name=name), found
    command.make_parser(context).parse_args(rest)
    return command


@pytest.mark.parametrize("container", containers(), ids=lambda one: " ".join(one["args"]))
def test_a_manifest_starts_a_command_that_there_is(container: dict[str, Any]) -> None:
    parsed(container["args"])


@pytest.mark.parametrize("container", containers(), ids=lambda one: " ".join(one["args"]))
def test_a_container_may_do_nothing_that_it_need_not(container: dict[str, Any]) -> None:
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["envFrom"] == [{"secretRef": {"name": "tactful"}}]
    assert container["resources"]["limits"]["memory"]


def test_the_kustomization_names_every_manifest() -> None:
    kustomization = yaml.safe_load((ROOT / "k8s" / "base" / "kustomization.yaml").read_text())
    assert {*kustomization["resources"], "kustomization.yaml"} == {path.name for path in MANIFESTS}


def test_the_image_copies_every_room_and_starts_up() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY ")}
    assert {"rules", "store", "workers", "service"} <= copied
    command = next(line for line in lines if line.startswith("CMD ["))
    parsed([word.strip(",") for word in shlex.split(command.removeprefix("CMD [").rstrip("]"))])
