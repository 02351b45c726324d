"""What the page parts in templates/_macros ask of Python: authored HTML and days."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Give templates the filters ``authored`` and ``day``."""
    app.jinja_env.filters["authored"] = authored
    app.jinja_env.filters["day"] = day


def authored(html: str | None) -> Markup:
    """Authored text that already passed the sanitising door, for use as it is in a page.

    Only for the ``*_html`` fields of published documents. What a person typed into a form is never
    given to this filter: it is plain text and is escaped.
    """
    return Markup(html or "")  # the one door out, opposite lms/content/rendering


def day(value: date | datetime | str | None) -> str:
    """A day in the reader's language, such as "1 November 2026"; empty for no day.

    Takes a date, a moment (its day, in UTC) or the ISO text that documents carry.
    """
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = value.date()
    locale = str(get_locale() or "en")
    return _day_in(value, "en_GB" if locale == "en" else locale)


@lru_cache(maxsize=4096)
def _day_in(value: date, locale: str) -> str:
    return format_date(value, format="long", locale=locale)
