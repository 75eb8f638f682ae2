"""The input of a moderation: a text, a list of texts, or the typed parts of one message."""

from collections.abc import Mapping

from service.compat.texts import storable

MAX_TEXTS = 1_000


class BadInput(Exception):
    """The `input` cannot be moderated; `code` is OpenAI's word for why."""

    def __init__(self, message: str, code: str | None = None) -> None:
        self.code = code
        super().__init__(message)


def texts_of(given: object, max_bytes: int) -> list[str]:
    """Return the texts to score, one a result; raise BadInput.

    The typed parts of a message are one text, because they get one result. Images are refused:
    there is no model here that looks at them, and silence would pass for consent.
    """
    if given is None:
        raise BadInput("Missing required parameter: 'input'.", "missing_required_parameter")
    texts = [given] if isinstance(given, str) else _listed(given)
    return [_checked(text, max_bytes) for text in texts]


def _listed(given: object) -> list[str]:
    if not isinstance(given, list):
        raise BadInput(
            "Invalid type for 'input': expected a string, an array of strings, or an array of"
            " objects with a type.",
            "invalid_type",
        )
    if not given:
        raise BadInput("Invalid 'input': empty array.", "empty_array")
    if len(given) > MAX_TEXTS:
        raise BadInput(f"Invalid 'input': more than {MAX_TEXTS} texts.", "array_above_max_length")
    if all(isinstance(one, str) for one in given):
        return given
    return ["\n".join(_part(at, one) for at, one in enumerate(given))]


def _part(at: int, given: object) -> str:
    kind = given.get("type") if isinstance(given, Mapping) else None
    if kind == "image_url":
        raise BadInput(
            f"'input[{at}]' is an image, and this server has no model that looks at images. Send"
            " the text alone, and have images moderated elsewhere.",
            "unsupported_image",
        )
    text = given.get("text") if isinstance(given, Mapping) else None
    if kind != "text" or not isinstance(text, str):
        raise BadInput(
            f"Invalid value for 'input[{at}]': expected {{'type': 'text', 'text': STRING}}.",
            "invalid_type",
        )
    return text


def _checked(text: str, max_bytes: int) -> str:
    kept = storable(text)
    if len(kept.encode()) > max_bytes:
        raise BadInput(f"Invalid 'input': a text is longer than {max_bytes} bytes.", "too_long")
    return kept
