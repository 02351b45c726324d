"""Bring the catalogues up to the words that code and templates hold now.

``python -m lms.translations.update`` keeps what is translated, adds what is new with an empty
translation and drops what nobody says any more. Docs: docs/translating.md.
"""

from __future__ import annotations

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from lms.config import ROOT
from lms.translations.compile import FOLDER, catalogue_files

KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2)}


def template() -> Catalog:
    """Every phrase of the interface, with the files it stands in."""
    found = Catalog(project="lms", charset="utf-8")
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as config:
        mapping, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]  # of Babel
    phrases = extract_from_dir(
        ROOT,
        mapping,
        options,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        # Babel leaves out folders that begin with a low line, and templates/_macros is one.
        directory_filter=lambda path: not path.rsplit("/", 1)[-1].startswith("."),
    )
    for file, line, phrase, comments, context in phrases:
        found.add(phrase, None, [(file, line)], auto_comments=comments, context=context)
    return found


def update() -> dict[str, int]:
    """Write the catalogues anew and count, per language, the phrases still to be translated."""
    current = template()
    left = {}
    for language, path in catalogue_files():
        with path.open("rb") as source:
            catalogue = read_po(source, locale=language)
        # A new date alone is no change: without this every run would touch every file.
        current.creation_date = catalogue.creation_date
        catalogue.update(current, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as target:
            write_po(target, catalogue, width=100, sort_by_file=True, include_lineno=False)
        left[language] = sum(1 for one in catalogue if one.id and not _whole(one.string))
    return left


def _whole(words: object) -> bool:
    return all(words) if isinstance(words, tuple | list) else bool(words)


if __name__ == "__main__":
    for language, number in update().items():
        print(f"{language}: {number} to translate")  # noqa: T201 - this is a command
