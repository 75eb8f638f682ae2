"""Reading YAML with the place of every value.

Plain YAML 1.2 scalars: `no`, `on` and dates stay texts, and in lists of words everything does.
Anchors are refused (they make bombs and no policy needs them), as are duplicate keys and documents
that are too large or nested too deeply.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

from rules.errors import PolicyInvalid, Problem
from rules.loading.places import line_and_column, source_index
from rules.loading.yaml_faults import unreadable

MAX_CHARACTERS = 2_000_000
_DEEPEST = 30
_TEXTS = frozenset(
    {"words", "domains", "networks", "except", "labels", "tags", "allow", "without", "languages"}
)
"""Keys of lists whose entries are texts as they are written: the word `null`, `1e3` or `true`."""
_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map")
)
Path = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Source:
    """A policy's text as data, with the (line, column) of each value and key, from 1."""

    text: str
    value: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    scalars: dict[Path, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> tuple[int, int]:
        """Where the value at `path` stands, or the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def inside(self, path: Path, line: int, column: int) -> tuple[int, int]:
        """Return the place of (line, column), both from 1, within the text value at `path`."""
        scalar = self.scalars.get(path)
        if scalar is None:
            return self.place(path)
        before = scalar.value.split("\n")[: line - 1]
        offset = sum(len(row) + 1 for row in before) + column - 1
        index = source_index(self.text, scalar.start_mark.index, scalar.style, scalar.value, offset)
        return line_and_column(self.text, index)


def _scalar(node: Any) -> Any:  # noqa: ANN401
    text = node.value
    if node.style or node.tag == "tag:yaml.org,2002:str":
        return text
    named = {"true": True, "false": False, "null": None, "~": None, "": None}
    if text.lower() in named:
        return named[text.lower()]
    try:
        return int(text) if str(int(text)) == text else text
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if "_" not in text and number == number and abs(number) < float("inf") else text  # noqa: PLR0124


def _is_word(path: Path) -> bool:
    return len(path) > 1 and isinstance(path[-1], int) and path[-2] in _TEXTS


def _mark(node: Any) -> tuple[int, int]:  # noqa: ANN401
    return node.start_mark.line + 1, node.start_mark.column + 1


class _Walk:
    """Turns YAML nodes into plain values, noting places and faults."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[int] = set()

    def _fault(self, node: Any, message: str, hint: str | None = None) -> None:  # noqa: ANN401
        line, column = _mark(node)
        self._source.problems.append(Problem(line=line, column=column, message=message, hint=hint))

    def value(self, node: Any, path: Path) -> Any:  # noqa: ANN401
        """Return the plain value of a node."""
        self._source.places[path] = _mark(node)
        if id(node) in self._seen:
            self._fault(node, "anchors and aliases are not supported", "write the value out twice")
            return None
        self._seen.add(id(node))
        if len(path) > _DEEPEST:
            self._fault(node, "nested too deeply")
            return None
        if node.tag not in _TAGS:
            self._fault(node, f"tags such as `{node.tag}` are not supported", "take it away")
            return None
        if isinstance(node, yaml.ScalarNode):
            self._source.scalars[path] = node
            return node.value if _is_word(path) else _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:  # noqa: ANN401
        values: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._fault(key, "a key must be a text")
                continue
            name = str(key.value)
            if name in values:
                self._fault(key, f"`{name}` is given twice", "keep one of them")
            values[name] = self.value(item, (*path, name))
            self._source.keys[(*path, name)] = _mark(key)
        return values


def read_source(text: str) -> Source:
    """Read a policy; PolicyInvalid when it is no YAML mapping, or has anchors or duplicate keys."""
    if len(text) > MAX_CHARACTERS:
        message = f"a policy has at most {MAX_CHARACTERS:,} characters, this has {len(text):,}"
        raise PolicyInvalid([Problem(line=1, column=1, message=message)])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = Source(text)
    try:
        node = yaml.compose(text.encode("utf-8", "replace").decode(), Loader=_Loader)
    except yaml.YAMLError as error:
        raise PolicyInvalid([unreadable(text, error)]) from error
    except (RecursionError, ValueError) as error:
        raise PolicyInvalid(
            [Problem(line=1, column=1, message=f"this is not YAML: {error}")]
        ) from error
    if not isinstance(node, yaml.MappingNode):
        message = "a policy is a mapping with `name` and `rules`"
        raise PolicyInvalid([Problem(line=1, column=1, message=message)])
    source.value = _Walk(source).value(node, ())
    if source.problems:
        raise PolicyInvalid(source.problems)
    return source
