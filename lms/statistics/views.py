"""What the answers say about a quiz: flags first, then every question, then its choices."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts import queries as accounts
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission, Role
from lms.exports.tables import as_file, wanted_format
from lms.learning import queries as learning
from lms.privacy import vault
from lms.statistics import queries, tables, working
from lms.statistics.keeping import Kept, Shelf, Working
from lms.statistics.reports import FEWEST, Report, title_of
from lms.statistics.working import Sought
from lms.web.access import actor, needs
from lms.web.languages import NAMES, language

bp = Blueprint("statistics", __name__)
_shelf = Shelf(time.monotonic)


@bp.get("/statistics/")
@needs(Permission.SEE_STATISTICS)
def shelf() -> str:
    """Every quiz that people of one's cohorts have sat."""
    session = db.session()
    books = learning.library(session)
    cohorts = queries.reach(session, actor())
    people = queries.people_by_quiz(session, [cohort.id for cohort in cohorts])
    rows = [
        {
            "slug": slug,
            "title": pick(books.quizzes[slug]["texts"], language())[0]["title"],
            "is_exam": books.quiz(slug).is_exam,
            "people": count if count >= FEWEST else None,
        }
        for slug, count in sorted(people.items())
        if slug in books.quizzes
    ]
    return render_template("statistics/shelf.html", rows=rows, fewest=FEWEST)


class _Asked:
    """What a page was asked for: a quiz, within cohorts, of whose which attempts."""

    def __init__(self, slug: str) -> None:
        self.session = db.session()
        self.books: Library = learning.library(self.session)
        if slug not in self.books.quizzes:
            raise NotThere
        self.slug = slug
        self.quiz = self.books.quiz(slug)
        self.cohorts: list[CohortView] = queries.reach(self.session, actor())
        if not self.cohorts:
            raise NotThere
        which = request.args.get("which", "")
        self.which = which if which in queries.WHICH else queries.WHICH[0]
        self.query = f"which={self.which}&" if which else ""
        self.sees_keys = queries.may_see_keys(
            self.session, actor(), slug, is_exam=self.quiz.is_exam
        )

    @property
    def title(self) -> str:
        return str(pick(self.books.quizzes[self.slug]["texts"], language())[0]["title"])

    def report(self, *, fresh: bool = False) -> Kept | Working:
        """The report, kept or worked out beside the pages; of files none is older than minutes."""
        ids = sorted((cohort.id for cohort in self.cohorts), key=str)
        rules = queries.rules_on(self.session, ids, self.books.release)
        sought = Sought(tuple(ids), self.slug, self.which, self.quiz.pass_percent)
        # Flask's own name for what stands behind the name; a thread has no request to find it by.
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        return _shelf.get(
            sought,
            rules,
            lambda: queries.rests_on(self.session, ids, self.slug, rules),
            partial(working.work, app, sought),
            clock.now(),
            fresh=fresh or request.args.get("fresh") == "yes",
        )

    def parted(self, found: Report) -> list[tuple[str, str, Sequence[str | None]]]:
        """How the people may be parted: a name, its words, and the group of every cell."""
        names = {cohort.id: cohort.name for cohort in self.cohorts}
        by_cohort: list[str | None] = [names[cohort] for _code, cohort in found.cells]
        spoken: list[str | None] = [NAMES.get(code, code) for code, _cohort in found.cells]
        trainer = self._trainers()
        by_trainer = [trainer.get(cohort) for _code, cohort in found.cells]
        return [
            ("language", _("By language"), spoken),
            ("cohort", _("By cohort"), by_cohort),
            ("trainer", _("By trainer"), by_trainer),
        ]

    def _trainers(self) -> dict[uuid.UUID, str]:
        """Who trains each cohort; a cohort of several trainers counts for them together."""
        found: dict[uuid.UUID, list[str]] = {}
        ids = [cohort.id for cohort in self.cohorts]
        for cohort, person in accounts.people_holding(self.session, Role.TRAINER, ids, vault()):
            found.setdefault(cohort, []).append(person.label)
        return {cohort: ", ".join(labels) for cohort, labels in found.items()}


@bp.get("/statistics/<slug>")
@needs(Permission.SEE_STATISTICS)
def quiz(slug: str) -> str | AnyResponse:
    """The flags of a quiz, its pictures, its questions, and its people by group."""
    asked = _Asked(slug)
    file_format = wanted_format()
    kept = asked.report(fresh=bool(file_format))
    if isinstance(kept, Working):
        return _working(asked, kept)
    found = kept.report
    if found is None:
        return render_template("statistics/too-few.html", asked=asked, fewest=FEWEST)
    rows = tables.rows_of(found, _titles(asked))
    if file_format:
        return as_file(tables.items_table(found), file_format)
    sort = request.args.get("sort", "")
    return render_template(
        "statistics/quiz.html",
        asked=asked,
        kept=kept,
        report=found,
        corrected=[
            (title_of(asked.books, slug, language()), tables.corrected_words(kinds))
            for slug, kinds in found.corrected.items()
        ],
        rows=tables.ordered(rows, sort),
        sort=sort if sort.removeprefix("-") in tables.SORTS else "",
        flags=tables.flag_lines(found, _titles(asked)),
        totals=tables.totals(found),
        bands=tables.bands(found.percents),
        groups=[(words, found.groups(keys)) for _name, words, keys in asked.parted(found)],
        figure=tables.figure,
        whiches=tables.which_words(),
        fewest=FEWEST,
    )


def _working(asked: _Asked, kept: Working) -> AnyResponse:
    """A page that says how far the figures are, and asks again by itself."""
    percent = int(100 * kept.share)
    page = render_template("statistics/working.html", asked=asked, percent=percent)
    return Response(page, status=202, headers={"Retry-After": "3"})


def _titles(asked: _Asked) -> Callable[[str], str]:
    return lambda item: title_of(asked.books, item, language())


@bp.get("/statistics/<slug>/<question>")
@needs(Permission.SEE_STATISTICS)
def question(slug: str, question: str) -> str | AnyResponse:
    """One question: its choices by thirds, and its facility by group."""
    asked = _Asked(slug)
    file_format = wanted_format()
    kept = asked.report(fresh=bool(file_format))
    if isinstance(kept, Working):
        return _working(asked, kept)
    found = kept.report
    if found is None or question not in found.questions:
        raise NotThere
    item = next(i for i in found.analysis.items if i.item.name == question)
    if item.attempts < FEWEST:
        raise NotThere
    if file_format:
        if not asked.sees_keys:
            raise NotThere
        return as_file(tables.choices_table(found.tables[question]), file_format)
    return render_template(
        "statistics/question.html",
        asked=asked,
        kept=kept,
        corrected=tables.corrected_words(found.corrected.get(question, ())),
        title=title_of(asked.books, question, language()),
        row=tables.rows_of(found, _titles(asked), only=question)[0],
        choices=_choices(asked, found, question) if asked.sees_keys else None,
        thirds=found.tables[question].thirds,
        groups=[(w, found.shares(question, keys)) for _name, w, keys in asked.parted(found)],
        gaps=[gap for gap in found.gaps if gap.item == question],
        names=NAMES,
        figure=tables.figure,
        fewest=FEWEST,
    )


def _choices(asked: _Asked, found: Report, question: str) -> list[dict[str, Any]]:
    """The distractor table with the words of each choice, where the question has words for it."""
    document = asked.books.question_documents.get(question)
    parts = pick(document["texts"], language())[0].get("parts", {}) if document else {}
    table = found.tables[question]
    lines = []
    for choice in table.choices:
        html = parts.get(choice.option, {}).get("html")
        lines.append({"choice": choice, "html": html, "words": tables.option_words(choice.option)})
    return lines
