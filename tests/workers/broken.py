"""Steps that are broken at certain arguments: for faults of which none is known."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest


def break_step(monkeypatch: pytest.MonkeyPatch, place: str, at: Callable[[Any], bool]) -> None:
    """Make the function at `module.name` raise where `at` its arguments says so, and quote them."""
    module, _, name = place.rpartition(".")
    whole = getattr(import_module(module), name)

    def raising(*args: Any, **named: Any) -> Any:
        if at((args, named)):
            raise ValueError(repr(args))
        return whole(*args, **named)

    monkeypatch.setattr(place, raising)
