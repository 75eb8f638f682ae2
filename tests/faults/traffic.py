"""Traffic: a steady stream of comments over several connections, as platforms send it."""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx

from tests.faults.ledger import Ledger, Post

CONNECTIONS = 4
ANSWER_SECONDS = 20
EDITED = 0.1  # share of the comments that their author changes a moment later
ADVERT = "Cheap pills and casino bonus {}, visit www.example.com now!!!"
TEXTS = (
    "Comment {}, calm and kind, about the article above.",
    "You are a stupid idiot, and number {} of them.",
    ADVERT,
)


class Platform:
    """Posts comments to wherever `url()` is now, and keeps the ledger."""

    def __init__(self, url: Callable[[], str], api_key: str, ledger: Ledger) -> None:
        self.ledger = ledger
        self._url = url
        headers = {"Authorization": f"Bearer {api_key}"}
        self._client = httpx.Client(headers=headers, timeout=ANSWER_SECONDS)

    def post(self, post: Post) -> bool:
        """Post once; return whether it was accepted."""
        key = {"Idempotency-Key": post.key}
        try:
            answer = self._client.post(f"{self._url()}/v1/comments", json=post.body, headers=key)
        except httpx.TransportError as error:
            self.ledger.doubt(post, type(error).__name__)
            return False
        body = answer.json() if answer.content else {}
        self.ledger.note(post, answer.status_code, body, answer.headers.get("Retry-After", ""))
        return answer.is_success

    def new_comment(self, body: str | None = None) -> Post:
        text = body or random.choice(TEXTS)
        # So adverts are rejected, and not told again as a campaign.
        signals = {"spam_signals": {"honeypot": text == ADVERT}}
        post = self.ledger.new_post(text.format(self.ledger.posted), signals)
        self.post(post)
        return post

    def edit(self, post: Post) -> None:
        """Post another text under the same external_id."""
        self.post(Post(f"{post.key}-edit", {**post.body, "body": f"Edited: {post.body['body']}"}))

    def verdict(self, post: Post) -> dict[str, Any] | None:
        """Read what became of a comment that was accepted."""
        comment_id, _ = self.ledger.accepted[post.body["external_id"]]
        answer = self._client.get(f"{self._url()}/v1/comments/{comment_id}")
        verdict: dict[str, Any] | None = answer.raise_for_status().json()["verdict"]
        return verdict

    def post_again(self) -> None:
        """Post once more what may or may not have been accepted, as a careful client does."""
        while post := self.ledger.take_doubtful():
            if not self.post(post):  # not yet: the others would not be taken either
                return

    def stream(self, rate: float, stop: threading.Event) -> None:
        """Post `rate` comments a second, or as many as are answered."""
        due = time.monotonic()
        while not stop.wait(max(due - time.monotonic(), 0)):
            due = max(due + 1 / rate, time.monotonic() - 1)
            post = self.new_comment()
            if random.random() < EDITED and post.body["external_id"] in self.ledger.accepted:
                self.edit(post)

    def close(self) -> None:
        self._client.close()


def post_again(platforms: Sequence[Platform]) -> None:
    """Let all of them at once post again what is in doubt; they share a ledger."""
    threads = [threading.Thread(target=each.post_again) for each in platforms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextlib.contextmanager
def steady(platform: Callable[[], Platform], rate: float) -> Iterator[None]:
    """Keep `rate` comments a second coming, over CONNECTIONS connections."""
    stop = threading.Event()
    platforms = [platform() for _ in range(CONNECTIONS)]
    threads = [
        threading.Thread(target=each.stream, args=(rate / CONNECTIONS, stop)) for each in platforms
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        for each in platforms:
            each.close()
