"""Blog comments from templates: what the YouTube collection, of music videos, does not have."""

import random
import re
from importlib import resources

_CHOICE = re.compile(r"\{([^{}]*)\}")


def templates(name: str) -> list[str]:
    """Return the templates of a file in `texts`."""
    text = (resources.files("training.spam") / "texts" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def written(name: str, each: int, rng: random.Random) -> list[str]:
    """Return up to `each` different texts of every template of a file."""
    texts = {filled(line, rng): None for line in templates(name) for _ in range(each)}
    return list(texts)


def filled(template: str, rng: random.Random) -> str:
    """Return a template with one choice of each of its braces."""
    while (filled := _CHOICE.sub(lambda m: rng.choice(m[1].split("|")), template)) != template:
        template = filled
    return template
