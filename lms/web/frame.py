"""The frame of every page: a header and a footer, drawn once for all who see the same ones.

They depend on the language, on the main links somebody may open, and on which of those is the
present page; nothing in them is of one person. There are a few dozen of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, current_app, get_template_attribute, request, url_for
from flask_login import current_user
from markupsafe import Markup

from lms.web.home import links
from lms.web.languages import NAMES, spoken

# More than there can be of combinations; a bound in case one is forgotten.
MOST_KEPT = 500


class _Drawn(NamedTuple):
    header: Markup
    footer: Markup


Key = tuple[str, tuple[tuple[str, str], ...], tuple[bool, ...], bool]


class _Kept:
    """What this application has drawn so far."""

    def __init__(self) -> None:
        self.links: dict[Any, tuple[tuple[str, str], ...]] = {}
        self.frames: dict[Any, _Drawn] = {}


def init_app(app: Flask) -> None:
    app.extensions["lms.frame"] = _Kept()
    app.jinja_env.globals.update(
        frame_header=header, frame_footer=footer, is_signed_in=is_signed_in
    )


def header(calm: bool) -> Markup:
    """The header of this request. ``calm``: without asking who is there."""
    return _frame(calm).header


def footer(calm: bool) -> Markup:
    return _frame(calm).footer


def is_signed_in(calm: bool) -> bool:
    """Whether somebody signed in reads this page; a calm one does not ask."""
    return not calm and bool(current_user.is_authenticated)


def key() -> Key:
    """What the frame of this page depends on."""
    person = current_user._get_current_object()
    return _key(_kept(), person if person.is_authenticated else None)


def _key(kept: _Kept, person: Any) -> Key:
    code = spoken()
    shown = () if person is None else _links(kept, code, person.actor.roles)
    path = request.path
    # One of the addresses is marked as where the reader is.
    marks = tuple(path == href or (href != "/" and path.startswith(href)) for href, _ in shown)
    return code, shown, marks, person is not None


def _frame(calm: bool) -> _Drawn:
    kept = _kept()
    person = None if calm else current_user._get_current_object()
    found_key = _key(kept, person if person is not None and person.is_authenticated else None)
    found = kept.frames.get(found_key)
    if found is None:
        if len(kept.frames) >= MOST_KEPT:
            kept.frames.clear()
        found = kept.frames[found_key] = _draw(*found_key)
    return found


def _kept() -> _Kept:
    found: _Kept = current_app.extensions["lms.frame"]
    return found


def _links(kept: _Kept, code: str, roles: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """(address, words) of the main pages that somebody with these roles may open."""
    found = kept.links.get((code, roles))
    if found is None:
        found = tuple((url_for(endpoint), words) for endpoint, words in links())
        kept.links[code, roles] = found
    return found


def _draw(
    code: str, shown: tuple[tuple[str, str], ...], marks: tuple[bool, ...], signed_in: bool
) -> _Drawn:
    items = [
        {"href": href, "label": label, "current": current}
        for (href, label), current in zip(shown, marks, strict=True)
    ]
    header_of = get_template_attribute("_macros/frame.html", "header")
    footer_of = get_template_attribute("_macros/frame.html", "footer")
    return _Drawn(header_of(code, NAMES, items), footer_of(code, signed_in))
