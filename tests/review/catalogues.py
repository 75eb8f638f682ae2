"""The catalogues of the pages' languages; `python -m tests.review.catalogues` renews them.

New texts are added to each `.po` without a translation, those that are gone are dropped, and the
`.mo` that the service reads is compiled. Both are committed, so an install has no build step.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from service.review.language import CATALOGUES, DOMAIN, LANGUAGES

SERVICE = Path(__file__).parents[2] / "service"
METHODS = [
    ("review/**.py", "python"),
    ("templates/review/**.html", "jinja2.ext.babel_extract"),
]
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}


def template() -> Catalog:
    """Return every text of the pages, as a catalogue without translations."""
    texts = Catalog()
    found = extract_from_dir(SERVICE, METHODS, keywords=KEYWORDS, strip_comment_tags=True)
    for name, line, message, _, _ in sorted(found, key=lambda one: (one[0], one[1])):
        texts.add(message, locations=[(f"service/{name}", line)])
    return texts


def languages() -> list[str]:
    """Return the languages that have a catalogue: all but English."""
    return [code for code in LANGUAGES if code != "en"]


def po_path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    texts = template()
    for language in languages():
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = read(language) if path.exists() else Catalog(language, domain=DOMAIN)
        texts.creation_date = catalogue.creation_date  # no change where nothing changed
        catalogue.update(texts, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, include_lineno=False, omit_header=False)
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = [m.id for m in catalogue if m.id and not m.string]
        print(f"{path}: {len(catalogue)} texts, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
