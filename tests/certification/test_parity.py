"""The language parity gate: one block less in Kazakh, and nobody is certified in Kazakh."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lms.certification import parity
from lms.content.compiling import compile_tree
from lms.content.library import Library
from tests.conftest import TREE

PROGRAMME = "basic-observer"


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    """The test tree, in which everything is put into Russian and Kazakh."""
    found = [copy.deepcopy(dict(one)) for one in compile_tree(TREE).documents]
    for document in found:
        texts = document.get("texts")
        if isinstance(texts, dict) and "en" in texts:
            for language in ("ru", "kk"):
                texts.setdefault(language, copy.deepcopy(texts["en"]))
    return found


def without(documents: list[dict[str, Any]], kind: str, slug: str, language: str) -> Library:
    some = []
    for one in documents:
        if (one["kind"], one["slug"]) == (kind, slug):
            texts = {code: words for code, words in one["texts"].items() if code != language}
            one = {**one, "texts": texts}
        some.append(one)
    return Library(None, some)


def test_all_of_it_in_three_languages_is_certified_in_three(
    documents: list[dict[str, Any]],
) -> None:
    assert parity.languages(Library(None, documents), PROGRAMME) == ("en", "ru", "kk")


def test_a_scenario_that_may_be_drawn_is_on_the_way_to_the_certificate(
    documents: list[dict[str, Any]],
) -> None:
    whole = Library(None, documents)
    assert whole.played_for("drawn") == {"door", "night"}
    assert parity.languages(whole, "drawn") == ("en", "ru", "kk")
    assert parity.languages(without(documents, "scenario", "night", "kk"), "drawn") == ("en", "ru")


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("lesson", "basics/seeing"),
        ("lesson", "basics/copying"),
        ("question", "q-see"),  # drawn by the exam
        ("scenario", "door"),
        ("quiz", "exam"),
    ],
)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_one_block_less_blocks_that_language_and_no_other(
    documents: list[dict[str, Any]], kind: str, slug: str, language: str
) -> None:
    found = without(documents, kind, slug, language)
    others = tuple(code for code in ("en", "ru", "kk") if code != language)
    assert parity.languages(found, PROGRAMME) == others
    assert parity.gaps(found, PROGRAMME)[language] == (f"{kind} {slug}",)


def test_what_the_programme_does_not_ask_for_blocks_nothing(
    documents: list[dict[str, Any]],
) -> None:
    found = without(documents, "incidents", "room", "kk")
    assert parity.languages(found, PROGRAMME) == ("en", "ru", "kk")
