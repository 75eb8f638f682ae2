"""Between Discourse and Tactful: new posts go one way, verdicts come back as flags or deletions."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BYTES = 1_000_000
TOLERANCE = 300  # seconds between clocks
NOTIFY_MODERATORS = 7
STAFF = ("admin", "moderator", "staff")
PREFIX = "discourse-"
UNREADABLE = (413, 422)  # Tactful refuses this post, and will the next time
NOT_DELETED = (403, 404)
DELETED: set[int] = set()  # by this bridge since it started; no event tells of earlier decisions


def call(method: str, url: str, headers: dict[str, str], body: object = None) -> None:
    """Send JSON; raise OSError when it was not taken."""
    data = None if body is None else json.dumps(body).encode()
    headers = {**headers, "Content-Type": "application/json"}
    with urllib.request.urlopen(
        urllib.request.Request(url, data, headers, method=method), timeout=15
    ):
        pass


def submit(post: dict) -> None:
    """Hand a post to Tactful, which judges an edit anew; one that it cannot read is flagged."""
    role = "moderator" if any(post.get(word) for word in STAFF) else "member"
    comment = {
        "external_id": f"{PREFIX}{post['id']}",
        "body": post["raw"],
        "format": "markdown",
        "author": {"id": str(post["user_id"]), "name": post["username"], "role": role},
        "thread": {"title": post.get("topic_title") or ""},
    }
    key = {"Authorization": f"Bearer {os.environ['API_KEY']}"}
    try:
        call("POST", f"{os.environ['TACTFUL']}/v1/comments", key, comment)
    except urllib.error.HTTPError as error:
        if error.code not in UNREADABLE:
            raise
        flag(post["id"], f"Tactful could not read this: {error}")


def discourse(method: str, path: str, body: object = None) -> None:
    """Ask Discourse, as its system user."""
    key = {"Api-Key": os.environ["DISCOURSE_KEY"], "Api-Username": "system"}
    call(method, f"{os.environ['DISCOURSE']}{path}", key, body)


def flag(number: int, why: str) -> None:
    """Ask the moderators to look at a post."""
    said = {"id": number, "post_action_type_id": NOTIFY_MODERATORS, "message": why}
    discourse("POST", "/post_actions.json", said)


def recover(number: int) -> None:
    """Show a post again, if it was deleted."""
    try:
        discourse("PUT", f"/posts/{number}/recover.json")
    except urllib.error.HTTPError as error:
        if error.code not in NOT_DELETED:
            raise


def act(comment: dict) -> None:
    """Do in Discourse what was said in Tactful: delete, restore, or ask the moderators to look."""
    if not (comment["external_id"] or "").startswith(PREFIX):
        return  # others may submit to the same site
    number = int(comment["external_id"].removeprefix(PREFIX))
    said = comment["decision"]["decision"] if comment["decision"] else comment["verdict"]["action"]
    if said in ("reject", "spam"):
        discourse("DELETE", f"/posts/{number}.json")
        DELETED.add(number)
    elif said == "review":
        why = "; ".join(reason["message"] for reason in comment["verdict"]["reasons"])
        flag(number, why or "?")
    elif comment["decision"] and (comment["verdict"]["action"] == "reject" or number in DELETED):
        recover(number)  # of others, only who deleted them knows why


def from_discourse(body: bytes, headers: dict[str, str]) -> None:
    """Take a webhook of Discourse; raise ValueError when it is not one."""
    expected = (
        "sha256=" + hmac.digest(os.environ["DISCOURSE_SECRET"].encode(), body, "sha256").hex()
    )
    if not hmac.compare_digest(headers.get("x-discourse-event-signature", ""), expected):
        raise ValueError("not signed by Discourse")
    if headers.get("x-discourse-event") in ("post_created", "post_edited"):
        submit(json.loads(body)["post"])


def from_tactful(body: bytes, headers: dict[str, str]) -> None:
    """Take a webhook of Tactful; raise ValueError when it is not one."""
    timestamp = headers["webhook-timestamp"]
    key = base64.b64decode(os.environ["TACTFUL_SECRET"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    if (
        expected not in headers["webhook-signature"].split()
        or abs(time.time() - int(timestamp)) > TOLERANCE
    ):
        raise ValueError("not signed by Tactful, or too old")
    event = json.loads(body)
    if event["type"] in ("comment.verdict", "comment.decided"):
        act(event["data"])


class Handler(BaseHTTPRequestHandler):
    """Answers both. A 503 makes the sender try again later; no event is kept here."""

    def do_POST(self) -> None:
        """Take one webhook."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BYTES))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            {"/discourse": from_discourse, "/tactful": from_tactful}[self.path](body, headers)
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
