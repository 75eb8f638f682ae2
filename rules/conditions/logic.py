"""`and`, `or` and `not` over three values, with the evidence of what was true."""

from rules.conditions.node import Node, Run, lists_of, names_of
from rules.conditions.ranges import (
    common_texts,
    either_range,
    either_texts,
    is_empty,
    joined,
    sometimes_unknown,
)
from rules.facts.registry import Facts
from rules.verdict import Match


def _until(*, settled: bool, nodes: list[Node]) -> Run:
    """Return what is `settled` as soon as one node is, else unknown if one of them is."""
    parts = [node.run for node in nodes]

    def run(facts: Facts) -> bool | None:
        outcome: bool | None = not settled
        for part in parts:
            value: bool | None = part(facts)
            if value is settled:
                return settled
            if value is None:
                outcome = None
        return outcome

    return run


def evidence_of(nodes: list[Node], facts: Facts) -> list[Match]:
    """Where those nodes that are true point in the text."""
    return [match for node in nodes if node.run(facts) is True for match in node.evidence(facts)]


def both(nodes: list[Node]) -> Node:
    """Return true when all are."""
    ranges, texts = joined(node.ranges for node in nodes), common_texts(nodes)
    impossible = any(map(is_empty, ranges.values())) or not all(texts.values())
    if impossible or any(node.always is False for node in nodes):
        always: bool | None = False
    else:
        always = True if all(node.always is True for node in nodes) else None
    return Node(
        "truth",
        _until(settled=False, nodes=nodes),
        names_of(nodes),
        lambda facts: evidence_of(nodes, facts),
        always,
        ranges,
        texts=texts,
        parts=tuple(part for node in nodes for part in node.parts or (node.run,)),
        lists=lists_of(nodes),
    )


def either(nodes: list[Node]) -> Node:
    """Return true when one is."""
    refuted = joined(node.refuted for node in nodes)
    certain = any(is_empty(refuted[name]) and not sometimes_unknown([name]) for name in refuted)
    if certain or any(node.always is True for node in nodes):
        always: bool | None = True
    else:
        always = False if all(node.always is False for node in nodes) else None
    possible = [node for node in nodes if node.always is not False] or nodes
    return Node(
        "truth",
        _until(settled=True, nodes=nodes),
        names_of(nodes),
        lambda facts: evidence_of(nodes, facts),
        always,
        either_range(possible),
        texts=either_texts(possible),
        refuted=refuted,
        lists=lists_of(nodes),
    )


def inverse(node: Node) -> Node:
    """Return true when the node is false; it points nowhere, for what is absent has no place."""

    def run(facts: Facts) -> bool | None:
        value = node.run(facts)
        return None if value is None else not value

    always = None if node.always is None else not node.always
    if always and sometimes_unknown(node.names):  # what is not known is not false either
        always = None
    return Node(
        "truth", run, node.names, always=always, ranges=node.refuted, refuted=node.ranges,
        lists=node.lists,
    )  # fmt: skip
