"""The languages of the product, and which words a reader sees when theirs are missing."""

from collections.abc import Mapping
from typing import TypeVar

SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, "ru", "kk")

Words = TypeVar("Words")


def pick(texts: Mapping[str, Words], language: str) -> tuple[Words, str]:
    """Choose the words for a reader of ``language``, and say whose words they are.

    ``texts`` maps a language to its words; a stale or missing translation has no entry.
    The source language stands in for it, then whatever language there is. When the second
    value differs from ``language`` the page owes the reader a visible note.
    Raises LookupError when there are no words at all.

    Source: docs/authoring.md, "Files and languages".
    """
    for candidate in (language, *LANGUAGES):
        if candidate in texts:
            return texts[candidate], candidate
    raise LookupError(f"no words in any of {', '.join(LANGUAGES)}")
