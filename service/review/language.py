"""The language of the pages: the person's choice, else the browser's, else English.

English is written in the templates and the code; `service/locales/` has the catalogues of the
others, made by `python -m tests.review.catalogues`. What a policy or a comment says is shown as
it is.
"""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from flask import g, has_request_context, request
from jinja2 import Environment

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español"}
DOMAIN = "review"
CATALOGUES = Path(__file__).parents[1] / "locales"


def current_language() -> str:
    """Return the code of the language of this request's page."""
    if not has_request_context():
        return "en"
    visit = g.get("visit")
    chosen = visit.preferences.language if visit else ""
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES), "en") or "en"


def gettext(text: str) -> str:
    """Return a text in the language of this request."""
    return _catalogue(current_language()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a text that belongs to a number."""
    return _catalogue(current_language()).ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Return the text as it is; it is translated where it is shown."""
    return text


def speak(environment: Environment) -> None:
    """Give templates their `_()` and `ngettext()`."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(language=current_language, languages=LANGUAGES)


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    return translation(DOMAIN, CATALOGUES, [language])
