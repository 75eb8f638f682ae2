"""What all processes that share a folder have counted, those that ended included, as text.

prometheus_client's own collector parses and sorts every value of every file at every scrape:
150 ms for a busy service. Here only the sums are made anew. Where they stand on the page is
worked out again when there is a new series, which is rare.
"""

import fcntl
import json
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal

from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.utils import floatToGoString

from service.running.metrics_files import ADDED_UP, locked

Key = tuple[str, str]  # kind of metric; series, as the files write it
_VALUE = struct.Struct("d").unpack_from
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(frozen=True)
class Line:
    """One line of the page: a comment, or `start` and the sum of a series.

    The files hold each bucket by itself; the page wants them added up: `bucket` adds to what the
    lines before it have, `first` starts anew, and `count` tells what they came to.
    """

    start: str
    key: Key | None = None
    how: Literal["value", "first", "bucket", "count"] = "value"


@dataclass(frozen=True, order=True)
class _Series:
    family: str
    name: str
    labels: tuple[tuple[str, str], ...]
    bound: float
    key: Key
    help: str

    @classmethod
    def parse(cls, key: Key) -> "_Series":
        family, name, labels, help_ = json.loads(key[1])
        bound = float(labels.pop("le", 0))
        return cls(family, name, tuple(sorted(labels.items())), bound, key, help_)


def shared_page(folder: Path) -> bytes:
    """Return all that was counted in this folder, as Prometheus reads it."""
    sums = _sums(folder)
    told, total = [], 0.0
    for line in _layout(tuple(sums)):
        if line.key is None and line.how == "value":
            told.append(line.start)
            continue
        value = sums[line.key] if line.key else 0.0
        if line.how == "first":
            total = value
        elif line.how == "bucket":
            total += value
        told.append(f"{line.start} {value if line.how == 'value' else total!r}\n")
    return "".join(told).encode()


def _sums(folder: Path) -> dict[Key, float]:
    sums: dict[Key, float] = defaultdict(float)
    with locked(folder, fcntl.LOCK_SH):
        for kind in ADDED_UP:
            for file in folder.glob(f"{kind}_*.db"):
                _add(sums, kind, file)
    return sums


def _add(sums: dict[Key, float], kind: str, file: Path) -> None:
    content = file.read_bytes()
    used = int.from_bytes(content[:4], sys.byteorder)
    if not used:  # its process has just made it
        return
    for key, place in _places(kind, file, file.stat().st_ino, used):
        sums[key] += _VALUE(content, place)[0]


@lru_cache(maxsize=64)
def _places(kind: str, file: Path, _inode: int, used: int) -> list[tuple[Key, int]]:
    """Return where in a file each series has its value. A file only ever grows."""
    values = MmapedDict.read_all_values_from_file(file)  # type: ignore[no-untyped-call]
    return [((kind, key), place) for key, _, _, place in values if place < used]


@lru_cache(maxsize=2)
def _layout(keys: tuple[Key, ...]) -> list[Line]:
    series = sorted(_Series.parse(key) for key in keys)
    return [
        line
        for _, family in groupby(series, key=lambda one: one.family)
        for line in _family(list(family))
    ]


def _family(series: list[_Series]) -> Iterator[Line]:
    first = series[0]
    kind = first.key[0]
    name = f"{first.family}_total" if kind == "counter" else first.family
    yield Line(f"# HELP {name} {first.help}\n# TYPE {name} {kind}\n")
    for (sample, labels), group in groupby(series, key=lambda one: (one.name, one.labels)):
        if sample.endswith("_bucket"):
            yield from _buckets(first.family, labels, list(group))
        else:
            yield from (Line(sample + _labels(labels), one.key) for one in group)


def _buckets(
    family: str, labels: tuple[tuple[str, str], ...], series: list[_Series]
) -> Iterator[Line]:
    for number, one in enumerate(series):
        bound = (*labels, ("le", floatToGoString(one.bound)))  # type: ignore[no-untyped-call]
        how: Literal["first", "bucket"] = "bucket" if number else "first"
        yield Line(f"{family}_bucket{_labels(bound)}", one.key, how)
    yield Line(f"{family}_count{_labels(labels)}", None, "count")


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    told = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels)
    return f"{{{told}}}" if told else ""
