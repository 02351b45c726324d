"""Which language a page is in, and its words.

A page speaks the language the person chose, else the one the browser asks for. Each catalogue is
read once for the whole process: a page holds about fifty phrases, and Flask-Babel's own way to
each of them builds the name of the locale anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache, wraps
from io import BytesIO
from typing import Any, TypeVar

import flask_babel
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Domain, get_locale
from flask_login import AnonymousUserMixin, current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE
from lms.translations.compile import FOLDER, catalogue_files, compile_catalogues, compiled, is_fresh

log = logging.getLogger("lms.languages")
Table = TypeVar("Table")
NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
# Made and not parsed: to parse a code Babel reads two megabytes of the world's languages.
_LOCALES = {code: Locale(code) for code in LANGUAGES}


# A day in each month. As phrases among the others they weigh nothing; Babel, which says the same
# (a test compares them), reads eight megabytes of other facts of our languages with the months.
N_ = str
_DAYS = (
    N_("%(day)s January %(year)s"),
    N_("%(day)s February %(year)s"),
    N_("%(day)s March %(year)s"),
    N_("%(day)s April %(year)s"),
    N_("%(day)s May %(year)s"),
    N_("%(day)s June %(year)s"),
    N_("%(day)s July %(year)s"),
    N_("%(day)s August %(year)s"),
    N_("%(day)s September %(year)s"),
    N_("%(day)s October %(year)s"),
    N_("%(day)s November %(year)s"),
    N_("%(day)s December %(year)s"),
)


@lru_cache(maxsize=5000)
def long_day(found: date, language: str) -> str:
    """A day in words, such as 9 June 2019."""
    phrase: str = catalogue(language).ugettext(_DAYS[found.month - 1])
    return phrase % {"day": found.day, "year": found.year}


def language() -> str:
    """The language of this request: ``en``, ``ru`` or ``kk``; ``en`` where there is no request."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    kept = g._get_current_object()
    found: str | None = kept.get("language")
    if found is None:
        found = kept.language = _choose()
    return found


def _choose() -> str:
    for chosen in (_of_account(), session.get("language")):
        if chosen in LANGUAGES:
            return str(chosen)
    return _asked_for(request.environ.get("HTTP_ACCEPT_LANGUAGE", ""))


@lru_cache(maxsize=500)
def _asked_for(header: str) -> str:
    """The language of ours that a browser likes best (RFC 9110, 12.5.4)."""
    return parse_accept_header(header, LanguageAccept).best_match(LANGUAGES, SOURCE_LANGUAGE)


def _of_account() -> str | None:
    """What the signed-in person chose; None also when the database does not answer.

    The page that says so asks for the language too, and must not fail over it. For the rest of
    such a request the person is nobody, so that nothing on the page asks the database again.
    """
    try:
        person = current_user._get_current_object()
        if person is not None and person.is_authenticated:
            chosen: str = person.language
            return chosen
    except SQLAlchemyError:
        log.info("language chosen without the database")
        g._login_user = AnonymousUserMixin()  # where Flask-Login keeps the person
    return None


@cache
def catalogue(code: str) -> NullTranslations:
    """The words of one language, read once per process."""
    for language, source in catalogue_files():
        if language == code:
            if is_fresh(source):
                content = source.with_suffix(".mo").read_bytes()
            else:  # nobody compiled it, and this process may not write here: do it in memory
                content = compiled(source)
            return Translations(BytesIO(content))
    return NullTranslations()


def spoken() -> str:
    """The language that phrases are in at this moment. It follows ``flask_babel.force_locale``."""
    if not has_app_context():
        return SOURCE_LANGUAGE
    # What Flask-Babel has found for this request, when it has: asking it is ten times slower.
    locale = getattr(g._get_current_object().get("_flask_babel"), "babel_locale", None)
    if locale is None and has_request_context():
        return language()  # what Flask-Babel would find by asking us
    locale = locale or get_locale()
    return str(locale.language) if locale else SOURCE_LANGUAGE


def words() -> NullTranslations:
    """The catalogue of the moment; English has none."""
    return catalogue(spoken())


def once_per_language(told: Callable[[], Table]) -> Callable[[], Table]:
    """A table of words that is put together once in each language, instead of on every page.

    ``told`` may depend on nothing but the language, and nobody may change what it gives.
    """
    tables: dict[str, Table] = {}

    @wraps(told)
    def table() -> Table:
        code = spoken()
        if code not in tables:
            tables[code] = told()
        return tables[code]

    return table


def say(phrase: str, **facts: object) -> str:
    """What ``flask_babel.gettext`` says, at the price of looking the phrase up."""
    found: str = words().ugettext(phrase)
    return found % facts if facts else found


def _locale() -> Locale:
    """The locale of this request. Flask-Babel would work it out from the code at each of them."""
    return _LOCALES[language()]


def read_all() -> None:
    """Read the words of every language, so that processes which part afterwards share them."""
    for code in LANGUAGES:
        catalogue(code)


class _Words(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Where ``flask_babel.gettext`` looks: in the same catalogues as the templates."""

    def get_translations(self) -> NullTranslations:
        return words()


class Babel(flask_babel.Babel):  # type: ignore[misc]  # as above
    domain_instance: Any = _Words()  # instead of a property that makes an ordinary Domain


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, locale_selector=_locale)
    try:
        if compile_catalogues():
            catalogue.cache_clear()
    except OSError:
        log.info("catalogues are not compiled: the folder cannot be written")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension i18n
        lambda phrase: words().ugettext(phrase),
        lambda one, many, number: words().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, phrase: words().upgettext(context, phrase),
        npgettext=lambda context, one, many, number: words().unpgettext(context, one, many, number),
    )
    # The first of all: Flask-Login's own asks for the person, and so for the database, unguarded.
    app.template_context_processors[None].insert(0, _of_page)


def _of_page() -> dict[str, object]:
    return {"language": language(), "language_names": NAMES}


__all__ = ["NAMES", "catalogue", "get_locale", "init_app", "language", "spoken"]
