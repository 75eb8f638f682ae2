"""Hides in Ghost what Tactful does not approve; run it every minute."""

import base64
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

UNREADABLE = (413, 422)  # Tactful refuses this comment, and will the next time


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
    try:
        answer = call("POST", f"{os.environ['TACTFUL']}/v1/comments", key, submitted)
    except urllib.error.HTTPError as error:
        if error.code not in UNREADABLE:
            raise
        sys.stderr.write(f"{submitted['external_id']} could not be read: {error}\n")
        return "review"
    if answer["decision"]:
        return answer["decision"]["decision"]
    return answer["verdict"]["action"] if answer["verdict"] else "pending"


def ghost(method: str, path: str, body: object = None) -> dict:
    """Ask Ghost about its comments, each time with a fresh token: a run may outlast one."""
    url = f"{os.environ['GHOST']}/ghost/api/admin/comments/{path}"
    return call(method, url, {"Authorization": f"Ghost {token()}"}, body)


def unseen(column: str, since: str, seen: list[str]) -> list[dict]:
    """Return the next comments; those of the second `since` that were looked at are `seen`."""
    wanted = {"filter": f"{column}:>='{since}'", "order": f"{column} asc", "limit": "100"}
    number = 0
    while True:  # more than once only when a page is full of what was seen in one second
        number += 1
        page = ghost("GET", "?" + urllib.parse.urlencode({**wanted, "page": number}))["comments"]
        fresh = [comment for comment in page if comment["id"] not in seen]
        if fresh or not page:
            return fresh


def look(column: str, bookmark: Path) -> None:
    """Look at what has come since the last time, oldest first; `bookmark` keeps how far it came."""
    text = bookmark.read_text() if bookmark.exists() else ""
    since, *seen = text.splitlines() or ["2000-01-01 00:00:00"]
    for comment in unseen(column, since, seen):
        if comment["status"] == "published" and action_of(comment) not in ("approve", "ham"):
            hidden = {"comments": [{"id": comment["id"], "status": "hidden"}]}
            ghost("PUT", f"{comment['id']}/", hidden)
        # Ghost keeps seconds, and more may come in this one; what was seen is not hidden again.
        at = comment[column].replace("T", " ")[:19]
        seen = [*seen, comment["id"]] if at == since else [comment["id"]]
        since = at
        bookmark.write_text("\n".join([since, *seen]))


def main(bookmark: Path) -> None:
    """Look at new comments, and at edited ones, which keep a bookmark of their own."""
    edited = bookmark.with_name(f"{bookmark.name}.edited")
    if bookmark.exists() and not edited.exists():
        # Of a run that knew no edits: what people showed again until then is not hidden again.
        edited.write_text(bookmark.read_text().partition("\n")[0])
    look("created_at", bookmark)
    look("edited_at", edited)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
