"""What the page parts in templates/_macros ask of Python: assets, keys, dates, authored HTML."""

import hashlib
import uuid
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup


def furnish(app: Flask) -> None:
    """Give the templates of ``app`` what their parts need.

    Globals: ``asset(name)``, ``client_key()``. Filters: ``authored``, ``day``.

    An asset's address changes when the file does, so the file may be cached for ever and a second
    visit asks for the page alone. Addresses are made once: the page is drawn a thousand times.
    """
    assets = {
        name: f"{app.static_url_path}/{name}?v={digest}"
        for name, digest in _digests(Path(app.static_folder or "")).items()
    }
    app.jinja_env.globals["asset"] = assets.__getitem__
    app.jinja_env.globals["client_key"] = client_key
    app.jinja_env.filters["authored"] = authored
    app.jinja_env.filters["day"] = day


def client_key() -> str:
    """A fresh key for one deed: the same form sent twice is recognised by it."""
    return str(uuid.uuid4())


def authored(html: str | None) -> Markup:
    """Authored text that already passed the sanitising door, for use as it is in a page.

    Only for the ``*_html`` fields of published documents. What a person typed into a form is never
    given to this filter: it is plain text and is escaped.
    """
    return Markup(html or "")  # the one door out, opposite lms/content/rendering


def day(value: date | datetime | str | None) -> str:
    """A day in the reader's language, such as "1 November 2026"; empty for no day.

    Takes a date, a moment (its day) or the ISO text that documents carry.
    """
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = value.date()
    return _day_in(value, str(get_locale() or "en"))


@lru_cache(maxsize=4096)
def _day_in(value: date, locale: str) -> str:
    return format_date(value, format="long", locale=locale)


def _digests(folder: Path) -> dict[str, str]:
    """The first 12 hexadecimal digits of the SHA-256 of each static file, by its name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
