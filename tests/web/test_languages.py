"""The three languages: the catalogues are whole, and pages speak the reader's language."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import flask_babel
import polib
import pytest
from babel.dates import format_date
from babel.messages.catalog import Catalog
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from lms import create_app
from lms.accounts import queries
from lms.config import Settings
from lms.translations import compile as compiling
from lms.translations import update
from lms.web import languages
from tests.page import Page

PLURALS = {"ru": 3, "kk": 2}
# What stays in Latin letters in every language: formats, commands, column headings, codes.
LATIN = set(
    re.findall(
        r"\w+",
        "CSV UTF XLSX PDF QR SQLite JSON GIFT XML SCORM LTI UTC JavaScript JPEG PNG WebP "
        "Open Badge lms doctor check publish git apply HTML ZIP list signed example org "
        "name firstname lastname language id list en ru kk A B C post chair secretary member",
    )
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
HEADINGS = {
    "en": ("Sign in", "My training"),
    "ru": ("Войти", "Моё обучение"),
    "kk": ("Кіру", "Менің оқуым"),
}
Door = Callable[[str], Page]


def catalogue_path(code: str) -> Path:
    return dict(compiling.catalogue_files())[code]


@pytest.fixture(scope="module")
def phrases() -> Catalog:
    """What code and templates say now."""
    return update.template()


@pytest.fixture(params=sorted(PLURALS))
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def catalogue(code: str) -> polib.POFile:
    return polib.pofile(str(catalogue_path(code)))


def texts(entry: polib.POEntry) -> list[str]:
    """All that stands for one phrase: one text, or one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def said(catalogue: polib.POFile) -> Iterator[tuple[polib.POEntry, str]]:
    for entry in catalogue:
        for text in texts(entry):
            yield entry, text


# --- the catalogues ---------------------------------------------------------------------------


def test_everything_said_is_translated(phrases: Catalog, catalogue: polib.POFile) -> None:
    whole = {e.msgid for e in catalogue if all(texts(e)) and texts(e) and not e.fuzzy}
    said_now = {m.id[0] if isinstance(m.id, tuple) else m.id for m in phrases if m.id}
    missing = sorted(said_now - whole)
    assert len(said_now) > 400, "the words of the templates are not found"
    assert not missing, f"run python -m lms.translations.update, then translate: {missing}"


def test_macros_are_read_too(phrases: Catalog) -> None:
    # Babel leaves out folders that begin with a low line unless it is told otherwise.
    assert "Saved on this device" in phrases


def test_plural_forms(code: str, catalogue: polib.POFile) -> None:
    assert catalogue.metadata["Plural-Forms"].startswith(f"nplurals={PLURALS[code]};")
    for entry in catalogue:
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(PLURALS[code])), entry.msgid


def test_placeholders_are_kept(catalogue: polib.POFile) -> None:
    wrong = [
        (entry.msgid, text)
        for entry, text in said(catalogue)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid))
    ]
    assert not wrong


def test_every_phrase_can_be_filled_in(catalogue: polib.POFile) -> None:
    # Templates fill in every phrase, so that a lone % sign would break the page.
    for _entry, text in said(catalogue):
        assert text % dict.fromkeys(PLACEHOLDER.findall(text), "7")


def test_no_word_is_left_in_latin_letters(catalogue: polib.POFile) -> None:
    left = {
        word: entry.msgid
        for entry, text in said(catalogue)
        for word in re.findall(
            r"[A-Za-z]+", re.sub(r"%\(\w+\)s|\{\w+\}|\b[A-Z0-9]+(-[A-Z0-9]+)+", "", text)
        )
        if word not in LATIN
    }
    assert not left


def test_no_letter_of_another_alphabet_hides_in_a_word(code: str, catalogue: polib.POFile) -> None:
    mixed = re.compile(r"[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")
    foreign = re.compile("[ӘәҒғҚқҢңӨөҰұҮүҺһІі]" if code == "ru" else "[ЄєЇїЎў]")
    for _entry, text in said(catalogue):
        assert not mixed.search(text), text
        assert not foreign.search(text), text


def test_sentences_end_as_they_do_in_english(catalogue: polib.POFile) -> None:
    for entry, text in said(catalogue):
        assert text == text.strip(), text
        for end in (".", "?"):
            if entry.msgid.endswith(end):
                assert text.endswith(end), text


# --- compiling --------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Catalogues of their own, not yet compiled."""
    for language, source in compiling.catalogue_files():
        target = tmp_path / language / "LC_MESSAGES"
        target.mkdir(parents=True)
        shutil.copy(source, target)
    monkeypatch.setattr(compiling, "FOLDER", tmp_path)
    return tmp_path


def test_only_what_is_older_is_compiled(copy: Path) -> None:
    assert len(compiling.compile_catalogues()) == 2
    assert compiling.compile_catalogues() == []
    source = catalogue_path("kk")
    later = source.stat().st_mtime + 60
    os.utime(source, (later, later))
    assert compiling.compile_catalogues() == [source.with_suffix(".mo")]
    assert {p.suffix for p in source.parent.iterdir()} == {".po", ".mo"}


def test_a_folder_that_cannot_be_written_is_no_hindrance(
    copy: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> list[Path]:
        raise PermissionError(copy)

    monkeypatch.setattr(languages, "compile_catalogues", refuse)
    languages.catalogue.cache_clear()
    app = create_app(settings)
    try:
        assert not list(copy.rglob("*.mo"))
        with app.test_request_context(headers={"Accept-Language": "kk"}):
            assert flask_babel.gettext("Search") == "Іздеу"
    finally:
        languages.catalogue.cache_clear()


def test_updating_keeps_what_is_translated(copy: Path) -> None:
    source = catalogue_path("ru")
    before = {e.msgid: texts(e) for e in polib.pofile(str(source))}
    source.write_text(source.read_text("utf-8") + '\nmsgid "Said no more"\nmsgstr "Уже нет"\n')
    assert set(update.update()) == {"ru", "kk"}
    after = {e.msgid: texts(e) for e in polib.pofile(str(source))}
    assert "Said no more" not in after
    assert {k: v for k, v in after.items() if k in before} == {
        k: v for k, v in before.items() if k in after
    }


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", sorted(HEADINGS))
def test_a_page_speaks_the_chosen_language(chosen: str, page: Page) -> None:
    page.get("/sign-in").post(f"/languages/{chosen}", {"next": "/sign-in"})
    assert page.path == "/sign-in"
    assert page.sheet.lang == chosen
    assert re.search(rf"<h1[^>]*>\s*{HEADINGS[chosen][0]}\s*</h1>", page.html)


@pytest.mark.parametrize("chosen", sorted(HEADINGS))
def test_the_choice_goes_with_the_account(chosen: str, signed_in_as: Door) -> None:
    signed_in_as("aida").post(f"/languages/{chosen}")
    # Signed in anew, without the cookie of the browser in which the language was chosen.
    again = signed_in_as("aida").get("/my")
    assert again.sheet.lang == chosen
    assert re.search(rf"<h1[^>]*>\s*{HEADINGS[chosen][1]}\s*</h1>", again.html)


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("kk-KZ,kk;q=0.9,ru;q=0.8", "kk"), ("de,ru;q=0.5", "ru"), ("de", "en"), ("", "en")],
)
def test_until_a_language_is_chosen_the_browser_is_asked(
    asked: str, spoken: str, page: Page
) -> None:
    page.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = asked
    assert page.get("/").sheet.lang == spoken


def test_an_unreviewed_translation_says_so(page: Page) -> None:
    said_so = {"ru": "не проверен носителем языка", "kk": "тексерген жоқ", "en": "native speaker"}
    for chosen, sentence in said_so.items():
        page.get("/sign-in").post(f"/languages/{chosen}", {"next": "/sign-in"})
        assert (sentence in page.text) is (chosen != "en")


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [("kk", "Бұл өріс міндетті түрде керек."), ("ru", "Обязательное поле.")],
)
def test_forms_complain_in_the_language_of_the_page(
    chosen: str, complaint: str, page: Page
) -> None:
    page.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = chosen
    page.get("/sign-in").submit("/sign-in", {"login": "", "secret": ""}, status=422)
    assert complaint in page.text


def test_the_page_about_a_silent_database_speaks_kazakh(
    signed_in_as: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = signed_in_as("aida")

    def silent(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT", {}, Exception("no connection"))

    monkeypatch.setattr(queries, "signed_in", silent)
    page.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "kk"
    page.get("/my", status=503)
    assert page.sheet.lang == "kk"
    assert "Қазір қолжетімсіз" in page.text


# --- code and templates say the same ------------------------------------------------------------


def test_code_and_templates_agree_also_in_a_forced_language(app: Flask) -> None:
    both = "{{ _('Search') }} {{ ngettext('%(num)s minute', '%(num)s minutes', n) }}"

    def heard() -> str:
        counted = flask_babel.ngettext("%(num)s minute", "%(num)s minutes", 2)
        spoken = f"{flask_babel.gettext('Search')} {counted}"
        assert render_template_string(both, n=2) == spoken
        return spoken

    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert heard() == "Поиск 2 минуты"
        with flask_babel.force_locale("kk"):
            assert heard() == "Іздеу 2 минут"
        with flask_babel.force_locale("en"):
            assert heard() == "Search 2 minutes"
        assert heard() == "Поиск 2 минуты"


@pytest.mark.parametrize(("number", "form"), [(1, "минута"), (3, "минуты"), (11, "минут")])
def test_russian_counts_in_three_forms(app: Flask, number: int, form: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        counted = flask_babel.ngettext("%(num)s minute", "%(num)s minutes", number)
    assert counted == f"{number} {form}"


def test_a_catalogue_is_read_once(app: Flask) -> None:
    languages.catalogue.cache_clear()
    for asked in ("kk", "ru", "kk", "ru", "kk"):
        with app.test_request_context(headers={"Accept-Language": asked}):
            render_template_string("{{ _('Search') }}{{ _('Courses') }}")
    assert languages.catalogue.cache_info().misses == 2


def test_outside_a_request_it_is_english(app: Flask) -> None:
    assert flask_babel.gettext("Search") == "Search"
    with app.app_context():
        assert languages.language() == "en"
        assert flask_babel.gettext("Search") == "Search"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "9 June 2019"), ("ru", "9 июня 2019\u00a0года"), ("kk", "2019\u202fж. 9 маусым")],
)
def test_a_day_can_stand_at_the_end_of_a_sentence(language: str, said: str) -> None:
    assert languages.long_day(date(2019, 6, 9), language) == said


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["en", "ru", "kk"]))
def test_days_are_written_as_the_common_locale_data_has_them(day: date, language: str) -> None:
    """But for the Russian abbreviation of the year, whose stop no sentence can end with."""
    common = format_date(day, "long", locale="en_GB" if language == "en" else language)
    assert languages.long_day(day, language) == common.replace("\u202fг.", "\u00a0года")
