"""The functions that conditions may call."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from rules.conditions.evidence import TEXT_FIELDS, text_of
from rules.conditions.node import Evidence, Kind, Node, Span, Wrong, lists_of, names_of
from rules.conditions.ranges import ANYWHERE, possible_texts, sometimes_unknown, span_of
from rules.facts.registry import Facts
from rules.networks import address_of
from rules.patterns import Pattern, PatternRefused, literal

Act = Callable[..., Any]
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Function:
    """A function over values: the kinds of its arguments and of its result."""

    takes: tuple[tuple[Kind, ...], ...]
    gives: Kind
    act: Act
    meaning: str


def _any_in(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    return not set(wanted).isdisjoint(given)


def in_networks(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an IP address lies in one of the networks (CIDR); False for what is no address.

    An address of which only its network was kept lies in those that hold all of that network;
    an IPv4 address that is written as IPv6 lies in IPv4's networks.
    """
    given = _network_given(address)
    if given is None:
        return False
    return any(_holds(ip_network(network.strip(), strict=False), given) for network in networks)


def _network_given(address: str) -> Network | None:
    one = address_of(address)
    if one is not None:
        return ip_network(one)
    try:
        return ip_network(address.strip())
    except ValueError:
        return None


def _holds(outer: Network, inner: Network) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


_TEXT: tuple[Kind, ...] = ("text",)
_TEXTS: tuple[Kind, ...] = ("texts",)
_NUMBER: tuple[Kind, ...] = ("number",)
FUNCTIONS = {
    "contains": Function((_TEXT, _TEXT), "truth", lambda a, b: b.casefold() in a.casefold(),
                         "whether a text holds another, capitals or not"),
    "starts_with": Function((_TEXT, _TEXT), "truth",
                            lambda a, b: a.casefold().startswith(b.casefold()),
                            "whether a text begins with another"),
    "ends_with": Function((_TEXT, _TEXT), "truth", lambda a, b: a.casefold().endswith(b.casefold()),
                          "whether a text ends with another"),
    "lower": Function((_TEXT,), "text", lambda a: a.lower(), "a text in small letters"),
    "length": Function((("text", "texts"),), "number", len, "characters, or how many texts"),
    "any_in": Function((_TEXTS, _TEXTS), "truth", _any_in, "whether two lists share a text"),
    "in_cidr": Function((_TEXT, _TEXTS), "truth", in_networks,
                        'whether an address is in one: in_cidr(author.ip, ["10.0.0.0/8"])'),
    "min": Function((_NUMBER, _NUMBER), "number", min, "the smaller number"),
    "max": Function((_NUMBER, _NUMBER), "number", max, "the larger number"),
    "abs": Function((_NUMBER,), "number", abs, "a number without its sign"),
}  # fmt: skip


def _check_networks(node: Node) -> None:
    if node.constant is None:
        raise Wrong("in_cidr needs its networks written out")
    for network in node.constant:
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise Wrong(f"`{network}` is no network: {error}") from error


def _check(name: str, arguments: list[Node]) -> None:
    function = FUNCTIONS[name]
    if len(arguments) != len(function.takes):
        raise Wrong(f"{name}() takes {len(function.takes)} arguments, not {len(arguments)}")
    for number, (node, kinds) in enumerate(zip(arguments, function.takes, strict=True), start=1):
        if node.kind not in kinds:
            raise Wrong(
                f"argument {number} of {name}() must be {' or '.join(kinds)}, is {node.kind}"
            )
    if name == "in_cidr":
        _check_networks(arguments[1])
    if name in _ANCHORED and arguments[1].constant == "":
        raise Wrong(f"{name}() is true of every text where the one looked for is empty")


def _check_asked(name: str, node: Node) -> None:
    """Raise Wrong where it is asked of a value that is written out whether it is known."""
    if node.constant is not None:
        raise Wrong(f"{name}() takes a fact's name, without quotes")


def call(name: str, arguments: list[Node]) -> Node:
    """Return a call, unknown when an argument is; raise Wrong for unfit arguments."""
    _check(name, arguments)
    function = FUNCTIONS[name]
    runs = [node.run for node in arguments]

    def run(facts: Facts) -> Any:  # noqa: ANN401
        values = [part(facts) for part in runs]
        return None if None in values else function.act(*values)

    evidence, span = _evidence(name, arguments), _span(name, arguments)
    always = False if name == "any_in" and _is_apart(*arguments) else None
    return Node(function.gives, run, names_of(arguments), evidence, always, span=span)


def _is_apart(*sides: Node) -> bool:
    """Whether a fact can be none of the texts that are written out beside it."""
    fact = next((node.fact for node in sides if node.fact), None)
    texts = next((node.constant for node in sides if node.constant is not None), None)
    return fact is not None and texts is not None and not possible_texts(fact, texts)


_ANCHORED = {"contains": ("", ""), "starts_with": ("^", ""), "ends_with": ("", "$")}


def _evidence(name: str, arguments: list[Node]) -> Evidence:
    """Return where a text that is written out stands in the field that is asked about."""
    fact, given = arguments[0].fact, arguments[-1].constant
    if name not in _ANCHORED or fact not in TEXT_FIELDS or not isinstance(given, str):
        return arguments[0].evidence
    before, after = _ANCHORED[name]
    try:
        pattern = Pattern(f"{before}{literal(given)}{after}")
    except PatternRefused:  # too long
        return arguments[0].evidence
    return lambda facts: [
        match.model_copy(update={"term": given}) for match in pattern.matches(*text_of(facts, fact))
    ]


def _span(name: str, arguments: list[Node]) -> Span:
    """Return where a function's number lies."""
    if name == "length":
        return 0, float("inf")
    if name == "abs":
        low, high = arguments[0].span
        return (0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
    return span_of(FUNCTIONS[name].act, *arguments) if name in {"min", "max"} else ANYWHERE


def known(arguments: list[Node]) -> Node:
    """`known(fact)`: whether the fact is known for this comment."""
    if len(arguments) != 1:
        raise Wrong("known() takes one fact")
    _check_asked("known", arguments[0])
    run, names, lists = arguments[0].run, arguments[0].names, arguments[0].lists
    fact = arguments[0].fact
    always = True if fact and not sometimes_unknown([fact]) else None
    return Node("truth", lambda facts: run(facts) is not None, names, always=always, lists=lists)


def default(arguments: list[Node]) -> Node:
    """`default(fact, value)`: the fact, or the value where the fact is not known."""
    if len(arguments) != 2 or arguments[0].kind != arguments[1].kind:  # noqa: PLR2004
        raise Wrong("default() takes a fact and a value of its kind")
    _check_asked("default", arguments[0])
    first, second = arguments[0].run, arguments[1].run

    def run(facts: Facts) -> Any:  # noqa: ANN401
        value = first(facts)
        return second(facts) if value is None else value

    (low, high), (other_low, other_high) = arguments[0].span, arguments[1].span
    span = (min(low, other_low), max(high, other_high))
    names, lists, evidence = names_of(arguments), lists_of(arguments), arguments[0].evidence
    return Node(arguments[0].kind, run, names, evidence, span=span, lists=lists)
