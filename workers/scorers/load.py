"""From a setting's value to a scorer."""

from collections.abc import Callable

from workers.scorers.cache import CachedScorer
from workers.scorers.protocol import Scorer, ScorerUnavailable, possible


def load_scorer(name: str) -> Scorer:
    """Return the scorer that `TACTFUL_SCORER` names; raise ScorerUnavailable.

    It remembers what it scored lately.

    >>> load_scorer("lite").engine.name
    'lite'
    """
    kind, _, argument = name.partition(":")
    loader = _LOADERS.get(kind)
    if loader is None:
        known = "lite, detoxify:NAME, detoxify:CHECKPOINT, onnx:DIRECTORY"
        raise ScorerUnavailable(f"unknown scorer {name!r}; this version has: {known}")
    try:
        scorer = loader(argument)
        _try_out(scorer)
    except (ScorerUnavailable, SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # of damaged files a library may raise anything
        raise ScorerUnavailable(f"the scorer {name} is damaged: {error}{_MENDED[kind]}") from error
    return CachedScorer(scorer)


def _try_out(scorer: Scorer) -> None:
    """Score a text: what scores none is told when it starts, not by every comment after that."""
    [scores] = scorer.score(["Hello"])
    if not (scores and possible(scores)):
        raise ScorerUnavailable(
            f"the scorer {scorer.engine.name} gives impossible scores: {scores}"
        )


_MENDED = {
    "lite": "; install tactful again",
    "detoxify": "; get it again",
    "onnx": "; export or copy it again",
}

# Each imports its packages when it is called: torch alone takes seconds, and is optional.


def _load_lite(argument: str) -> Scorer:
    if argument:
        raise ScorerUnavailable(f"the scorer lite takes no argument, got {argument!r}")
    from workers.scorers.lite import LiteScorer  # noqa: PLC0415

    return LiteScorer()


def _load_detoxify(argument: str) -> Scorer:
    _require(argument, "detoxify", "a name such as detoxify:original, or detoxify:/path")
    try:
        from workers.scorers.detoxify import make_detoxify_scorer  # noqa: PLC0415
    except ImportError as error:
        raise ScorerUnavailable(
            f"this needs the package {error.name}: pip install 'tactful[detoxify]'"
        ) from error
    return make_detoxify_scorer(argument)


def _load_onnx(argument: str) -> Scorer:
    _require(argument, "onnx", "a directory that `tactful model export` wrote: onnx:/path")
    from workers.scorers.onnx import make_onnx_scorer  # noqa: PLC0415

    return make_onnx_scorer(argument)


def _require(argument: str, kind: str, example: str) -> None:
    if not argument:
        raise ScorerUnavailable(f"the scorer {kind} needs {example}")


_LOADERS: dict[str, Callable[[str], Scorer]] = {
    "lite": _load_lite,
    "detoxify": _load_detoxify,
    "onnx": _load_onnx,
}
