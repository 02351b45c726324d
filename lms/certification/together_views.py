"""The page that chooses whom of a cohort to certify at once. What follows is in batch_views."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts.queries import Person
from lms.certification import making, obstacles, together, wording
from lms.certification.readiness import Readiness, examine_all
from lms.certification.room import bp, keys
from lms.certification.together import Wish
from lms.certification.tokens import PURPOSES
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content import publishing
from lms.content.library import Library
from lms.domain.folding import clean
from lms.domain.permissions import Permission
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.languages import NAMES, language

BODY_LIMIT = 1024 * 1024  # five hundred names of eighty letters, as browsers write them


@dataclass(frozen=True)
class Sorted:
    """What the pages say of a cohort for one purpose, sorted into ready, not ready and certified.

    ``ready`` is at most as many as one batch takes; ``later`` counts those beyond.
    """

    cohort: CohortView
    books: Library
    ready: list[tuple[Person, Readiness]]
    missing: list[tuple[Person, Readiness]]
    standing: list[tuple[Person, Readiness]]
    later: int


def sorted_people(cohort_id: uuid.UUID, purpose: str) -> Sorted:
    session = db.session()
    books = publishing.current(session)
    found = examine_all(session, actor(), cohort_id, purpose, now=clock.now(), library=books)
    cohort = cohorts.one(session, actor(), cohort_id)
    people = [
        (person, found[person.id])
        for _cohort, person in cohorts.learners(session, [cohort_id], vault())
        if person.id in found
    ]
    ready = [pair for pair in people if pair[1].is_ready]
    return Sorted(
        cohort,
        books,
        ready[: together.MOST],
        [pair for pair in people if not pair[1].is_ready and pair[1].standing is None],
        [pair for pair in people if pair[1].standing is not None],
        max(0, len(ready) - together.MOST),
    )


def _purpose() -> str:
    asked = request.values.get("purpose", "training")
    return asked if asked in PURPOSES else "training"


@bp.get("/cohorts/<uuid:cohort_id>/certify")
@needs(Permission.CERTIFY)
def certify_many(cohort_id: uuid.UUID) -> str:
    """Who can be certified now, under which name, and who cannot and why."""
    return _choose_page(cohort_id, _purpose(), {}, {})


@bp.post("/cohorts/<uuid:cohort_id>/certify")
@needs(Permission.CERTIFY, body_limit=BODY_LIMIT)
def draw_up(cohort_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    purpose = _purpose()
    found, typed = sorted_people(cohort_id, purpose), dict(request.form)
    chosen = set(request.form.getlist("who"))
    wishes, errors = _wishes(found, chosen, typed)
    if errors:
        return _choose_page(cohort_id, purpose, typed, errors, chosen), 422
    with db.transaction() as session:
        batch_id = together.draw_up(
            session, actor(), cohort_id, purpose, wishes, now=clock.now(), vault=vault()
        )
    return redirect(url_for(".batch", cohort_id=cohort_id, batch_id=batch_id), code=303)


def _wishes(
    found: Sorted, chosen: set[str], typed: Mapping[str, str]
) -> tuple[list[Wish], dict[str, list[str]]]:
    """Whom to certify as it was typed, and what is wrong by field."""
    wishes, errors = [], {}
    for person, one in found.ready:
        if str(person.id) not in chosen:
            continue
        name = clean(typed.get(f"name-{person.id}", person.name or ""))
        try:
            name = making.named(name)
            if not any(sign.isalpha() for sign in name):
                raise ValueError
        except ValueError:
            errors[f"name-{person.id}"] = [
                _(
                    "%(person)s: type a name of at most %(most)s letters.",
                    person=person.label,
                    most=making.LONGEST_NAME,
                )
            ]
        wishes.append(Wish(person.id, name, _language(typed.get("language", ""), person, one)))
    if not wishes:
        errors["who"] = [_("Choose at least one person.")]
    return wishes, errors


def _language(asked: str, person: Person, one: Readiness) -> str:
    """The language that was asked for; else the person's own, or the first that can be printed."""
    for wanted in (asked, person.language):
        if wanted in one.languages:
            return wanted
    return one.languages[0]


def _choose_page(
    cohort_id: uuid.UUID,
    purpose: str,
    typed: Mapping[str, str],
    errors: Mapping[str, list[str]],
    chosen: set[str] | None = None,
) -> str:
    found = sorted_people(cohort_id, purpose)
    nobody = request.args.get("choose") == "nobody"
    everybody = {str(person.id) for person, _one in found.ready}
    some = (found.ready or found.missing or found.standing)[:1]
    languages = some[0][1].languages if some else ()
    return render_template(
        "certification/together.html",
        cohort=found.cohort,
        purpose=purpose,
        purposes=dict(obstacles.purposes(found.cohort)),
        ready=found.ready,
        later=found.later,
        missing=why_not(found),
        standing=found.standing,
        chosen=chosen if chosen is not None else (set() if nobody else everybody),
        typed=typed,
        errors=errors,
        languages=[("", _("Each in their own"))]
        + [(code, NAMES[code]) for code in NAMES if code in languages],
        most=together.MOST,
        longest=making.LONGEST_NAME,
        no_key=keys().issuing is None,
        unreadable=obstacles.unreadable(found.books, found.cohort.programme),
        batches=_batches(cohort_id),
    )


def why_not(found: Sorted) -> list[tuple[Person, list[str]]]:
    """Who cannot be certified now, with everything that stands in the way, in words."""
    return [
        (person, obstacles.brief(one, found.books, language())) for person, one in found.missing
    ]


def _batches(cohort_id: uuid.UUID) -> list[dict[str, Any]]:
    return [
        {
            "href": url_for(".batch", cohort_id=cohort_id, batch_id=one.id),
            "day": wording.day(one.begun_at.date()) if one.begun_at else "",
        }
        for one in together.batches_of(db.session(), actor(), cohort_id)
    ]
