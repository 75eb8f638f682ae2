"""From a setting's value to a scorer."""

from workers.scorers.protocol import Scorer, ScorerUnavailable


def load_scorer(name: str) -> Scorer:
    """Return the scorer that `TACTFUL_SCORER` names; raise ScorerUnavailable.

    >>> load_scorer("lite").engine.name
    'lite'
    """
    kind, _, argument = name.partition(":")
    loader = {"lite": _load_lite}.get(kind)
    if loader is None:
        raise ScorerUnavailable(f"unknown scorer {name!r}; this version has: lite")
    return loader(argument)


def _load_lite(argument: str) -> Scorer:
    if argument:
        raise ScorerUnavailable(f"the scorer lite takes no argument, got {argument!r}")
    from workers.scorers.lite import LiteScorer  # noqa: PLC0415 - scikit-learn takes a second

    return LiteScorer()
