"""Hides in Ghost what Tactful does not approve; run it every minute."""

import base64
import hmac
import json
import os
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path


def token() -> str:
    """Return the token that Ghost's Admin API asks for: a JWT (RFC 7519), good for five minutes."""
    number, secret = os.environ["GHOST_ADMIN_KEY"].split(":")
    now = int(time.time())
    header = {"alg": "HS256", "typ": "JWT", "kid": number}
    claims = {"iat": now, "exp": now + 300, "aud": "/admin/"}
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_base64(hmac.digest(bytes.fromhex(secret), signed.encode(), 'sha256'))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def call(method: str, url: str, headers: dict[str, str], body: object = None) -> dict:
    """Send JSON, return JSON; raise OSError when it was not taken."""
    data = None if body is None else json.dumps(body).encode()
    headers = {**headers, "Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def action_of(comment: dict) -> str:
    """Ask Tactful; return `approve`, `review`, `reject`, or `pending` when it was not in time."""
    member, post = comment.get("member") or {}, comment.get("post") or {}
    submitted = {
        "external_id": f"ghost-{comment['id']}",
        "body": comment["html"] or " ",
        "format": "html",
        "author": {"id": member.get("id") or "?", "name": member.get("name") or ""},
        "thread": {"title": post.get("title") or ""},
    }
    key = {"Authorization": f"Bearer {os.environ['API_KEY']}", "Prefer": "wait=10"}
    answer = call("POST", f"{os.environ['TACTFUL']}/v1/comments", key, submitted)
    if answer["decision"]:
        return answer["decision"]["decision"]
    return answer["verdict"]["action"] if answer["verdict"] else "pending"


def main(bookmark: Path) -> None:
    """Look at every comment since the last time, oldest first; `bookmark` keeps how far it came."""
    since = bookmark.read_text() if bookmark.exists() else "2000-01-01 00:00:00"
    ghost, key = f"{os.environ['GHOST']}/ghost/api/admin", {"Authorization": f"Ghost {token()}"}
    wanted = {"filter": f"created_at:>'{since}'", "order": "created_at asc", "limit": "100"}
    page = call("GET", f"{ghost}/comments/?{urllib.parse.urlencode(wanted)}", key)
    for comment in page["comments"]:
        if comment["status"] == "published" and action_of(comment) not in ("approve", "ham"):
            hidden = {"comments": [{"id": comment["id"], "status": "hidden"}]}
            call("PUT", f"{ghost}/comments/{comment['id']}/", key, hidden)
        bookmark.write_text(comment["created_at"].replace("T", " ")[:19])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
