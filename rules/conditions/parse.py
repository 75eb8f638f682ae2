"""Expressions: Python's grammar, a few of its nodes, compiled to typed closures. Never `eval`."""

import ast
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from rules.conditions import comparing, functions, logic
from rules.conditions.node import Node, Wrong
from rules.conditions.reading import syntax_tree
from rules.conditions.scope import DEEPEST, Scope, suggestion

LONGEST = 4000
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_SUMS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_SPECIAL = ("list", "pattern", "matches", "known", "default")
_WRITTEN_OUT = "a list may hold only texts or numbers that are written out"


class _Compiler:
    """Compiles one expression in the scope of one policy."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._depth = 0
        self.doubts: list[Wrong] = []
        self._by_type: dict[type[ast.AST], Callable[[Any], Node]] = {
            ast.BoolOp: self._junction,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._sum,
            ast.Compare: self._comparison,
            ast.Call: self._call,
            ast.Name: self._name,
            ast.Attribute: self._name,
            ast.Constant: self._constant,
            ast.List: self._sequence,
            ast.Tuple: self._sequence,
        }

    def compile(self, tree: ast.expr) -> Node:
        """Return the node of a tree; Wrong with the place of what does not fit."""
        make = self._by_type.get(type(tree))
        if make is None:
            raise _placed(Wrong(f"`{type(tree).__name__}` is not part of the language"), tree)
        if self._depth >= DEEPEST:
            raise _placed(Wrong("nested too deeply", hint="name a part under `conditions`"), tree)
        self._scope.count(self._depth)
        self._depth += 1
        try:
            return make(tree)
        except Wrong as error:
            raise _placed(error, tree) from error
        finally:
            self._depth -= 1

    def truth(self, tree: ast.expr) -> Node:
        """Return the node of a tree that must be true or false."""
        node = self.compile(tree)
        if node.kind != "truth":
            hint = "compare it, as in `toxicity > 0.8`" if node.kind == "number" else None
            raise _placed(Wrong(f"this is a {node.kind}, not true or false", hint=hint), tree)
        return node

    def _junction(self, tree: ast.BoolOp) -> Node:
        nodes = [self.truth(value) for value in tree.values]
        return logic.both(nodes) if isinstance(tree.op, ast.And) else logic.either(nodes)

    def _unary(self, tree: ast.UnaryOp) -> Node:
        if isinstance(tree.op, ast.Not):
            return logic.inverse(self.truth(tree.operand))
        if isinstance(tree.op, ast.USub):
            zero = Node("number", lambda _: 0, constant=0, span=(0, 0))
            return comparing.add_up("-", zero, self.compile(tree.operand))
        raise Wrong("only `not` and `-` may stand before a value")

    def _sum(self, tree: ast.BinOp) -> Node:
        sign = _SUMS.get(type(tree.op))
        if sign is None:
            raise Wrong("only + - * / are known", hint="write `and`, `or` for & and |")
        return comparing.add_up(sign, self.compile(tree.left), self.compile(tree.right))

    def _comparison(self, tree: ast.Compare) -> Node:
        sides = [tree.left, *tree.comparators]
        pairs = zip(sides, tree.ops, tree.comparators, strict=False)
        nodes = [self._pair(left, sign, right) for left, sign, right in pairs]
        self._doubt(nodes, tree)
        return nodes[0] if len(nodes) == 1 else logic.both(nodes)

    def _doubt(self, nodes: list[Node], tree: ast.Compare | ast.Call) -> None:
        """Note a part that says nothing, of an expression that as a whole may say something."""
        for node in nodes:
            if node.always is not None:
                often = "is always true" if node.always else "can never be true"
                self.doubts.append(_placed(Wrong(f"this part {often}"), tree))

    def _pair(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(sign, ast.Is | ast.IsNot):
            raise Wrong("`is` is not part of the language", hint="use `==`, or known(fact)")
        one, other = self.compile(left), self.compile(right)
        if isinstance(sign, ast.In):
            return comparing.contained(one, other)
        if isinstance(sign, ast.NotIn):
            return logic.inverse(comparing.contained(one, other))
        return comparing.compare(_COMPARISONS[type(sign)], one, other)

    def _name(self, tree: ast.Name | ast.Attribute) -> Node:
        name = _dotted(tree)
        if name in {"true", "false"}:  # as YAML writes them
            return self._constant(ast.Constant(name == "true"))
        if name in self._scope.shared:
            self._scope.count(self._depth, name)
        return self._scope.name(name)

    def _constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if isinstance(value, bool):
            return Node("truth", lambda _: value, constant=value, always=value)
        if isinstance(value, int | float) and abs(value) < float("inf"):
            return Node("number", lambda _: value, constant=value, span=(value, value))
        if isinstance(value, str):
            if any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
                raise Wrong("a text here holds no tab, line end or other control character")
            return Node("text", lambda _: value, constant=value)
        raise Wrong(f"`{value!r}` is no number, text, True or False")

    def _sequence(self, tree: ast.List | ast.Tuple) -> Node:
        if any(isinstance(value, ast.Compare | ast.BoolOp) for value in tree.elts):
            raise Wrong(_WRITTEN_OUT, hint=_decimal_comma(tree.elts))
        nodes = [self.compile(value) for value in tree.elts]
        if any(node.constant is None for node in nodes):
            raise Wrong(_WRITTEN_OUT)
        values = tuple(node.constant for node in nodes)
        if all(node.kind == "number" for node in nodes) and nodes:
            return Node("numbers", lambda _: values, constant=values)
        if any(node.kind != "text" for node in nodes):
            raise Wrong("a list holds either texts or numbers")
        return Node("texts", lambda _: values, constant=values)

    def _call(self, tree: ast.Call) -> Node:
        name = _dotted(tree.func)
        if tree.keywords:
            raise Wrong(f"{name}() takes no named arguments")
        if name in {"list", "pattern"}:
            return self._looked_up(name, tree.args)
        if name == "matches":
            return self._matched(tree.args)
        arguments = [self.compile(argument) for argument in tree.args]
        if name == "known":
            return functions.known(arguments)
        if name == "default":
            return functions.default(arguments)
        if name not in functions.FUNCTIONS:
            known = [*functions.FUNCTIONS, *_SPECIAL]
            raise Wrong(f"there is no function `{name}`", hint=suggestion(name, known))
        node = functions.call(name, arguments)
        self._doubt([node], tree)
        return node

    def _matched(self, arguments: list[ast.expr]) -> Node:
        match arguments:
            case [text, ast.Constant(value=str(source)) as literal]:
                field = self.compile(text)
                if field.kind == "text":
                    try:
                        return self._scope.matched(field, source)
                    except Wrong as wrong:
                        raise _within(wrong, literal) from wrong
        raise Wrong('matches() takes a text and a pattern, as in matches(author.name, "…")')

    def _looked_up(self, name: str, arguments: list[ast.expr]) -> Node:
        given = arguments[0] if len(arguments) == 1 else None
        if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
            raise Wrong(f'{name}() takes one text, as in {name}("…")')
        if name == "list":
            return self._scope.word_list(given.value)
        try:
            return self._scope.pattern(given.value)
        except Wrong as wrong:
            raise _within(wrong, given) from wrong


def _placed(error: Wrong, tree: ast.expr) -> Wrong:
    """Return the error with its place, if it has none yet: `column` is a byte of the tree's."""
    if error.column == 0 and error.line == 1:
        error.line, error.column = tree.lineno, tree.col_offset
        error.in_bytes = True
    return error


def _within(wrong: Wrong, literal: ast.Constant) -> Wrong:
    """Return a fault of a text's value placed in the text as it stands in the expression."""
    value, ends = str(literal.value), (literal.end_lineno, literal.end_col_offset)
    plain = ends == (literal.lineno, literal.col_offset + len(value.encode()) + 2)
    inside = 1 + len(value[: wrong.column - 1].encode()) if plain and wrong.line == 1 else 0
    wrong.line, wrong.column, wrong.in_bytes = literal.lineno, literal.col_offset + inside, True
    return wrong


def _in_characters(error: Wrong, source: str) -> Wrong:
    """Return the error with its column counted in characters from 1, without our bracket."""
    if error.in_bytes:
        row = f"({source}".split("\n")[error.line - 1].encode()
        ahead = len(row[: error.column].decode(errors="replace"))
        error.column = ahead + (error.line > 1)
        error.in_bytes = False
    return error


def _decimal_comma(elements: list[ast.expr]) -> str | None:
    """Return what to write for `toxicity > 0,5`, which is a list of a comparison and 5."""
    for left, right in pairwise(elements):
        before, after = _figures(left)[-1:], _figures(right)[:1]
        if before and after and after[0].col_offset == (before[0].end_col_offset or 0) + 1:
            return f"write {before[0].value!r}.{after[0].value!r}"
    return None


def _figures(tree: ast.expr) -> list[ast.Constant]:
    """Return the whole numbers that are written in an expression, in order of place."""
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    whole = [node for node in constants if type(node.value) is int]
    return sorted(whole, key=lambda node: (node.lineno, node.col_offset))


def _dotted(tree: ast.expr) -> str:
    if isinstance(tree, ast.Attribute):
        return f"{_dotted(tree.value)}.{tree.attr}"
    if isinstance(tree, ast.Name):
        return tree.id
    raise Wrong("only a fact's name can stand before a dot")


def compile_expression(source: str, scope: Scope) -> Node:
    """Return the condition that `source` writes down; raise Wrong with its place from 1."""
    if len(source) > LONGEST:
        raise Wrong(f"an expression has at most {LONGEST} characters", 1, 1)
    if not source.strip():
        raise Wrong("a condition is missing here", 1, 1)
    compiler = _Compiler(scope)
    try:
        node = compiler.truth(syntax_tree(source))
    except Wrong as wrong:
        raise _in_characters(wrong, source) from wrong.__cause__
    if node.always is None:
        scope.doubts += (_in_characters(doubt, source) for doubt in compiler.doubts)
    return node
