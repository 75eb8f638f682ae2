"""Steps of long work: what fails at one of its parts costs that one alone."""

from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

from store.database import StoreUnavailable

Part = TypeVar("Part")
Step = TypeVar("Step")


def each_apart(
    parts: Iterable[Part],
    steps: Callable[[Part], Generator[Step, None, None]],
    failed: Callable[[Part, Exception], object],
) -> Generator[Step, None, None]:
    """Do the steps of each part; one that fails is told to `failed`, and the others go on.

    Raises StoreUnavailable, which is no part's fault.
    """
    for part in parts:
        try:
            yield from steps(part)
        except StoreUnavailable:
            raise
        except Exception as error:
            failed(part, error)
