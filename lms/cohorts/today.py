"""Whom to call today, how far the cohort is, and groups beside each other."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts import queries as accounts
from lms.cohorts import attention, queries
from lms.cohorts import progress as sets
from lms.cohorts.attention import Known
from lms.cohorts.blueprint import bp
from lms.domain.attention import Share, apart, funnel, share, urgency
from lms.domain.permissions import Permission, Role, may
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import progress
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.languages import NAMES, language
from lms.web.sorting import in_order

PER_PAGE = 50
SORTS: dict[str, Callable[[Known], Any]] = {
    "name": lambda one: one.person.label.casefold(),
    "urgency": lambda one: urgency(one.reasons),
    "missing": lambda one: len(one.missing),
    "minutes": lambda one: one.minutes,
}


@bp.get("/cohorts/<uuid:cohort_id>/today")
@needs(Permission.SEE_COHORTS)
def today(cohort_id: uuid.UUID) -> str | AnyResponse:
    """Everybody at risk, the most urgent first, with the reasons in words."""
    session = db.session()
    found = queries.one(session, actor(), cohort_id)
    books = learning.library(session)
    everybody = attention.known(session, books, actor(), found, vault(), clock.now().date())
    wanted = request.args.get("reason", "")
    called = [
        one
        for one in everybody
        if one.reasons and (not wanted or any(r.code == wanted for r in one.reasons))
    ]
    sort = request.args.get("sort", "")
    key = SORTS.get(sort.removeprefix("-"))
    called.sort(key=lambda one: (-urgency(one.reasons), one.person.label.casefold()))
    if key is not None:
        called.sort(key=key, reverse=sort.startswith("-"))
    if file_format := wanted_format():
        rows = [
            (
                one.person.name,
                one.person.login,
                " ".join(sets.reason_words(reason) for reason in one.reasons),
                len(one.missing),
                one.minutes,
            )
            for one in called
        ]
        columns = ("name", "login", "why", "missing", "minutes")
        return as_file(Table("calls", columns, rows), file_format)
    number = _page(len(called))
    return render_template(
        "cohorts/today.html",
        cohort=found,
        lines=called[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(called),
        everybody=len(everybody),
        number=number,
        last=max(1, -(-len(called) // PER_PAGE)),
        sort=sort if key else "",
        wanted=wanted if wanted in sets.REASONS else "",
        reasons=[("", _("all"))]
        + [
            (code.removeprefix("reason:"), words)
            for code, words in sets.choices(books, found)
            if code.startswith("reason:")
        ],
        words=sets.reason_words,
        need_text=lambda need: progress.need_line(books, need, language())["text"],
        may_message=may(actor(), Permission.MESSAGE, found.place),
    )


def _page(total: int) -> int:
    text = request.args.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) < 7 else 1
    return min(max(number, 1), max(1, -(-total // PER_PAGE)))


@bp.get("/cohorts/<uuid:cohort_id>/way")
@needs(Permission.SEE_COHORTS)
def way(cohort_id: uuid.UUID) -> str | AnyResponse:
    """From enrolled to certified: where people stop, and how long they learned."""
    session = db.session()
    found = queries.one(session, actor(), cohort_id)
    books = learning.library(session)
    everybody = attention.known(session, books, actor(), found, vault(), clock.now().date())
    stages = _stages(everybody)
    if file_format := wanted_format():
        rows = [(stage.code, stage.reached, stage.lost) for stage in stages]
        return as_file(Table("way", ("stage", "people", "lost"), rows), file_format)
    minutes = sorted(one.minutes for one in everybody if one.begun)
    return render_template(
        "cohorts/way.html",
        cohort=found,
        stages=[(_stage_words(stage.code), stage.reached, stage.lost) for stage in stages],
        median=minutes[len(minutes) // 2] if minutes else None,
        hours=round(sum(minutes) / 60),
        begun=len(minutes),
    )


def _stages(everybody: list[Known]) -> Any:
    def those(test: Callable[[Known], bool]) -> list[uuid.UUID]:
        return [one.person.id for one in everybody if test(one)]

    return funnel(
        [
            ("enrolled", those(lambda _one: True)),
            ("joined", those(lambda one: one.progress.joined)),
            ("begun", those(lambda one: one.begun)),
            ("read", those(lambda one: one.read_all)),
            ("exam", those(lambda one: one.exam_passed)),
            ("shown", those(lambda one: one.shown_all)),
            ("certified", those(lambda one: one.progress.certified)),
        ]
    )


def _stage_words(code: str) -> str:
    words: dict[str, str] = {
        "enrolled": _("Enrolled"),
        "joined": _("Joined"),
        "begun": _("Have begun"),
        "read": _("All lessons read"),
        "exam": _("Exam passed"),
        "shown": _("Shown in the room"),
        "certified": _("Certified"),
    }
    return words[code]


@bp.get("/cohorts/compare")
@needs(Permission.SEE_COHORTS)
def compare() -> str | AnyResponse:
    """Languages, cohorts and trainers beside each other; small groups say nothing."""
    session = db.session()
    books, now = learning.library(session), clock.now()
    cohorts = queries.visible(session, actor())
    by_cohort = {
        cohort: attention.known(session, books, actor(), cohort, vault(), now.date())
        for cohort in cohorts
    }
    everybody = [one for those in by_cohort.values() for one in those]
    trainers: dict[str, list[Known]] = {}
    named = accounts.people_holding(session, Role.TRAINER, [c.id for c in cohorts], vault())
    of_cohort = {cohort.id: those for cohort, those in by_cohort.items()}
    for cohort_id, trainer in named:
        trainers.setdefault(trainer.label, []).extend(of_cohort[cohort_id])
    languages = {
        NAMES[code]: [one for one in everybody if one.person.language == code] for code in NAMES
    }
    groups = [
        ("language", _("Languages"), _lines(languages.items(), everybody)),
        ("trainer", _("Trainers"), _lines(sorted(trainers.items()), everybody)),
        (
            "cohort",
            _("Cohorts"),
            _lines(((c.name, those) for c, those in by_cohort.items()), everybody),
        ),
    ]
    if file_format := wanted_format():
        rows = [
            (kind, line["name"], line["people"], *line["exam"], *line["certified"])
            for kind, _words, lines in groups
            for line in lines
        ]
        columns = (
            "kind", "group", "people",
            "exam_percent", "exam_low", "exam_high",
            "certified_percent", "certified_low", "certified_high",
        )  # fmt: skip
        return as_file(Table("groups-compared", columns, rows), file_format)
    shown, sort = [], ""
    for kind, words, lines in groups:
        lines, sort = in_order(
            lines,
            {
                "name": lambda line: line["name"].casefold(),
                "people": lambda line: line["people"],
                "exam": lambda line: line["exam"].percent,
                "certified": lambda line: line["certified"].percent,
                "differs": lambda line: line["differs"],
            },
        )
        shown.append((kind, words, lines))
    return render_template("cohorts/compare.html", groups=shown, sort=sort)


def _lines(
    groups: Iterable[tuple[str, list[Known]]], everybody: list[Known]
) -> list[dict[str, Any]]:
    """A line for each group, and whether it differs from all others by more than chance."""
    found = []
    for name, those in groups:
        inside = {one.person.id for one in those}
        others = [one for one in everybody if one.person.id not in inside]
        exam, certified = _exam(those), _certified(those)
        found.append(
            {
                "name": name,
                "people": len(those),
                "exam": exam,
                "certified": certified,
                "differs": apart(exam, _exam(others)) or apart(certified, _certified(others)),
            }
        )
    return found


def _exam(those: list[Known]) -> Share:
    tried = [one for one in those if one.exam_passed or one.progress.failed_exams]
    return share(sum(one.exam_passed for one in tried), len(tried))


def _certified(those: list[Known]) -> Share:
    return share(sum(one.progress.certified for one in those), len(those))
