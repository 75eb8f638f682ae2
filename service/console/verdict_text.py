"""A verdict for people to read in a terminal: the text with its matches underlined, and why."""

import unicodedata
from collections.abc import Iterable, Iterator

from rules.comment import Comment
from rules.verdict import Match, Reason, Verdict

UNDERLINE, PLAIN = "\x1b[4m", "\x1b[24m"
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # would move the cursor, hide or turn the text


def describe(comment: Comment, verdict: Verdict, *, ansi: bool) -> str:
    """Return lines for a terminal; without `ansi`, matches have `^^^` under them."""
    matches = [match for reason in verdict.reasons for match in reason.matches]
    head = " ".join([verdict.action, *(["discard"] if verdict.discard else []), *verdict.labels])
    return "\n".join(
        [
            head,
            *(f"  {line}" for line in _marked_text(comment.body, matches, ansi=ansi)),
            *_why(verdict),
            f"  scores: {', '.join(f'{k} {v:.2f}' for k, v in sorted(verdict.scores.items()))}",
            "",
        ]
    )


def _marked_text(text: str, matches: Iterable[Match], *, ansi: bool) -> Iterator[str]:
    marked = [False] * len(text)
    for match in matches:
        if match.field == "body":
            marked[match.start : match.end] = [True] * (match.end - match.start)
    start = 0
    for line in text.split("\n"):
        of_line = marked[start : start + len(line)]
        start += len(line) + 1
        if ansi:
            yield _underlined(line, of_line)
        else:
            yield "".join(_shown(char) for char in line)
            if any(of_line):
                yield _carets(line, of_line)


def _underlined(line: str, marked: list[bool]) -> str:
    parts: list[str] = []
    on = False
    for char, wanted in zip(line, marked, strict=True):
        if wanted != on:
            parts.append(UNDERLINE if wanted else PLAIN)
            on = wanted
        parts.append(_shown(char))
    return "".join(parts) + (PLAIN if on else "")


def _carets(line: str, marked: list[bool]) -> str:
    pairs = zip(line, marked, strict=True)
    return "".join(("^" if wanted else " ") * _columns(char) for char, wanted in pairs).rstrip()


def _shown(char: str) -> str:
    """Return what a terminal may be shown: one character for each, so that places agree."""
    if char == "\t":
        return " "
    return "\ufffd" if unicodedata.category(char) in _UNSAFE else char


def _columns(char: str) -> int:
    shown = _shown(char)
    if unicodedata.combining(shown) or unicodedata.category(shown) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(shown) in "WF" else 1


def _why(verdict: Verdict) -> Iterator[str]:
    if not verdict.reasons:
        yield "  no rule matched"
    for reason in verdict.reasons:
        decided = ", decided" if reason.decided else ""
        yield from _reason(reason, f"{reason.action}{decided}")
    for reason in verdict.shadow:
        yield from _reason(reason, f"on trial, {reason.action}")
    if verdict.queue or verdict.priority:
        yield f"  queue: {verdict.queue or 'the usual one'}, priority {verdict.priority}"
    if verdict.public_reason:
        yield f"  for the author: {_safe(verdict.public_reason)}"


def _reason(reason: Reason, what: str) -> Iterator[str]:
    """Yield a rule with its message, and below it the values that its conditions looked at."""
    yield f"  {reason.rule} ({what}): {_safe(reason.message)}{_found(reason)}"
    values = [
        f"{name} {'not known' if value is None else value}"
        for name, value in reason.values.items()
        if name != "text"  # which stands above
    ]
    if values:
        yield f"    {_safe(', '.join(values))}"


def _safe(text: str) -> str:
    return "".join(map(_shown, text))


def _found(reason: Reason) -> str:
    terms = dict.fromkeys(_term(match) for match in reason.matches)
    return f" [{', '.join(terms)}]" if terms else ""


def _term(match: Match) -> str:
    text = "".join(_shown(char) for char in match.text)
    place = "" if match.field == "body" else f"{match.field}: "
    return f"{place}{text}" if text.lower() == match.term else f"{place}{text} = {match.term}"
