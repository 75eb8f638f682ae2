"""Publishes those comments in Isso's moderation queue that Tactful approves."""

import json
import os
import sqlite3
import sys
import urllib.request

WAITING, PUBLISHED = 2, 1


def action_of(number: int, text: str, name: str | None, address: str | None) -> str:
    """Ask Tactful; return `approve`, `review`, `reject`, or `pending` when it was not in time."""
    author = {key: value for key, value in (("name", name), ("ip", address)) if value}
    comment = {"external_id": f"isso-{number}", "body": text, "format": "markdown"}
    request = urllib.request.Request(
        f"{os.environ['TACTFUL']}/v1/comments",
        json.dumps({**comment, "author": author}).encode(),
        {
            "Authorization": f"Bearer {os.environ['API_KEY']}",
            "Content-Type": "application/json",
            "Prefer": "wait=10",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        verdict = json.load(answer)["verdict"]
    return verdict["action"] if verdict else "pending"


def main(path: str) -> None:
    """Look at every comment that waits."""
    database = sqlite3.connect(path)
    waiting = database.execute(
        "SELECT id, text, author, remote_addr FROM comments WHERE mode = ?", (WAITING,)
    ).fetchall()
    for number, *said in waiting:
        if action_of(number, *said) == "approve":
            with database:
                database.execute("UPDATE comments SET mode = ? WHERE id = ?", (PUBLISHED, number))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
