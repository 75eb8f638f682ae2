"""A stage: a whole Tactful of real processes with two webhook endpoints, to be struck by faults."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import httpx

from tests.faults.endpoints import Endpoint
from tests.faults.ledger import Ledger
from tests.faults.traffic import Platform


class Stage(ABC):
    """A context, in which everything runs. `folder` has the processes' logs."""

    endpoints: Sequence[Endpoint]
    api_key: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:  # ends what was begun when the rest fails
            self._start(stack)
            self._listen()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the service is now."""

    @property
    @abstractmethod
    def database_url(self) -> str:
        """Where its database is."""

    @abstractmethod
    def kill(self, name: str) -> None:
        """Kill -9 a process by its name."""

    def platform(self, ledger: Ledger) -> Platform:
        """Return somebody who posts here."""
        return Platform(lambda: self.url, self.api_key, ledger)

    @abstractmethod
    def _start(self, stack: contextlib.ExitStack) -> None:
        """Start everything, and make the endpoints and the key."""

    def _listen(self) -> None:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        for endpoint in self.endpoints:
            hook = {"url": endpoint.url, "events": ["comment.verdict"]}
            answer = httpx.post(f"{self.url}/v1/webhooks", json=hook, headers=headers, timeout=20)
            assert answer.status_code == 201, answer.text
