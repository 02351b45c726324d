"""Pieces of pages that come again and again, each drawn once in each language.

What fills the blanks of a kept page (web/kept.py) is often the same for many readers too: a ballot,
the choices of a scene. Drawing one costs more than looking whether it was drawn before.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import get_template_attribute
from markupsafe import Markup, escape

from lms.web import kept
from lms.web.filters import drawn
from lms.web.languages import spoken

NOTHING = drawn("")


class Pieces:
    """The pieces that one room keeps; all are forgotten when there are more than ``most``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._drawn: dict[tuple[object, ...], Markup] = {}

    def again(self, key: tuple[object, ...], draw: Callable[[], Markup]) -> Markup:
        """What ``draw`` draws; it may depend on nothing but ``key`` and the language."""
        whole = (spoken(), *key)
        found = self._drawn.get(whole)
        if found is None:
            if len(self._drawn) >= self._most:
                self._drawn.clear()
            found = self._drawn[whole] = draw()
        return found


def filled(piece: Markup, **given: str) -> Markup:
    """A piece with these in its blanks (web/kept.py): text is escaped, markup is not."""
    text = str(piece)
    for name, value in given.items():
        text = text.replace(kept.blank(name), escape(value))
    return drawn(text)


def part(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a template, to be called with its arguments in their order."""
    found: Callable[..., Markup] = get_template_attribute(template, name)
    return found
