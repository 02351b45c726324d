"""Which language a page is in: what the person chose, else what the browser asks for."""

from __future__ import annotations

from flask import Flask, g, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

from lms.domain.languages import LANGUAGES

NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}


def language() -> str:
    """The language of this request: ``en``, ``ru`` or ``kk``."""
    if "language" not in g:
        g.language = _choose()
    found: str = g.language
    return found


def _choose() -> str:
    if current_user and current_user.is_authenticated:
        chosen: str | None = current_user.language
    else:
        chosen = session.get("language")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES, "en")


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=language)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.context_processor(lambda: {"language": language(), "language_names": NAMES})


__all__ = ["NAMES", "get_locale", "init_app", "language"]
