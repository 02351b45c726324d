"""One's own page: one next step, what is missing and by when, how far one is.

The page is kept as drawn (web/kept.py), with blanks for its parts; each part is kept by what it
shows (web/pieces.py), since many people stand at the same place. Only certificates are drawn anew.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.certification import queries as certification
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.certification import Need, missing_for
from lms.domain.languages import pick
from lms.domain.permissions import Actor, Role
from lms.learning import progress, queries
from lms.web import kept
from lms.web.filters import drawn
from lms.web.languages import language
from lms.web.pieces import NOTHING, Pieces, part

# What is missing takes 3 kB, a course or the head of a group 0.3: few of the first, all of those.
_ahead = Pieces(300)
_lines = Pieces(2000)
_MACROS = "_macros/mine.html"
_ITEMS = kept.blank("items")


class Path(NamedTuple):
    """A programme that somebody learns for, the cohort in which they do, and what they lack."""

    programme: str
    cohort: CohortView
    needs: tuple[Need, ...]


def page(session: Session, actor: Actor) -> kept.Drawn:
    """The page of this person."""
    books, me = queries.library(session), queries.reader(session, actor)
    done = {
        slug: certification.done_for(session, books, actor.id, slug) for slug in _learned(books, me)
    }
    paths = [
        Path(slug, cohort, missing_for(books.programme(slug), done[slug]))
        for slug, cohort in _learned(books, me).items()
    ]
    # Whatever the programme, what was read is the same.
    read = next((one.lessons for one in done.values()), None)
    if read is None:
        read = queries.finished(session, actor.id)
    shown = queries.standings(session, actor.id)
    held = certification.own(session, actor)
    given = {
        "certificates": part(_MACROS, "certificates")(held) if held else NOTHING,
        "ahead": _what_is_ahead(books, paths),
        "courses": _courses(books, read, _audience(actor)),
        "rules": _rules(progress.rule_groups(books, shown, language(), me.clock)),
    }
    return kept.page(("my training",), lambda: render_template("learning/my.html"), given)


def _learned(books: Library, me: queries.Reader) -> dict[str, CohortView]:
    """Every programme that somebody learns for, with the cohort in which they do."""
    cohorts = me.learns or ((me.cohort,) if me.cohort else ())
    found = {c.programme: c for c in reversed(cohorts) if c.programme in books.programmes}
    return dict(reversed(found.items()))


def _audience(actor: Actor) -> str:
    """Whose courses come first: members of a commission have their own."""
    learns = {held.role for held in actor.held} & {Role.TRAINEE, Role.OFFICIAL}
    return "commission" if learns == {Role.OFFICIAL} else "observer"


def _what_is_ahead(books: Library, paths: list[Path]) -> Markup:
    """The next step, and what is missing for each programme."""

    def draw() -> Markup:
        lines = [
            {
                "title": pick(books.programmes[path.programme]["texts"], language())[0]["title"],
                "cohort": path.cohort,
                "needs": [progress.need_line(books, need, language()) for need in path.needs],
            }
            for path in paths
        ]
        return part(_MACROS, "ahead")(lines)

    told = [
        (path.programme, path.cohort.name, path.cohort.held_on, *map(_plain, path.needs))
        for path in paths
    ]
    return _ahead.again((books.release, *told), draw)


def _plain(need: Need) -> tuple[str, str]:
    """A need as a key: a tuple is compared faster than a dataclass."""
    return need.kind, need.id


def _courses(books: Library, read: frozenset[str], audience: str) -> Markup:
    """Every course, with how many of its lessons are finished and the way to the next."""
    lines = []
    for slug, lessons in progress.courses_of(books, audience):
        left = [lesson for lesson in lessons if lesson not in read]
        done, following = len(lessons) - len(left), left[0] if left else None
        draw = partial(_course, books, slug, done, following)
        lines.append(_lines.again((books.release, slug, done, following), draw))
    return drawn("".join(lines)) if lines else _lines.again(("none",), part(_MACROS, "no_courses"))


def _course(books: Library, slug: str, done: int, following: str | None) -> Markup:
    course = books.courses[slug]
    title = pick(course["texts"], language())[0]["title"]
    return part(_MACROS, "course")(title, following or f"{slug}/", done, len(course["lessons"]))


def _rules(groups: dict[str, tuple[int, Markup]]) -> Markup:
    """What one's answers show, rule by rule, in a group for each standing."""
    shown = []
    for standing, (count, items) in groups.items():
        if count:
            group = _lines.again((standing, count), partial(_group, standing, count))
            shown.append(group.replace(_ITEMS, items))
    return drawn("".join(shown))


def _group(standing: str, count: int) -> Markup:
    return part(_MACROS, "rule_group")(standing, count, _ITEMS)
