"""A replica of Coral 9.11's external moderation phase: how it asks, signs and checks answers."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import httpx

_STATUSES = {"NONE", "APPROVED", "REJECTED", "PREMOD", "SYSTEM_WITHHELD"}
_REASONS = {"COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"}
_TAGS = {"FEATURED", "STAFF"}
SECRET = "prefix_0123456789abcdef0123456789abcdef"


@dataclass
class Coral:
    """Asks as Coral does. `timeout` is the phase's, in seconds; the form's default is 0.2."""

    url: str
    secret: str = SECRET
    timeout: float = 0.2
    seconds: float = 0.0  # how long the last answer took

    def request(self, text: str, **changes: Any) -> dict[str, Any]:
        body = {
            "action": "NEW",
            "comment": {"body": text, "parentID": None},
            "author": {"id": "baf4e943-6b1a-4f0b-8c0a-7d5e7a1f2c33", "role": "COMMENTER"},
            "story": {"id": "245b3c8e-a1", "url": "http://localhost:1313/posts/a/"},
            "site": {"id": "a4be-1"},
            "tenantID": "19ba-2",
            "tenantDomain": "localhost",
        }
        return body | changes

    def moderate(self, text: str, **changes: Any) -> dict[str, Any] | None:
        """Return what Coral would act on; None where the phase is skipped (and all passes)."""
        try:
            answer = self.send(json.dumps(self.request(text, **changes), indent=2).encode())
        except httpx.TimeoutException:
            return None
        if not answer.is_success:
            return None
        return parsed(answer)

    def send(
        self, raw: bytes, signature: str | None = None, *, chunked: bool = False
    ) -> httpx.Response:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Coral Moderation/9.11.0",
            "X-Coral-Signature": signature or sign(raw, self.secret),
        }
        with httpx.Client(timeout=self.timeout, verify=False) as client:
            answer = client.post(self.url, content=iter([raw]) if chunked else raw, headers=headers)
        self.seconds = answer.elapsed.total_seconds()
        return answer


def sign(raw: bytes, *secrets: str) -> str:
    """Return the header: one signature a secret, several while one is rotated."""
    digests = [hmac.new(one.encode(), raw, hashlib.sha256).hexdigest() for one in secrets]
    return ",".join(f"sha256={digest}" for digest in digests)


def parsed(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer as Coral's schema lets it through; fail where it would drop all of it."""
    if answer.status_code == 204 or not answer.content:
        return {}
    content = answer.json()
    assert isinstance(content, dict)
    assert content.get("status", "NONE") in _STATUSES
    for action in content.get("actions", []):
        assert action["actionType"] == "FLAG"
        assert action["reason"] in _REASONS
    assert set(content.get("tags", [])) <= _TAGS
    return {name: content[name] for name in ("status", "actions", "tags") if name in content}
