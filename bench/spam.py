"""Spam: what the prior knows of unseen videos, what decisions add, and what both cost.

`python -m bench.spam FILE` measures the packaged prior on a labelled file, text alone.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean, stdev
from time import process_time
from typing import Any

from bench.corpus import SOURCE, real_comments
from bench.report import met, percentile, progress, table
from bench.spam_learning import SEED, SITES, Streamed, a_site, poisoned, slowest, stream
from rules.comment import Comment
from rules.tools.measures import area_under_curve, calibration_error, threshold
from service.console.labelled import read_labelled
from training.spam.corpora import Example, ordinary_texts, others, videos
from training.spam.fit import calibrate, held_out
from workers.spam.ascent import odds_to_share
from workers.spam.prior import MODEL
from workers.spam.scoring import prior_model

SHARED = SOURCE.parent
HEAD = ["", "AUC", "accuracy", "F1", "calibration error"]
LIES = 400
MISTAKES = 0.05
COMMENTS = 2_000


def run() -> str:
    """Measure all of "what it must reach"; return the chapter as Markdown."""
    return "\n".join(["## Spam", *_videos(), *_site(), *_cost(), *_ordinary()])


def _videos() -> Iterator[str]:
    progress("unseen videos")
    real = videos(SHARED)
    labels = [one.spam for one in real]
    log_odds = held_out(real, others(SHARED, 7), 7)
    factor, bias = calibrate(log_odds, labels)
    scores = [odds_to_share(factor * one + bias) for one in log_odds]
    rows = [
        figures(f"`{group}`, trained on the other two", *_of(real, scores, group))
        for group in sorted({one.group for one in real})
    ]
    yield """
The YouTube Spam Collection, text alone, each of the three videos at hand by weights that never saw
it. The part that is held back has two more videos, for which weights are trained on all three; a
plain TF-IDF with logistic regression, which gets AUC 0.985 and accuracy 0.950 there, is measured
here in the same harder way.
"""
    plain = _plain(real)
    if plain is not None:
        rows.append(figures("all three, a plain TF-IDF and logistic regression", plain, labels))
    rows.append(figures("all three, Tactful", scores, labels))
    yield table(HEAD, rows)
    error = calibration_error(scores, labels)
    yield f"\nCalibration error {error:.3f}, wanted at most 0.05: {met(error <= 0.05)}."


def figures(name: str, scores: Sequence[float], labels: Sequence[bool]) -> list[str]:
    """Return a row: AUC, accuracy, F1 and calibration error at 0.5."""
    half = threshold(scores, labels, 0.5)
    f1 = 2 * half.rightly / (half.held + half.positives)
    area, error = area_under_curve(scores, labels) or 0.0, calibration_error(scores, labels)
    return [name, f"{area:.4f}", f"{half.accuracy:.4f}", f"{f1:.4f}", f"{error:.4f}"]


def _of(
    real: Sequence[Example], scores: Sequence[float], group: str
) -> tuple[list[float], list[bool]]:
    mine = [i for i, one in enumerate(real) if one.group == group]
    return [scores[i] for i in mine], [real[i].spam for i in mine]


def _plain(real: Sequence[Example]) -> list[float] | None:
    """Return the baseline's scores of unseen videos; None without scikit-learn."""
    if find_spec("sklearn") is None:
        return None
    text, linear = (
        import_module(f"sklearn.{n}") for n in ("feature_extraction.text", "linear_model")
    )
    found = [0.0] * len(real)
    for group in {one.group for one in real}:
        seen = [one for one in real if one.group != group]
        words: Any = text.TfidfVectorizer()
        model: Any = linear.LogisticRegression(C=10)
        model.fit(words.fit_transform([o.text for o in seen]), [o.spam for o in seen])
        mine = [i for i, one in enumerate(real) if one.group == group]
        shares = model.predict_proba(words.transform([real[i].text for i in mine]))[:, 1]
        for i, share in zip(mine, shares, strict=True):
            found[i] = float(share)
    return found


def _site() -> Iterator[str]:
    progress("a site's decisions")
    yield f"""
Sites whose spam differs from the prior's: adverts told as anecdotes, without links, money or
calls, each with a look-alike that begins the same way and is none, among Civil Comments. The first
200 comments are decided one by one in the order of time; accuracy on the 600 that follow, mean of
{SITES} sites, once with decisions that are all right and once with one in twenty wrong:
"""
    runs = [
        [stream(a_site(SEED + number, mistakes)) for number in range(SITES)]
        for mistakes in (0.0, MISTAKES)
    ]
    lines: dict[str, Callable[[Streamed], float]] = {
        "the prior alone": lambda one: one.before,
        "200 decisions streamed on top of the prior": lambda one: one.after,
        "the same 200 from scratch in one batch": lambda one: one.batch,
        "each of the 200 before it was taught": lambda one: one.progressive,
    }
    yield table(
        ["", "all right", "5 % wrong"],
        [
            [name, *(f"{fmean(map(value, sites)):.4f}" for sites in runs)]
            for name, value in lines.items()
        ],
    )
    told = [_difference([one.after - one.batch for one in sites]) for sites in runs]
    yield f"""
Streamed less batch: {told[0]} and {told[1]} (mean and standard error over the sites); 0.0017 is one
comment of 600."""
    honest, lied = poisoned(a_site(SEED), LIES)
    seconds = [second for sites in runs for one in sites for second in one.teach_seconds]
    yield f"""
The bound on one account: after the same 200 honest decisions, another account says the opposite
of the truth {LIES} times. Accuracy {honest:.4f} before, {lied:.4f} after.

Teaching one decision, with the earlier ones that are visited again, takes
{_milli(seconds)} of CPU; wanted under 2 ms:
{met(slowest(seconds) < 0.002)}."""


def _difference(values: Sequence[float]) -> str:
    return f"{fmean(values):+.4f} ± {stdev(values) / len(values) ** 0.5:.4f}"


def _cost() -> Iterator[str]:
    progress("cost")
    model = prior_model()
    comments = [Comment(body=text) for text in real_comments(COMMENTS)]
    for comment in comments[:200]:
        model.suspect(comment)
    rounds = [_timed(lambda: [model.suspect(comment) for comment in comments]) for _ in range(3)]
    each = min(rounds) / len(comments)
    size = MODEL.stat().st_size
    yield f"""
Deciding costs {each * 1e6:.0f} µs of CPU a comment (Civil Comments, best of three rounds); wanted
under 200 µs: {met(each < 0.0002)}. The model's file has {size / 1e6:.2f} MB; wanted under 5 MB:
{met(size < 5e6)}."""


def _ordinary() -> Iterator[str]:
    progress("ordinary comments")
    unseen = ordinary_texts(SHARED)[10_000:]
    model = prior_model()
    scores = [model.suspect(Comment(body=text)).score for text in unseen]
    rows = [
        [f"{at:g}", f"{sum(s >= at for s in scores) / len(scores):.2%}"] for at in (0.6, 0.75, 0.97)
    ]
    count = len(unseen)
    yield f"\nOf {count} ordinary comments that no training saw (Civil Comments, Wikipedia):\n"
    yield table(["spam score of at least", "share"], rows)


def _timed(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def _milli(seconds: Sequence[float]) -> str:
    middle, late = (percentile(seconds, share) * 1e3 for share in (0.5, 0.99))
    return f"{middle:.3f} ms (99th percentile {late:.3f} ms)"


def main() -> None:
    """Print the chapter, or the figures of the packaged prior on a file."""
    if len(sys.argv) == 1:
        print(run())
        return
    rows = read_labelled(Path(sys.argv[1]))
    model = prior_model()
    scores = [model.suspect(Comment(body=row.comment.body)).score for row in rows]
    print(table(HEAD, [figures(sys.argv[1], scores, [row.label for row in rows])]))


if __name__ == "__main__":
    main()
