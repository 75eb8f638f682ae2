"""Known vulnerabilities of what is installed, by a file: `python deploy/offline_audit.py FILE`.

FILE is OSV's export of PyPI (`all.zip` of osv.dev: one JSON document a vulnerability), carried here
from where it can be had. Ends with status 1 when something installed is affected.
"""

import json
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

Document = dict[str, Any]


def documents(path: str) -> Iterator[Document]:
    """Yield what the export holds of PyPI and was not withdrawn."""
    with zipfile.ZipFile(path) as export:
        for name in export.namelist():
            if name.endswith(".json"):
                document = json.loads(export.read(name))
                if "withdrawn" not in document:
                    yield document


def is_affected(version: Version, affected: Document) -> bool:
    """Whether a version is one of those named, or lies in a range (the rules of OSV's schema)."""
    if str(version) in affected.get("versions", []):
        return True
    ranges = [each for each in affected.get("ranges", []) if each["type"] == "ECOSYSTEM"]
    return any(_lies_in(version, each["events"]) for each in ranges)


def _lies_in(version: Version, events: list[dict[str, str]]) -> bool:
    inside = False
    for kind, bound in sorted(
        ((kind, Version(bound)) for event in events for kind, bound in event.items()),
        key=lambda event: event[1],
    ):
        if version >= bound and kind in {"introduced", "fixed"}:
            inside = kind == "introduced"
        if version > bound and kind == "last_affected":
            inside = False
    return inside


def main() -> None:
    """Print what is affected, and what that rests on."""
    installed = {
        canonicalize_name(found.metadata["Name"]): Version(found.version)
        for found in distributions()
    }
    found, looked_at, newest = [], 0, ""
    for document in documents(sys.argv[1]):
        newest = max(newest, document.get("modified", ""))
        for affected in document.get("affected", []):
            package = affected.get("package", {})
            looked_at += package.get("ecosystem") == "PyPI"
            version = installed.get(canonicalize_name(package.get("name", "")))
            of_ours = package.get("ecosystem") == "PyPI" and version is not None
            if of_ours and is_affected(version, affected):
                summary = document.get("summary", "")
                found.append(f"{package['name']} {version}: {document['id']} {summary}")
    if not looked_at:
        sys.exit(f"{sys.argv[1]} names no package of PyPI: is it OSV's export?")
    print(*sorted(set(found)), sep="\n", end="\n" if found else "")
    print(
        f"{len(installed)} packages, {len(set(found))} known vulnerabilities,"
        f" by a file whose newest entry is of {newest[:10]}"
    )
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
