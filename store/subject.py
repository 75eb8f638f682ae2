"""Whose past is asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """What ties a comment to earlier ones; `None` where it has no such thing."""

    author_id: str | None
    ip_digest: str | None
    fingerprint: str | None
