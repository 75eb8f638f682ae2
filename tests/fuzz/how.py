"""How long to look: a little and always the same in CI, longer and anew with `make fuzz`."""

import json
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = os.environ.get("FUZZ_EXAMPLES")

LOOK = settings(
    max_examples=int(EXAMPLES or 80),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
ODD = st.sampled_from(
    [
        *(
            b"\x00",
            b"\xff\xfe",
            b"\xed\xa0\x80",
            b"\\ud800",
            b"1e999",
            b"NaN",
            b'"' * 9,
            b"[" * 300,
        ),
        *(b'{"a":' * 300, b"-0", b"9" * 5000, b"\r\n", b"%00", b"%ff", b"&" * 50, b"=" * 9),
    ]
)


def damaged(*valid: Any) -> st.SearchStrategy[bytes]:
    """Give a valid JSON body with something of it replaced, or cut out, or doubled."""
    return spliced(*(json.dumps(one).encode() for one in valid)) | fields_of(*valid)


def spliced(*valid: bytes) -> st.SearchStrategy[bytes]:
    """Give bytes that were valid, with a piece replaced by something odd."""

    @st.composite
    def splice(draw: st.DrawFn) -> bytes:
        body = draw(st.sampled_from(valid))
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 12)))
        piece = draw(ODD | st.binary(max_size=8) | st.just(body[start:end] * 2))
        return body[:start] + piece + body[end:]

    return splice()


def fields_of(*valid: Any) -> st.SearchStrategy[bytes]:
    """Give a valid JSON object with the value of one of its fields, however deep, replaced."""

    @st.composite
    def replace(draw: st.DrawFn) -> bytes:
        whole = json.loads(json.dumps(draw(st.sampled_from(valid))))
        place = whole
        while isinstance(place, dict) and place:
            name = draw(st.sampled_from(sorted(place)))
            if isinstance(place[name], dict) and draw(st.booleans()):
                place = place[name]
                continue
            place[name] = draw(JSON)
            break
        return json.dumps(whole).encode()

    return replace()
