"""The people of a cohort, fifty on a page: who lacks what, and where everybody stands."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lms import db
from lms.accounts import queries as accounts
from lms.accounts.queries import Person
from lms.cohorts import counting, overview, people, queries
from lms.cohorts import progress as sets
from lms.cohorts.blueprint import bp
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.certification import HOLDS, Status
from lms.domain.permissions import Permission, may
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import progress
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.languages import language

PER_PAGE = 50
AT_ONCE = 500  # people in one piece of a streamed table
MOST_NAMES = 200  # so many names are opened for an order that nobody asked for
HELD = {status.value for status in HOLDS}
# Whoever has one of these is not certified anew: it holds, or holds again once something is done.
STANDS = HELD | {Status.TOP_UP_OVERDUE.value, Status.SUSPENDED.value, Status.NOT_YET.value}
COLUMNS = (
    "id", "name", "login", "language", "post",
    "lessons", "quizzes", "scenarios", "missing", "status",
)  # fmt: skip


@bp.get("/cohorts/<uuid:cohort_id>")
@needs(Permission.SEE_COHORTS)
def cohort(cohort_id: uuid.UUID) -> str | AnyResponse:
    session = db.session()
    found = queries.one(session, actor(), cohort_id)
    books = learning.library(session)
    total = counting.number_of(session, found)
    sort = request.args.get("sort", "")
    sort = sort if sort.removeprefix("-") in overview.SORTS else ""
    wanted = request.args.get("filter", "")
    everybody = None
    if total <= counting.MOST_IN_ORDER:
        everybody = _ordered(session, books, found, sort)
        if wanted in dict(sets.choices(books, found)) and wanted:
            those = sets.people(session, books, actor(), found, wanted, vault())
            everybody.keep({person.id for person in those})
    if file_format := wanted_format():
        number = len(everybody.keys) if everybody else total
        rows = _rows(books, found, everybody, number)
        return as_file(Table("people", COLUMNS, rows), file_format)
    number, last = _page_number(len(everybody.keys) if everybody else total)
    first = (number - 1) * PER_PAGE
    if everybody:
        shown = everybody.some(first, PER_PAGE)
    else:
        shown = list(counting.enrolled(session, found, first, PER_PAGE))
    standing = (
        everybody.standing if everybody else overview.certificates(session, actor(), found, shown)
    )
    return render_template(
        "cohorts/cohort.html",
        cohort=found,
        lines=overview.lines(session, books, found, _people(session, shown), standing),
        total=total,
        certified=everybody.certified if everybody else None,
        ready=everybody.ready if everybody else None,
        in_order=everybody is not None,
        sort=sort if everybody else "",
        wanted=wanted if everybody else "",
        filters=[("", _("Everybody")), *sets.choices(books, found)[2:]] if everybody else [],
        number=number,
        last=last,
        need_text=lambda need: progress.need_line(books, need, language())["text"],
        posts=_posts(session, found),
        standings=_standing_words(),
        may_import=may(actor(), Permission.IMPORT_PEOPLE, found.place),
        may_message=may(actor(), Permission.MESSAGE, found.place),
        may_certify=may(actor(), Permission.CERTIFY, found.place),
    )


def _standing_words() -> dict[str, tuple[str, str]]:
    """How a certificate stands, in a word, and whether that is good."""
    return {
        "valid": (_("valid"), "good"),
        "grace": (_("in its days of grace"), "attention"),
        "top-up-due": (_("valid, top-up due"), "attention"),
        "top-up-overdue": (_("top-up overdue"), "stop"),
        "not-yet": (_("not valid yet"), ""),
        "suspended": (_("suspended"), "stop"),
        "expired": (_("expired"), "attention"),
        "replaced": (_("replaced"), ""),
        "revoked": (_("revoked"), "stop"),
    }


def _posts(session: Session, found: CohortView) -> dict[uuid.UUID, str]:
    """Who is what in a commission; nobody anything among observers."""
    if found.organisation_kind != "commission":
        return {}
    words = people.post_words()
    return {person: words[post] for person, post in queries.posts(session, found).items()}


class _Ordered:
    """Everybody of a cohort that can be put in order, and how many are where."""

    def __init__(
        self, counted: Sequence[counting.Counted], keys: list[Any], standing: dict[uuid.UUID, str]
    ) -> None:
        self.keys, self.standing = keys, standing
        self.certified = sum(status in HELD for status in standing.values())
        ready = [counting.id_of(one.key) for one in counted if not one.missing]
        self.ready = sum(standing.get(person) not in STANDS for person in ready)

    def keep(self, those: set[uuid.UUID]) -> None:
        """Show only these; the figures are still those of all."""
        self.keys = [key for key in self.keys if counting.id_of(key) in those]

    def some(self, first: int, most: int) -> list[uuid.UUID]:
        """Those on one page, by their ids."""
        return [counting.id_of(key) for key in self.keys[first : first + most]]


def _ordered(session: Session, books: Library, found: CohortView, sort: str) -> _Ordered:
    counted = counting.everybody(session, books, found)
    names: dict[Any, str] = {}
    if sort.removeprefix("-") == "name" or len(counted) <= MOST_NAMES:
        learners = queries.learners(session, [found.id], vault())
        names = {
            counting.key_of(session, person.id): person.label.casefold() for _c, person in learners
        }
    standing = overview.certificates(session, actor(), found)
    return _Ordered(counted, overview.in_order(counted, sort, names), standing)


def _people(session: Session, ids: Sequence[uuid.UUID]) -> list[Person]:
    by_id = {person.id: person for person in accounts.people(session, ids, vault())}
    return [by_id[one] for one in ids if one in by_id]


def _page_number(total: int) -> tuple[int, int]:
    text = request.args.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) < 7 else 1
    last = max(1, -(-total // PER_PAGE))
    return min(max(number, 1), last), last


def _rows(
    books: Library, found: CohortView, everybody: _Ordered | None, total: int
) -> Iterator[tuple[Any, ...]]:
    """The lines of the table, some hundred people at a time; without an order as enrolled."""
    session = db.session()
    posts = queries.posts(session, found) if found.organisation_kind == "commission" else {}
    for first in range(0, total, AT_ONCE):
        if everybody is None:
            some: Sequence[uuid.UUID] = counting.enrolled(session, found, first, AT_ONCE)
        else:
            some = everybody.some(first, AT_ONCE)
        standing = overview.certificates(session, actor(), found, some)
        for line in overview.lines(session, books, found, _people(session, some), standing):
            yield (
                str(line.person.id),
                line.person.name,
                line.person.login,
                line.person.language,
                posts.get(line.person.id),
                line.lessons,
                line.quizzes,
                line.scenarios,
                len(line.missing),
                line.certificate,
            )
