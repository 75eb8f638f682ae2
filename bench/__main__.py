"""`python -m bench [NAME…]`: measure, and write the chapters into docs/benchmarks.md."""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
CHAPTERS = (
    *("pipeline", "rules", "spam", "spam_campaign", "scoring"),
    *("compat", "review", "operations", "load", "sizes"),
)
# `scoring` needs torch (pip install -e '.[export]'), `load` takes half an hour, `sizes` a while.
BY_DEFAULT = ("pipeline", "rules", "spam", "spam_campaign", "compat", "review", "operations")
INTRODUCTION = """\
# Benchmarks

Written by `make bench`; `python -m bench NAME` measures one chapter anew. Each figure that matters
is a ratio against a baseline measured in the same run; absolute figures are of the machine named.
"""


def main(names: list[str]) -> None:
    """Measure the named chapters, or all, and keep the others of the report as they are."""
    kept = _chapters()
    for name in names or BY_DEFAULT:
        chapter: str = import_module(f"bench.{name}").run()
        kept[name] = f"{chapter}\n\n{_machine()}"
        _write(kept)
    print(REPORT.read_text())


def _chapters() -> dict[str, str]:
    if not REPORT.exists():
        return {}
    parts = REPORT.read_text().split("<!-- chapter ")[1:]
    split = (part.partition(" -->\n") for part in parts)
    return {name: text.strip() for name, _, text in split}


def _write(chapters: dict[str, str]) -> None:
    known = [name for name in CHAPTERS if name in chapters]
    parts = [f"<!-- chapter {name} -->\n{chapters[name]}\n" for name in known]
    REPORT.write_text("\n".join([INTRODUCTION, *parts]))


def _machine() -> str:
    today = datetime.now(UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0))
    return f"*{today}, {cores} cores of {_processor()}, Python {platform.python_version()}.*"


def _processor() -> str:
    """Return what the processor calls itself, where the kernel tells."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text(encoding="utf-8").splitlines() if told.exists() else ():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


if __name__ == "__main__":
    main(sys.argv[1:])
