"""Takes the comment form of a static blog, and writes what Tactful approves into a JSON file."""

import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs

MAX_BYTES = 50_000
WRITING = Lock()


def action_of(form: dict[str, str], address: str) -> str:
    """Ask Tactful; return `approve`, `review` or `reject` (`review` when it was not in time)."""
    author = {"name": form["name"], "ip": address}
    comment = {"body": form["text"], "author": author, "thread": {"url": form["page"]}}
    request = urllib.request.Request(
        f"{os.environ['TACTFUL']}/v1/comments",
        json.dumps(comment).encode(),
        {
            "Authorization": f"Bearer {os.environ['API_KEY']}",
            "Content-Type": "application/json",
            "Prefer": "wait=5",
        },
    )
    with urllib.request.urlopen(request, timeout=15) as answer:
        verdict = json.load(answer)["verdict"]
    return verdict["action"] if verdict else "review"


def publish(file: Path, form: dict[str, str]) -> None:
    """Add a comment to the file, which is always whole."""
    with WRITING:
        comments = json.loads(file.read_text()) if file.exists() else []
        comments.append({key: form[key] for key in ("page", "name", "text")})
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(comments))
        fresh.replace(file)


class Handler(BaseHTTPRequestHandler):
    """Answers the form."""

    file = Path()

    def do_POST(self) -> None:
        """Take one comment; what goes wrong publishes nothing."""
        length = min(int(self.headers.get("Content-Length") or 0), MAX_BYTES)
        fields = parse_qs(self.rfile.read(length).decode("utf-8", "replace"))
        form = {key: values[0] for key, values in fields.items()}
        try:
            approved = action_of(form, self.client_address[0]) == "approve"
        except (OSError, KeyError):
            self.send_error(503, "Please try again later")
            return
        if approved:
            publish(self.file, form)
        self.send_response(303)
        self.send_header("Location", form["page"] if form["page"].startswith("/") else "/")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing: a line would hold an address."""


def main(path: str, port: str) -> None:
    """Serve until it is stopped."""
    Handler.file = Path(path)
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
