"""Who of a cohort is where: the sets of people that lists and messages are made for."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.queries import Person
from lms.cohorts import attention
from lms.cohorts.attention import Known
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.attention import Reason
from lms.domain.permissions import Actor
from lms.learning import queries as learning
from lms.privacy import Vault

REASONS = (
    "not-joined", "quiet", "behind", "exam-failed", "critical-weak", "practical-due", "top-up",
)  # fmt: skip


def choices(books: Library, cohort: CohortView, wanted: str = "") -> list[tuple[str, str]]:
    """(code, words) of every set of people that can be chosen. A rule is offered when asked for."""
    found = [
        ("", _("Everybody, to choose from")),
        ("all", _("Everybody")),
        ("at-risk", _("Everybody whom to call today")),
        *((f"reason:{code}", _short(code)) for code in REASONS),
        ("missing:lesson", _("Lessons are missing")),
        ("missing:quiz", _("A quiz or the exam is missing")),
        ("missing:practical", _("Something is to be shown in the room")),
        ("ready", _("Nothing is missing, not certified yet")),
    ]
    rule = wanted.removeprefix("weak:")
    if wanted.startswith("weak:") and rule in books.rules:
        from lms.learning.pages import rule_chip
        from lms.web.languages import language

        name = rule_chip(books, rule, language(), cohort.held_on)["name"]
        found.append((wanted, _("Do not know: %(name)s", name=name)))
    return found


def _short(code: str) -> str:
    words: dict[str, str] = {
        "not-joined": _("Not joined yet"),
        "quiet": _("Nothing done for some time"),
        "behind": _("Too much left for the days that are left"),
        "exam-failed": _("Failed the exam"),
        "critical-weak": _("A critical rule is weak"),
        "practical-due": _("Soon to be shown in the room"),
        "top-up": _("To learn what changed in the law"),
    }
    return words[code]


def reason_words(reason: Reason) -> str:
    """One reason written out. Days are rounded: nobody is told when others were here."""
    number = reason.number
    words: dict[str, str] = {
        "not-joined": _("Has had a code for %(days)s days and has not joined.", days=number),
        "quiet": _("Has done nothing for a week or more.")
        if number >= 7
        else _("Has done nothing for some days, and the election is near."),
        "behind": _("Would need %(minutes)s minutes a day until the election.", minutes=number),
        "exam-failed": _("Failed the exam, %(times)s times.", times=number)
        if number > 1
        else _("Failed the exam."),
        "critical-weak": _("Got %(num)s critical rules wrong last.", num=number)
        if number > 1
        else _("Got a critical rule wrong last."),
        "practical-due": _("Is late to show something in the room.")
        if number < 0
        else _("Has to show something in the room within %(days)s days.", days=max(number, 1)),
        "top-up": _("Has missed the day by which to learn what changed in the law.")
        if number < 0
        else _("Has to learn what changed in the law within %(days)s days.", days=max(number, 1)),
    }
    return words[reason.code]


def people(
    session: Session,
    books: Library,
    actor: Actor,
    cohort: CohortView,
    wanted: str,
    vault: Vault,
) -> list[Person]:
    """The learners of one set, in order of name; everybody for a code that does not exist."""
    found = attention.known(session, books, actor, cohort, vault, clock.now().date())
    if wanted.startswith("weak:"):
        rule = wanted.removeprefix("weak:")
        standings = learning.standings_of(session, [one.person.id for one in found])
        return [
            one.person
            for one in found
            if not standings.get(one.person.id, {}).get(rule, "").endswith("1")
        ]
    return [one.person for one in found if _is_in(one, wanted)]


def _is_in(one: Known, wanted: str) -> bool:
    kind, _colon, code = wanted.partition(":")
    if kind == "at-risk":
        return bool(one.reasons)
    if kind == "reason":
        return any(reason.code == code for reason in one.reasons)
    if kind == "missing":
        return any(need.kind == code for need in one.missing)
    if kind == "ready":
        return not (one.missing or one.progress.certified or one.progress.top_up_by)
    return True
