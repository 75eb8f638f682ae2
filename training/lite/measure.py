"""The figures of the model card, on what training never saw."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from training.lite import corpora, written
from training.lite.dataset import HELD_TEMPLATES, TEXTS, is_held
from training.lite.example import LABELS, Example
from training.lite.functional import SENTENCES, TEMPLATES, cases
from training.lite.metrics import auc, bpsn, calibration_error
from training.lite.scoring import probabilities
from training.lite.words import marked_words_f1, scores_without_words
from workers.scorers.lite import LiteScorer

MAJORITY = 0.5


def report(folder: Path, shared: Path, held: Sequence[Example]) -> Iterator[str]:
    """Yield the lines of the report, in Markdown."""
    yield from _sets(folder, held)
    yield _second_opinion(folder, held)
    yield from _functional(folder, TEMPLATES)
    yield from _functional(folder, SENTENCES)
    yield from _identities(folder, shared)
    yield from _words(folder, shared)
    yield from _speed(folder, held)


def _sets(folder: Path, held: Sequence[Example]) -> Iterator[str]:
    scores = probabilities(folder, [example.text for example in held])
    rows: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(held):
        source = example.source.partition(":")[0]
        rows[source].append(row)
        if source == "civil" and 0.3 < example.targets["toxicity"] < 0.7:  # noqa: PLR2004
            rows["civil, raters disagree"].append(row)
    rows["all"] = list(range(len(held)))
    yield "| held-out part | texts | AUC | ECE |\n| --- | --- | --- | --- |"
    for name, chosen in rows.items():
        truth = [held[row].toxic for row in chosen]
        error = calibration_error(truth, scores[chosen, 0])
        yield f"| {name} | {len(chosen)} | {auc(truth, scores[chosen, 0]):.3f} | {error:.3f} |"
    yield "\n| label | texts | positive | AUC | ECE |\n| --- | --- | --- | --- | --- |"
    for column, label in enumerate(LABELS):
        known = [row for row, example in enumerate(held) if label in example.targets]
        truth = [held[row].targets[label] >= MAJORITY for row in known]
        values = scores[known, column]
        yield (
            f"| {label} | {len(known)} | {sum(truth)} | {auc(truth, values):.3f} "
            f"| {calibration_error(truth, values):.3f} |"
        )


def _second_opinion(folder: Path, held: Sequence[Example]) -> str:
    posts = [example for example in held if example.source == "civil"]
    ratings = written.read_ratings(TEXTS / "ratings.tsv")
    rated = np.array([ratings[written.digest(post.text)] for post in posts])
    scores = probabilities(folder, [post.text for post in posts])[:, 0]
    value = auc(rated > np.median(rated), scores)
    return f"\nCivil Comments, upper half of our own ratings over the lower: AUC {value:.3f}"


def _functional(folder: Path, name: str) -> Iterator[str]:
    found = cases(name)
    scores = probabilities(folder, [case.text for case in found])[:, 0]
    hate = [case.hate for case in found]
    toxic = [case.toxic for case in found]
    yield f"\nFunctional tests, {name}, {len(found)}: AUC of hate {auc(hate, scores):.3f}, "
    yield f"of any abuse {auc(toxic, scores):.3f}"
    yield "\n| category | cases | mean toxicity | right at 0.5 |\n| --- | --- | --- | --- |"
    for category in dict.fromkeys(case.category for case in found):
        rows = [row for row, case in enumerate(found) if case.category == category]
        right = np.mean((scores[rows] >= MAJORITY) == found[rows[0]].toxic)
        yield f"| {category} | {len(rows)} | {scores[rows].mean():.2f} | {right:.2f} |"


def _identities(folder: Path, shared: Path) -> Iterator[str]:
    yield from _dixon(folder, shared)
    named = [case for case in cases() if case.identity]
    scores = probabilities(folder, [case.text for case in named])[:, 0]
    by_identity = bpsn([case.hate for case in named], scores, [case.identity for case in named])
    yield from _bpsn_lines("functional tests, identities held back", by_identity)


def _dixon(folder: Path, shared: Path) -> Iterator[str]:
    rows = [
        row
        for row in corpora.read_rows(shared, "identity_templates")
        if row["template"] in HELD_TEMPLATES
    ]
    scores = probabilities(folder, [row["text"] for row in rows])[:, 0]
    of = [_identity(row) for row in rows]
    by_identity = bpsn([bool(row["toxic"]) for row in rows], scores, of)
    yield from _bpsn_lines("templates of Dixon et al. held back", by_identity)


def _identity(row: corpora.Row) -> str:
    words = row["text"].split()
    skipped = {"being_adj": (1, -2), "you_are_adj": (4, None), "verb_adj": (1, None)}
    start, end = skipped.get(row["template"], (2, None))
    return " ".join(words[start:end])


def _bpsn_lines(title: str, values: dict[str, float]) -> Iterator[str]:
    known = {k: v for k, v in values.items() if not np.isnan(v)}
    worst = min(known, key=known.__getitem__)
    mean = float(np.mean(list(known.values())))
    yield f"\nBPSN AUC, {title}: mean {mean:.3f}, worst {known[worst]:.3f} ({worst})"
    yield ", ".join(f"{k} {v:.3f}" for k, v in known.items())


def _words(folder: Path, shared: Path) -> Iterator[str]:
    civil = [example for example in corpora.civil_comments(shared) if is_held(example)]
    scorer = LiteScorer(2, folder)
    ours, random, all_words, texts = marked_words_f1(scorer, civil)
    yield (
        f"\nWords marked, F1 over {texts} texts: {ours:.3f}; as many words at random "
        f"{random:.3f}; all words {all_words:.3f}"
    )
    before, without, without_others = scores_without_words(scorer, civil[:400])
    yield (
        f"Mean toxicity {before:.3f}; without the marked words {without:.3f}; without as many "
        f"others {without_others:.3f}"
    )


def _speed(folder: Path, held: Sequence[Example]) -> Iterator[str]:
    started = time.process_time()
    scorer = LiteScorer(1, folder)
    loaded = time.process_time() - started
    texts = [example.text for example in held if example.source == "civil"][:300]
    spent = []
    for text in texts:
        started = time.process_time()
        scorer.score([text])
        spent.append(time.process_time() - started)
    yield (
        f"\nProcessor time, one thread: loading {loaded:.2f} s; a comment of "
        f"{np.mean([len(text) for text in texts]):.0f} characters {np.mean(spent) * 1e3:.1f} ms, "
        f"p95 {np.quantile(spent, 0.95) * 1e3:.1f} ms"
    )
