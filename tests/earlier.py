"""The code that an upgrade comes from, out of git's history."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MIGRATIONS = "store/migrations/versions"


def git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Run git in this repository; its status says whether it knew."""
    command = ["git", "-c", f"safe.directory={ROOT}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def earlier_commit() -> str:
    """Return the last release before this commit.

    Before the first release: the last commit without the newest migration, else the one before.
    """
    for candidate in (*_last_release(), *_before_newest_migration(), "HEAD^"):
        earlier = migrations(candidate)
        # Before the first release, migration 0001 itself was still written.
        if earlier and earlier <= migrations("HEAD"):
            return candidate
    pytest.skip("no earlier commit here: this is a shallow clone, or no clone at all")


def migrations(commit: str) -> set[bytes]:
    """Return the migrations of a commit, by name and content; none of no commit."""
    listed = git("ls-tree", f"{commit}:{MIGRATIONS}")
    return set(listed.stdout.splitlines()) if listed.returncode == 0 else set()


def _last_release() -> list[str]:
    found = git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^")
    return found.stdout.decode().split()


def _before_newest_migration() -> list[str]:
    added = ("log", "-1", "--first-parent", "-m", "--diff-filter=A", "--format=%H^")
    return git(*added, "--", MIGRATIONS).stdout.decode().split()
