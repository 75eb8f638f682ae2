"""Takes the comment form of a static blog, and writes what Tactful approves into a JSON file."""

import hmac
import json
import os
import re
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs, quote

MAX_BYTES = 50_000
UNREADABLE = (413, 422)  # Tactful refuses this comment, and will the next time
WRITING = Lock()


def action_of(form: dict[str, str], address: str) -> str:
    """Ask Tactful; return `approve`, `review` or `reject` (`review` when it was not in time).

    The same words sent again are the same comment: what a moderator decided of it holds. From
    another address they are another comment, not an edit, which would undo the decision.
    """
    said = json.dumps([form["page"], form["name"], form["text"], address])
    # With a key, because a plain hash lets the address be guessed.
    number = hmac.digest(os.environ["API_KEY"].encode(), said.encode(), "sha256").hex()
    author = {"name": form["name"], "ip": address}
    comment = {
        "external_id": f"static-{number}",
        "body": form["text"],
        "author": author,
        "thread": {"url": form["page"]},
    }
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
        told = json.load(answer)
    if told["decision"]:
        return told["decision"]["decision"]
    return told["verdict"]["action"] if told["verdict"] else "review"


def publish(file: Path, form: dict[str, str]) -> None:
    """Add a comment to the file, once; the file is always whole."""
    comment = {key: form[key] for key in ("page", "name", "text")}
    with WRITING:
        comments = json.loads(file.read_text()) if file.exists() else []
        if comment in comments:
            return
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps([*comments, comment]))
        fresh.replace(file)


def way_back(page: str) -> str:
    """Return where the visitor goes next: a path of this site, or its front page."""
    if not re.fullmatch(r"/(?!/)[^\s\\]*", page):
        return "/"
    return quote(page, safe="/%?#=&;:@!$'()*+,~")


class Handler(BaseHTTPRequestHandler):
    """Answers the form."""

    file = Path()

    def do_POST(self) -> None:
        """Take one comment; what goes wrong publishes nothing."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BYTES:
            self.send_error(413, "This is too long")
            return
        fields = parse_qs(self.rfile.read(length).decode("utf-8", "replace"))
        form = {key: values[0] for key, values in fields.items()}
        try:
            approved = action_of(form, self.visitor()) in ("approve", "ham")
        except OSError as error:
            if getattr(error, "code", None) in UNREADABLE:
                self.send_error(422, "This cannot be taken: is it too long?")
            else:
                self.send_error(503, "Please try again later")
            return
        except KeyError as missing:
            self.send_error(422, f"The form has no {missing}")
            return
        if approved:
            publish(self.file, form)
        self.send_response(303)
        self.send_header("Location", way_back(form["page"]))
        self.end_headers()

    def visitor(self) -> str:
        """Return the visitor's address, as your web server tells it: nobody else asks here."""
        told = self.headers.get_all("X-Forwarded-For") or [self.client_address[0]]
        return told[-1].rpartition(",")[2].strip()  # those before are what the visitor claims

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing: a line would hold an address."""


def main(path: str, port: str) -> None:
    """Serve until it is stopped."""
    Handler.file = Path(path)
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
