"""The limits of `../shared/STYLE.md`, pinned: a file has one subject, a function fits a screen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("rules", "store", "workers", "service")
FILE_LINES = 350
FUNCTION_LINES = 40

# A long file or function that is a table or a linear script, with the reason.
EXCEPTIONS: dict[str, str] = {
    "store/migrations/versions/0001_the_first_schema.py": "a migration is a linear script",
}


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def scripts() -> Iterator[Path]:
    yield from sorted((ROOT / "service" / "static" / "review").glob("*.js"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            yield f"{name_of(path)}:{node.name}", node.end_lineno - node.lineno + 1


def test_no_file_is_longer_than_a_subject_needs() -> None:
    long = {
        name_of(path): lines
        for path in (*sources(), *scripts())
        if (lines := len(path.read_text().splitlines())) > FILE_LINES
    }
    assert set(long) <= set(EXCEPTIONS)


def test_most_files_are_short() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in sources())
    assert lengths[len(lengths) * 3 // 4] <= 150


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        name
        for path in sources()
        if name_of(path) not in EXCEPTIONS
        for name, lines in functions(path)
        if lines > FUNCTION_LINES and name not in EXCEPTIONS
    }
    assert long == set()


def test_every_module_says_what_it_is() -> None:
    silent = [
        name_of(path) for path in sources() if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    silent += [name_of(path) for path in scripts() if not path.read_text().startswith("// ")]
    assert silent == []


@pytest.mark.parametrize("name", list(EXCEPTIONS))
def test_an_exception_is_still_needed(name: str) -> None:
    path, _, function = name.partition(":")
    if function:
        assert dict(functions(ROOT / path))[name] > FUNCTION_LINES
    else:
        longest = max(lines for _, lines in functions(ROOT / path))
        assert len((ROOT / path).read_text().splitlines()) > FILE_LINES or longest > FUNCTION_LINES
