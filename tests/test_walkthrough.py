"""Every command of the README and the tutorial does what is written beside it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask, request
from playwright.sync_api import sync_playwright

from tests.receivers import Receiver, running_receiver
from tests.servers import free_port, wait_until
from tests.service.running import RunningUp, environment

ROOT = Path(__file__).parents[1]
README, TUTORIAL = ROOT / "README.md", ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(page: Path, kind: str) -> list[str]:
    return [text for name, text in BLOCK.findall(page.read_text()) if name == kind]


class Reader:
    """Somebody who types what a page says, in a directory beside a running `up`."""

    def __init__(self, up: RunningUp, receiver_port: int) -> None:
        self.directory = up.data_dir.parent
        self._words = {
            "http://127.0.0.1:8080": up.url,
            "127.0.0.1:9000": f"127.0.0.1:{receiver_port}",
            '"127.0.0.1", 9000': f'"127.0.0.1", {receiver_port}',
            "curl ": "curl -sS --fail-with-body ",  # a refusal is a failure here
            "wait=10": "wait=25",  # CI is slower than a reader's machine
            "python3 ": f"{sys.executable} ",
        }

    def translated(self, text: str) -> str:
        """Return the text with this run's addresses in the place of the usual ones."""
        for usual, ours in self._words.items():
            text = text.replace(usual, ours)
        return text

    def types(self, commands: str) -> str:
        """Run commands and return what they print."""
        # A file, not a pipe: what goes on in the background would keep a pipe open.
        output = self.directory / "printed"
        with output.open("wb") as printed:
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", self.translated(commands)],
                cwd=self.directory,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
            )
        assert ran.returncode == 0, f"{commands}\n{output.read_text()}"
        return output.read_text()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    directory = tmp_path_factory.mktemp("walk")
    (directory / ".venv").symlink_to(Path(sys.executable).parents[1])
    with RunningUp(directory / "tactful-data", TACTFUL_WEBHOOK_ALLOW="127.0.0.1/32") as running:
        yield running


@pytest.fixture(scope="module")
def reader(up: RunningUp) -> Iterator[Reader]:
    yield Reader(up, free_port())
    pid = up.data_dir.parent / "receiver.pid"
    if pid.exists():
        os.kill(int(pid.read_text()), signal.SIGTERM)


@pytest.mark.parametrize("page", [README, TUTORIAL], ids=["readme", "tutorial"])
def test_what_a_command_line_prints_is_what_is_shown(reader: Reader, page: Path) -> None:
    shown = blocks(page, "console")
    assert shown
    for block in shown:
        command, _, printed = block.removeprefix("$ ").partition("\n")
        wanted = re.escape(printed).replace("…", r"[\s\S]*")  # what depends on the model
        assert re.fullmatch(wanted, reader.types(command)), printed


@pytest.mark.parametrize("page", [README, TUTORIAL], ids=["readme", "tutorial"])
def test_make_has_the_targets_that_are_typed(page: Path) -> None:
    targets = re.findall(r"\bmake ([a-z-]+)", "\n".join(blocks(page, "sh")))
    assert "run" in targets
    for target in targets:
        plan = subprocess.run(
            ["make", "--dry-run", "--always-make", "--no-print-directory", target],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        if target == "run":
            assert plan.stdout.splitlines()[-1].strip() == ".venv/bin/tactful up"


def test_the_commands_of_the_readme(reader: Reader) -> None:
    typed = [block for block in blocks(README, "sh") if not block.startswith("make ")]
    printed = "\n".join(reader.types(block) for block in typed)
    assert '"start":15,"end":22,"text":"s h i t","term":"shit"' in printed
    assert '"secret":"whsec_' in printed


def test_the_readmes_receiver_shows_what_a_moderator_approves(
    reader: Reader, up: RunningUp
) -> None:
    [register] = [block for block in blocks(README, "sh") if "/v1/webhooks" in block]
    [program] = blocks(README, "python")
    api, shown = up.api(), dict[str, bool]()
    with running_receiver() as receiver:
        printed = reader.types(register.replace("https://blog.example/moderation", receiver.url))
        webhook = json.loads(printed[printed.index("{") :])
        held = {"external_id": "held", "body": "This is bullshit."}
        comment = api.post("/v1/comments", json=held).json()["id"]
        receiver.wait_for(1, seconds=30)
        api.post(f"/v1/webhooks/{webhook['id']}/ping")
        receiver.wait_for(1, "webhook.ping", 30)
        seen = _run(program.replace("whsec_…", webhook["secret"]), receiver, shown)
        assert (seen, shown) == (2, {"held": False})
        api.post(f"/v1/comments/{comment}/decision", json={"decision": "approve"})
        receiver.wait_for(1, "comment.decided", 30)
        _run(program.replace("whsec_…", webhook["secret"]), receiver, shown)
        assert shown == {"held": True}


def _run(program: str, receiver: Receiver, shown: dict[str, bool]) -> int:
    """Run a Flask view's lines on each request that arrived; return how many did."""
    names = {"request": request, "show_or_hide": shown.__setitem__}
    for one in receiver.received:
        sent = {"method": "POST", "data": one.body, "headers": one.headers}
        with Flask("blog").test_request_context("/moderation", **sent):
            exec(program, dict(names))
    return len(receiver.received)


def test_the_tutorial_from_start_to_end(reader: Reader, up: RunningUp) -> None:
    start, *typed = blocks(TUTORIAL, "sh")
    assert start == "TACTFUL_WEBHOOK_ALLOW=127.0.0.1/32 make run\n"
    listen, paste, received, credentials, ask, *change = typed
    [program] = blocks(TUTORIAL, "python")
    (reader.directory / "receive.py").write_text(reader.translated(program))
    # Started as written; only its number is kept, so that it can be ended.
    register = listen.replace(" &\n", " &\necho $! > receiver.pid\n", 1)
    assert "whsec_" in reader.types(register)

    pasted = reader.types(paste)
    assert '"action":"review"' in pasted
    assert '"start":15,"end":22,"text":"s h i t","term":"shit"' in pasted
    comment = re.search(r'"id":"(cmt_\w+)"', pasted)
    assert comment is not None
    line = f"comment.verdict {comment[1]} review"
    wait_until(lambda: line in reader.types(received), 30, "the webhook did not arrive")

    reader.types(credentials)
    approve_in_the_browser(up, comment[1])
    asked = reader.types(ask)
    assert '"decision":"approve"' in asked

    for block in change:
        reader.types(block)
    active = up.api().get("/v1/policy", headers={"Accept": "application/yaml"}).text
    assert active == (reader.directory / "policy.yaml").read_text()


def approve_in_the_browser(up: RunningUp, comment: str) -> None:
    with ThreadPoolExecutor(1) as thread:  # this one may hold another test's browser
        thread.submit(_approve, up, comment).result()
    wait_until(
        lambda: up.api().get(f"/v1/comments/{comment}").json()["decision"] is not None,
        30,
        "not decided",
    )


def _approve(up: RunningUp, comment: str) -> None:
    moderator = up.credentials["moderator"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(f"{up.url}/review?focus={comment}")
        page.fill("[name=email]", moderator["email"])
        page.fill("[name=password]", moderator["password"])
        page.press("[name=password]", "Enter")
        card = page.locator(f"[data-comment-id='{comment}'][aria-current=true]")
        card.wait_for(timeout=30_000)
        assert card.locator("mark").count() > 0
        page.wait_for_load_state()  # its scripts hear keys from now on
        page.keyboard.press("a")
        card.wait_for(state="detached", timeout=30_000)
        browser.close()
