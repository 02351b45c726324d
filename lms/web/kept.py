"""Pages that are the same for many readers: drawn once, with blanks for what is one reader's.

Drawing a page costs more than all that is asked of the database for it (docs/performance.md), and
most of a lesson or a question is the same for everybody who reads the same language. Such a page
is kept as its pieces between the blanks, as bytes: Python holds Cyrillic text in twice the memory,
and would encode it anew for every reader. A blank is a name between two zero bytes. No text that
anybody wrote can hold one: the sanitising door and the forms drop control characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from flask import Flask, current_app, g, request, session
from markupsafe import Markup, escape

from lms.web import frame
from lms.web.filters import drawn

# A few hundred lessons and questions in three languages; a page is some 20 kB.
MOST_KEPT = 1000
_BLANKS = re.compile("\x00([^\x00]*)\x00")
_TO_ESCAPE = re.compile("[&<>'\"]")
Key = tuple[object, ...]
Drawn = str | bytes  # a page as a view may give it


class _Pieces(NamedTuple):
    """A page: what is before each blank, the blanks' names, and what is after the last."""

    texts: tuple[bytes, ...]
    names: tuple[str, ...]
    end: bytes


class _Shelf:
    """What this application keeps, and what fills the blanks that any page may have."""

    def __init__(self) -> None:
        self.pages: dict[Key, _Pieces] = {}
        self.fillers: dict[str, Callable[[], str]] = {"path": lambda: escape(request.path)}


def blank(name: str) -> Markup:
    """A place in a page that is drawn to be kept, filled anew for every reader."""
    return drawn(f"\x00{name}\x00")


def is_drawing() -> bool:
    """Whether the page of this moment is drawn to be kept, its blanks left open."""
    found: bool = g.get("drawing_to_keep", False)
    return found


def fill_with(app: Flask, name: str, filler: Callable[[], str]) -> None:
    """Let every blank of this name be filled by ``filler``, once for each place."""
    _shelf(app).fillers[name] = filler


def page(key: Key, draw: Callable[[], str], given: Mapping[str, str]) -> bytes:
    """The page that ``draw`` draws, ``given`` in its blanks (text is escaped, markup is not), in
    UTF-8.

    ``draw`` may depend on nothing but ``key``, the language and the frame of the page; everything
    else has to be a blank. It is asked only when the page is not kept. A page that has something
    to say to one reader is drawn for that reader.
    """
    shelf = _shelf(current_app)
    whole = (key, frame.key())
    has_news = "_flashes" in session
    pieces = None if has_news else shelf.pages.get(whole)
    if pieces is None:
        with _left_blank():
            pieces = _taken_apart(draw())
        if not has_news:
            if len(shelf.pages) >= MOST_KEPT:
                shelf.pages.clear()
            shelf.pages[whole] = pieces
    filled = []
    for text, name in zip(pieces.texts, pieces.names, strict=True):
        value = given.get(name)
        filled.append(text)
        filled.append(_shown(shelf.fillers[name]() if value is None else value))
    filled.append(pieces.end)
    return b"".join(filled)


def _shown(value: str) -> bytes:
    """Text is escaped, markup is not. Most of what is filled in has nothing to escape."""
    is_safe = isinstance(value, Markup) or _TO_ESCAPE.search(value) is None
    return (value if is_safe else escape(value)).encode()


def _taken_apart(drawn_page: str) -> _Pieces:
    *parts, end = _BLANKS.split(drawn_page)
    texts = tuple(text.encode() for text in parts[::2])
    return _Pieces(texts, tuple(parts[1::2]), end.encode())


@contextmanager
def _left_blank() -> Iterator[None]:
    g.drawing_to_keep = True
    try:
        yield
    finally:
        g.drawing_to_keep = False


def _shelf(app: Flask) -> _Shelf:
    found: _Shelf = app.extensions["lms.kept"]
    return found


def _path() -> str:
    """The address of this page, for templates."""
    return blank("path") if is_drawing() else request.path


def init_app(app: Flask) -> None:
    app.extensions["lms.kept"] = _Shelf()
    app.jinja_env.globals.update(page_path=_path, blank=blank)
