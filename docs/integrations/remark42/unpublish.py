"""Takes Tactful's webhooks, and deletes in Remark42 what was rejected."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BYTES = 1_000_000
TOLERANCE = 300  # seconds between clocks
PREFIX = "remark42-"


def event_of(body: bytes, headers: dict[str, str]) -> dict:
    """Return the event; raise ValueError when it is not from Tactful."""
    timestamp = headers["webhook-timestamp"]
    key = base64.b64decode(os.environ["TACTFUL_SECRET"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    if (
        expected not in headers["webhook-signature"].split()
        or abs(time.time() - int(timestamp)) > TOLERANCE
    ):
        raise ValueError("not signed by Tactful, or too old")
    return json.loads(body)


def was_rejected(comment: dict) -> bool:
    """Tell whether this is to be deleted, and Remark42's: others may submit to the same site."""
    if not (comment["external_id"] or "").startswith(PREFIX):
        return False
    decision = comment["decision"] or {"decision": comment["verdict"]["action"]}
    return decision["decision"] in ("reject", "spam")


def delete(comment: dict) -> None:
    """Delete a comment as Remark42's administrator; raise OSError when it was not taken."""
    number = urllib.parse.quote(comment["external_id"].removeprefix(PREFIX), safe="")
    where = urllib.parse.urlencode(comment["metadata"])  # site and url
    login = base64.b64encode(f"admin:{os.environ['ADMIN_PASSWD']}".encode()).decode()
    url = f"{os.environ['REMARK_URL']}/api/v1/admin/comment/{number}?{where}"
    headers = {"Authorization": f"Basic {login}"}
    with urllib.request.urlopen(
        urllib.request.Request(url, None, headers, method="DELETE"), timeout=15
    ):
        pass


class Handler(BaseHTTPRequestHandler):
    """Answers Tactful. A 503 makes it try again later; nothing is kept here."""

    def do_POST(self) -> None:
        """Take one webhook."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BYTES))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            event = event_of(body, headers)
            told = event["type"] in ("comment.verdict", "comment.decided")
            if told and was_rejected(event["data"]):
                delete(event["data"])
        except (ValueError, KeyError):
            self.send_error(400)
        except OSError:
            self.send_error(503)
        else:
            self.send_response(204)
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
