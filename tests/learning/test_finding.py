"""Looking things up: search in three languages, the glossary, and every source."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask

from lms import db
from lms.content import publishing
from tests.page import Page

Browser = Callable[[str], Page]


def hits(page: Page) -> list[str]:
    return re.findall(r'<li class="card"><a href="([^"]+)"', page.html)


@pytest.mark.parametrize(
    ("language", "asked", "found"),
    [
        ("en", "marks", "/courses/basics/seeing"),
        ("en", "MARK", "/courses/basics/seeing"),  # one form of a word finds another
        ("en", "requests", "/courses/basics/copying"),
        ("en", "protocol", "/glossary#protocol"),
        ("ru", "подсчёта", "/courses/basics/seeing"),
        ("ru", "подсчета", "/courses/basics/seeing"),  # ё is typed as е
        ("ru", "комиссиями", "/courses/basics/seeing"),
        ("ru", "протоколы", "/glossary#protocol"),
        ("kk", "хаттаманы", "/glossary#protocol"),
        ("kk", "көшірмелерді", "/courses/basics/copying"),
        ("kk", "ТӨРАҒАНЫҢ", "/glossary#chair"),
        ("kk", "marks", "/courses/basics/seeing"),  # shown in English, so found in English
    ],
)
def test_a_word_is_found_in_the_forms_of_each_language(
    language: str, asked: str, found: str, signed_in_as: Browser
) -> None:
    page = signed_in_as("aida").post(f"/languages/{language}")
    page.get(f"/search?q={asked}")
    assert found in hits(page)
    assert "<mark>" in page.html or "#" in found  # of a term the title may be all that was found


def test_what_was_found_can_be_opened(signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get("/search?q=protocol")
    for address in hits(page):
        path, _, anchor = address.partition("#")
        opened = signed_in_as("aida").get(path)
        assert not anchor or anchor in opened.sheet.ids


def test_the_words_asked_for_stay_in_the_box(signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get("/search?q=%22two+words%22+%3Cb%3E")
    assert 'value="&#34;two words&#34; &lt;b&gt;"' in page.html


@pytest.mark.parametrize("asked", ["zebra", "ъъъ", "<script>", "%", "*", "'"])
def test_what_is_not_there_is_said_with_a_way_on(asked: str, signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get(f"/search?q={quote(asked)}")
    assert not hits(page)
    assert "Nothing found" in page.text


def test_an_empty_question_finds_nothing_and_does_not_complain(signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get("/search?q=+++")
    assert not hits(page)
    assert "Nothing found" not in page.text


def test_a_terms_meaning_stands_beside_its_name_in_the_other_languages(
    signed_in_as: Browser,
) -> None:
    page = signed_in_as("aida").get("/glossary")
    assert "Official record of the result." in page.text
    for word in ("хаттама", "протокол"):
        assert word in page.text
    assert "wording not settled" in page.text


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("en", ["chair", "protocol"]),
        ("ru", ["председатель", "протокол"]),
        ("kk", ["төраға", "хаттама"]),
    ],
)
def test_the_glossary_follows_the_readers_alphabet(
    language: str, order: list[str], signed_in_as: Browser
) -> None:
    page = signed_in_as("aida").post(f"/languages/{language}").get("/glossary")
    assert re.findall(r'<dt id="[^"]+">([\w ]+?)(?: <|<)', page.html) == order


def test_a_source_that_is_no_law_on_the_day_is_named_and_marked(
    app: Flask, signed_in_as: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = signed_in_as("aida")
    with app.app_context():
        books = publishing.current(db.session())
    past = replace(books.sources["src-recalled"], valid_to=date(2020, 1, 1))
    monkeypatch.setattr(books, "sources", {**books.sources, "src-recalled": past})
    page.get("/sources")
    assert "Article 7(1), Teaching Election Act" in page.text
    assert "not in force on this day" in page.text


def test_every_source_says_how_far_it_may_be_relied_on(signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get("/sources")
    assert "Article 7(1), Teaching Election Act" in page.text
    assert "Article 9, Teaching Election Act" in page.text
    assert "confirmed" in page.text
    assert "unconfirmed" in page.text
