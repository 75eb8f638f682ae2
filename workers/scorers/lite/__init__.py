"""`lite`, the built-in scorer: offline, English, without torch."""

from workers.scorers.lite.scorer import LiteScorer

__all__ = ["LiteScorer"]
