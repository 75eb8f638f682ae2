"""A scoring worker's process whose tokenizer panics, and which then crashes: `python -m …`."""

import json
import os
from collections.abc import Sequence

from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from rules.verdict import EngineRef
from service.logging import set_up_logging
from workers.careful_scoring import score_carefully
from workers.native_messages import keep_native_messages_out
from workers.scorers.protocol import Scores

WORDS = {"[PAD]": 0, "hello": 1, "dear": 2, "reader": 3}


class Panicking:
    """Its tokenizer's Rust panics on a text of more than two words: no `Exception` of Python's."""

    engine = EngineRef(name="panicking", version="1")

    def __init__(self) -> None:
        content = json.loads(Tokenizer(WordLevel(WORDS, unk_token="[PAD]")).to_str())
        cut = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 2}
        splitter = {"type": "Whitespace"}
        content |= {"truncation": cut, "pre_tokenizer": splitter}
        self._tokenizer = Tokenizer.from_str(json.dumps(content))

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return [{"toxicity": 0.1} for _ in self._tokenizer.encode_batch(list(texts))]


if __name__ == "__main__":
    keep_native_messages_out()
    set_up_logging("json")
    score_carefully(Panicking(), ["hello dear reader"])
    os.abort()
