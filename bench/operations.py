"""What it costs to watch Tactful, and what one process of each kind does."""

from bench import capacity, scrape


def run() -> str:
    """Measure, and return the chapter."""
    return "\n\n".join(["## Operations (`bench/operations.py`)", scrape.run(), capacity.run()])
