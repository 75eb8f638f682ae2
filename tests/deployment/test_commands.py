"""What the image, the manifests and compose.yaml start is there, and takes these options."""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import yaml

from service.__main__ import tactful

ROOT = Path(__file__).parents[2]


def of_kubernetes() -> Iterator[list[str]]:
    for path in sorted((ROOT / "k8s" / "base").glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            template = document.get("spec", {}).get("template", {"spec": {"containers": []}})
            yield from (container["args"] for container in template["spec"]["containers"])


def of_compose() -> Iterator[list[str]]:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    for service in services.values():
        if service.get("image", "").startswith("tactful"):
            yield service["command"]


def of_systemd() -> Iterator[list[str]]:
    lines = (ROOT / "deploy" / "tactful.service").read_text().splitlines()
    (command,) = (line for line in lines if line.startswith("ExecStart="))
    yield shlex.split(command)[1:]


def of_the_image() -> Iterator[list[str]]:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    (command,) = (line for line in lines if line.startswith("CMD ["))
    yield yaml.safe_load(command.removeprefix("CMD "))


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


@pytest.mark.parametrize("where", [of_kubernetes, of_compose, of_systemd, of_the_image])
def test_what_is_started_is_a_command_with_these_options(
    where: Callable[[], Iterator[list[str]]],
) -> None:
    started = list(where())
    assert started
    for arguments in started:
        parsed(arguments)


def test_the_image_has_every_room() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY ")}
    assert {"rules", "store", "workers", "service"} <= copied
