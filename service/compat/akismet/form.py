"""The form: what an Akismet client sends, decoded the way real clients encode it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity

from service.compat.sent import sent_bytes
from service.compat.texts import storable

MAX_FIELDS = 2_000
_CHARSET = re.compile(
    r"utf-?8|us-ascii|iso-8859-([1-9]|1[013-6])|windows-125[0-8]|koi8-[ru]|shift_jis|euc-(jp|kr)"
    r"|gbk|gb2312|gb18030|big5|iso-2022-jp"
)
_CONTEXT = re.compile(r"comment_context(\[\d{0,6}\])?")
_JUDGED = frozenset(
    {"comment_content", "comment_author", "comment_author_email", "comment_author_url"}
)
_SLASHED = re.compile(r"\\(.)|\\$", re.DOTALL)
_TRUE = frozenset({"1", "true", "yes", "on"})

Pairs = list[tuple[str, str]]


class NotText(UnprocessableEntity):
    """What is to be judged came as a list or as a file; left out, it would pass for harmless."""

    description = "comment_content and what tells of its author must be plain fields."


@dataclass(frozen=True)
class Form:
    """The fields by name, the last of each; `contexts` are all `comment_context` fields."""

    fields: dict[str, str]
    contexts: tuple[str, ...] = ()

    def get(self, *names: str) -> str:
        """Return the first of these fields that says something, without space around it."""
        found = (self.fields.get(name, "").strip() for name in names)
        return next((value for value in found if value), "")

    def flag(self, name: str) -> bool:
        """Whether a field says yes. Its mere presence does not: Coral sends `is_test=false`."""
        return self.get(name).lower() in _TRUE

    def unslashed(self) -> "Form":
        r"""Return the form without PHP's magic slashes: `Don\'t` is `Don't`, `\\` is `\`."""
        fields = {name: _unslash(value) for name, value in self.fields.items()}
        return replace(self, fields=fields, contexts=tuple(map(_unslash, self.contexts)))


def read_form(request: Request) -> Form:
    """Return the fields of query and body; raise NotText, or as `sent_bytes` does.

    The body's charset is the one of its Content-Type, else of its own `blog_charset`, else UTF-8.
    """
    pairs = [*request.args.items(multi=True), *_body(request)]
    if any("[" in name and _is_judged(name) for name, _ in pairs):
        raise NotText
    return form_of(pairs)


def form_of(pairs: Iterable[tuple[str, str]]) -> Form:
    """Return the form of (name, value) pairs in the order sent."""
    kept = [(name, storable(value)) for name, value in pairs]
    contexts = tuple(value for name, value in kept if _CONTEXT.fullmatch(name) and value)
    return Form(dict(kept), contexts)


def _body(request: Request) -> Iterator[tuple[str, str]]:
    if request.mimetype == "multipart/form-data":
        yield from request.form.items(multi=True)
        if any(map(_is_judged, request.files)):
            raise NotText
        return
    raw = sent_bytes()
    declared = _known_charset(request.mimetype_params.get("charset"))
    pairs = _decode(raw, declared or "utf-8")
    own = next((_known_charset(value) for name, value in pairs if name == "blog_charset"), None)
    yield from pairs if declared or own in {None, "utf-8"} else _decode(raw, own or "utf-8")


def _is_judged(name: str) -> bool:
    return name.partition("[")[0] in _JUDGED


def _decode(raw: bytes, charset: str) -> Pairs:
    try:
        return parse_qsl(
            raw.decode("utf-8" if charset == "utf-8" else "ascii", "replace"),
            keep_blank_values=True,
            encoding=charset,
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:  # more fields than anybody sends
        raise RequestEntityTooLarge from None


def _known_charset(name: str | None) -> str | None:
    """Return a charset that pages are written in; others (`utf-7`, `zlib`) are nobody's."""
    wanted = (name or "").strip().lower()
    return wanted.replace("utf8", "utf-8") if _CHARSET.fullmatch(wanted) else None


def _unslash(text: str) -> str:
    return _SLASHED.sub(lambda found: found[1] or "", text)
