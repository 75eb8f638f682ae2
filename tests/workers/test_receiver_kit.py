"""The receivers in docs/webhooks.md verify what we sign, and nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workers.signing import new_secret, sign

GUIDE = Path(__file__).parents[2] / "docs" / "webhooks.md"
BODY = '{"type":"webhook.ping","data":{"text":"Grüße 🙂"}}'
DRIVERS = {
    "python": """
import json, sys
given = json.load(sys.stdin)
print(verify(given["body"].encode(), given["headers"], given["secret"])["data"]["text"])
""",
    "js": """
const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(verify(Buffer.from(given.body), given.headers, given.secret).data.text);
""",
    "php": """
$given = json_decode(stream_get_contents(STDIN), true);
echo verify($given['body'], $given['headers'], $given['secret'])['data']['text'], "\\n";
""",
    "ruby": """
given = JSON.parse($stdin.read.force_encoding("UTF-8"))
puts verify(given["body"], given["headers"], given["secret"])["data"]["text"]
""",
}
COMMANDS = {"python": sys.executable, "js": "node", "php": "php", "ruby": "ruby"}


class Kit:
    """The receiver of one language, as the guide prints it."""

    def __init__(self, language: str, folder: Path) -> None:
        found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
        assert found
        self.lines = found[1].count("\n")
        self._script = folder / f"receiver.{language}"
        self._script.write_text(found[1] + DRIVERS[language])
        self._command = shutil.which(COMMANDS[language])
        if self._command is None:
            missing = pytest.fail if os.environ.get("EVERY_LANGUAGE") else pytest.skip
            missing(f"{language} is not installed")

    def verify(self, body: str, headers: dict[str, str], secret: str) -> str:
        """Return what it printed, or its complaint."""
        given = json.dumps({"body": body, "headers": headers, "secret": secret})
        done = subprocess.run(
            [str(self._command), self._script],
            input=given.encode(),
            capture_output=True,
            check=False,
        )
        return (done.stdout or done.stderr).decode()


@pytest.fixture(params=sorted(DRIVERS))
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return Kit(request.param, tmp_path)


def _headers(secrets: list[str], age: float = 0.0) -> dict[str, str]:
    timestamp = int(time.time() - age)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secrets, "msg_1", timestamp, BODY.encode()),
    }


def test_a_receiver_takes_what_is_ours_and_nothing_else(kit: Kit) -> None:
    secret, other = new_secret(), new_secret()
    good = _headers([secret])
    assert kit.verify(BODY, good, secret).strip() == "Grüße 🙂"
    assert "🙂" in kit.verify(BODY, _headers([other, secret]), secret), "during a rotation"
    assert "no valid signature" in kit.verify(BODY.replace("ping", "pong"), good, secret)
    assert "no valid signature" in kit.verify(BODY, good, other)
    assert "no valid signature" in kit.verify(BODY, good | {"webhook-id": "msg_2"}, secret)
    for signature in ("v1,", "v1a,eA==", "é", good["webhook-signature"][:-2]):
        forged = good | {"webhook-signature": signature}
        assert "no valid signature" in kit.verify(BODY, forged, secret)
    for age in (600, -600):
        assert "too old" in kit.verify(BODY, _headers([secret], age), secret)


def test_a_receiver_fits_on_the_page(kit: Kit) -> None:
    assert kit.lines <= 23
