"""What stands between a person and a certificate, in words that name the way forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import ngettext

from lms.certification import parity, wording
from lms.certification.readiness import Readiness
from lms.certification.wording import _
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.certification import Need
from lms.domain.languages import pick
from lms.domain.rules import Standing
from lms.web.languages import NAMES

MOST_NAMED = 2  # lessons, where many people stand below each other


def purposes(cohort: CohortView) -> list[tuple[str, str]]:
    """What a certificate may be for, as choices of a form."""
    held_on = cohort.held_on
    deployment = (
        _("Deployment: the election of %(day)s", day=wording.day(held_on))
        if held_on
        else _("Deployment to an election")
    )
    return [("training", _("Training completed")), ("deployment", deployment)]


def lines(found: Readiness, books: Library, language: str) -> list[str]:
    """Everything that is missing for this purpose but the sources, which have their own table."""
    shown = [need_words(need, books, language) for need in found.missing]
    if found.blocked:
        shown.append(_("Critical rules have no confirmed source for this election; see below."))
    if found.election_is_over and found.cohort.held_on:
        day = wording.day(found.cohort.held_on)
        shown.append(_("The election of %(day)s is over.", day=day))
    return shown


def brief(found: Readiness, books: Library, language: str) -> list[str]:
    """The same for a long list of people: many lessons are counted, not named."""
    lessons = [need for need in found.missing if need.kind == "lesson"]
    if len(lessons) <= MOST_NAMED:
        return lines(found, books, language)
    rest = tuple(need for need in found.missing if need.kind != "lesson")
    counted = ngettext("%(num)s lesson not finished", "%(num)s lessons not finished", len(lessons))
    return [counted, *lines(replace(found, missing=rest), books, language)]


def need_words(need: Need, books: Library, language: str) -> str:
    """One thing that is missing, in words. What is no longer published is named by its id."""
    shelves: dict[str, tuple[Mapping[str, Any], str]] = {
        "lesson": (books.lessons, _("Lesson not finished: %(title)s")),
        "quiz": (books.quizzes, _("Not passed: %(title)s")),
        "scenario": (books.scenarios, _("Scenario not passed: %(title)s")),
        "practical": (books.checklists, _("Not yet shown in the room and signed: %(title)s")),
        "certificate": (books.programmes, _("No certificate that holds: %(title)s")),
        "count": (books.counts, _("Count exercise without enough found: %(title)s")),
        "quiz-again": (books.quizzes, _("To be passed again for the renewal: %(title)s")),
        "scenario-again": (books.scenarios, _("To be played again for the renewal: %(title)s")),
        "exam-of-this-law": (
            books.quizzes,
            _("Passed, but on the law of another election: %(title)s"),
        ),
    }
    if need.kind in shelves:
        shelf, words = shelves[need.kind]
        return words % {"title": _title(shelf.get(need.id), need.id, language)}
    return {
        "drawn-runs": _("The certifying runs are not passed."),
        "joint": _("No receipt of a joint training has been redeemed, or too few."),
        "pledge": _("The pledge is not signed."),
        "observers": _("This programme trains members of commissions. It sends nobody to observe."),
        "election": _("The cohort has no election yet."),
        "exam": _("The programme asks for no exam, so nothing can be certified."),
        "account": _("The account is suspended."),
    }[need.kind]


def unreadable(books: Library, programme: str) -> list[tuple[str, int]]:
    """The languages in which this programme cannot be certified, and how much is missing."""
    found = parity.gaps(books, programme)
    return [(NAMES[code], len(missing)) for code, missing in found.items() if missing]


def _title(document: Mapping[str, Any] | None, slug: str, language: str) -> str:
    if document is None:
        return slug
    title: str = pick(document["texts"], language)[0]["title"]
    return title


def blocked(found: Readiness, books: Library, language: str) -> list[dict[str, Any]]:
    """Each blocking rule with its sources: which article, and why it does not count."""
    on = found.cohort.held_on
    shown = []
    for rule_id, source_ids in found.blocked:
        rule = books.rules.get(rule_id)
        wording_of_rule = rule.at(on) if rule else None
        name = rule_id
        if wording_of_rule and wording_of_rule.texts:
            name = pick(wording_of_rule.texts, language)[0].get("name") or rule_id
        shown.append(
            {
                "rule": rule_id,
                "name": name,
                "sources": [_source(books, source, on) for source in source_ids],
            }
        )
    return shown


def _source(books: Library, source_id: str, on: Any) -> dict[str, Any]:
    source = books.sources.get(source_id)
    if source is None:
        return {"id": source_id, "instrument": source_id, "standing": Standing.UNCONFIRMED.value}
    return {
        "id": source_id,
        "instrument": source.instrument,
        "article": source.article,
        "version": source.version,
        "checked_on": source.checked_on,
        "standing": source.standing(on).value,
    }
