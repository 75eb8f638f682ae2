"""Publishes those comments in Isso's moderation queue that Tactful approves."""

import json
import os
import sqlite3
import sys
import urllib.error
import urllib.request

WAITING, PUBLISHED = 2, 1
UNREADABLE = (413, 422)  # Tactful refuses this comment, and will the next time


def action_of(number: int, text: str, name: str | None, address: str | None) -> str:
    """Ask Tactful; return `approve`, `review`, `reject`, or `pending` when it was not in time.

    What a moderator decided goes before the verdict.
    """
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
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code not in UNREADABLE:
            raise
        sys.stderr.write(f"isso-{number} could not be read, and stays held: {error}\n")
        return "review"
    if told["decision"]:
        return told["decision"]["decision"]
    return told["verdict"]["action"] if told["verdict"] else "pending"


def main(path: str) -> None:
    """Look at every comment that waits."""
    database = sqlite3.connect(path)
    waiting = database.execute(
        "SELECT id, text, author, remote_addr FROM comments WHERE mode = ?", (WAITING,)
    ).fetchall()
    for number, *said in waiting:
        if action_of(number, *said) in ("approve", "ham"):
            with database:
                database.execute("UPDATE comments SET mode = ? WHERE id = ?", (PUBLISHED, number))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
