"""Real comments to measure with, from the shared data that lies beside the checkout."""

import gzip
import itertools
import json
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "shared" / "data" / "civil_comments_spans.jsonl.gz"


def real_comments(count: int) -> list[str]:
    """Return `count` different comments of Civil Comments, the same ones in every run."""
    with gzip.open(SOURCE, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in itertools.islice(lines, 12_000)]
    rounds = itertools.count()
    endless = (text if number == 0 else f"{text} ({number})" for number in rounds for text in texts)
    return list(itertools.islice((text for text in endless if text.strip()), count))
