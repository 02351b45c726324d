"""Files of answers: looked at and handed in by one member of staff, taken in by another."""

from __future__ import annotations

import uuid

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.assessment import handed, handing, sittings, tending
from lms.assessment.blueprint import bp
from lms.assessment.forms import FileForm, RefuseForm, TakeInForm
from lms.assessment.handed import NotOurs
from lms.assessment.models import Attempt
from lms.assessment.tending_pages import ATTEMPT, attempt_page, back
from lms.cohorts import queries as cohorts
from lms.domain.permissions import Permission
from lms.privacy import vault
from lms.web.access import actor, needs

UPLOAD_LIMIT = handed.MOST_BYTES + 64 * 1024
_FILE = f"{ATTEMPT}/files/<uuid:file_id>"


def _within(cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt:
    """The attempt, looked up within its person and a cohort of the actor's. Raises NotThere."""
    found = cohorts.one(db.session(), actor(), cohort_id, Permission.TEND_EXAMS)
    cohorts.member(db.session(), found, account_id, vault())
    return tending.of_person(db.session(), account_id, attempt_id)


@bp.post(f"{ATTEMPT}/file")
@needs(Permission.TEND_EXAMS, body_limit=UPLOAD_LIMIT)
def read_file(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID
) -> str | tuple[str, int]:
    """What would come of a file of answers; nothing is written."""
    _within(cohort_id, account_id, attempt_id)
    form = FileForm()
    if not form.validate():
        return attempt_page(cohort_id, account_id, attempt_id, file_form=form), 422
    body = form.file.data.read(handed.MOST_BYTES + 1)
    try:
        plan = handed.read(body, sittings.of(db.session(), attempt_id))
    except NotOurs as problem:
        words = _file_words(problem.code)
        return attempt_page(cohort_id, account_id, attempt_id, trouble=words), 422
    confirm = TakeInForm(formdata=None)
    text = body.decode("utf-8-sig")
    return attempt_page(
        cohort_id, account_id, attempt_id, plan=plan, take_in_form=confirm, file_text=text
    )


def _file_words(code: str) -> str:
    words: dict[str, str] = {
        "too-big": _("The file is too big to be a file of answers."),
        "another-attempt": _("This file belongs to another attempt."),
    }
    otherwise: str = _("This is not a file of answers that was saved here.")
    return words.get(code, otherwise)


@bp.post(f"{ATTEMPT}/hand-in")
@needs(Permission.TEND_EXAMS, audit=True, body_limit=UPLOAD_LIMIT)
def hand_in(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID
) -> tuple[str, int] | AnyResponse:
    """Hand a file in with a reason; somebody else takes it in."""
    _within(cohort_id, account_id, attempt_id)
    form = TakeInForm()
    # Browsers send every end of line as two characters; the file as it was saved has one.
    text = (form.text.data or "").replace("\r\n", "\n")
    try:
        sitting = sittings.of(db.session(), attempt_id)
        plan = handed.read(text.encode("utf-8", "replace"), sitting)
    except NotOurs as problem:
        words = _file_words(problem.code)
        return attempt_page(cohort_id, account_id, attempt_id, trouble=words), 422
    if not form.validate():
        more = {"plan": plan, "take_in_form": form, "file_text": text}
        return attempt_page(cohort_id, account_id, attempt_id, **more), 422
    with db.transaction() as session:
        row = tending.of_person(session, account_id, attempt_id)
        handing.hand_in(session, actor(), row, text, reason=form.reason.data, now=clock.now())
    flash(_("Handed in. Somebody else who tends this cohort's exams takes it in."))
    return back(cohort_id, account_id, attempt_id)


@bp.post(f"{_FILE}/take-in")
@needs(Permission.TEND_EXAMS, audit=True)
def take_in(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID, file_id: uuid.UUID
) -> AnyResponse:
    """Take in what somebody else handed in."""
    _within(cohort_id, account_id, attempt_id)
    with db.transaction() as session:
        row = tending.of_person(session, account_id, attempt_id)
        count = handing.take_in(session, actor(), row, file_id, now=clock.now())
    flash(_("%(count)s answers were taken in.", count=count))
    return back(cohort_id, account_id, attempt_id)


@bp.post(f"{_FILE}/refuse")
@needs(Permission.TEND_EXAMS, audit=True)
def refuse_file(
    cohort_id: uuid.UUID, account_id: uuid.UUID, attempt_id: uuid.UUID, file_id: uuid.UUID
) -> tuple[str, int] | AnyResponse:
    """Leave a file out, or withdraw one's own, with a reason."""
    _within(cohort_id, account_id, attempt_id)
    form = RefuseForm()
    if not form.validate():
        return attempt_page(cohort_id, account_id, attempt_id, refuse_form=form), 422
    with db.transaction() as session:
        row = tending.of_person(session, account_id, attempt_id)
        handing.refuse(session, actor(), row, file_id, form.why.data, now=clock.now())
    flash(_("The file was left out. No answer has changed."))
    return back(cohort_id, account_id, attempt_id)


@bp.get("/attempts/<uuid:attempt_id>/answers.txt")
@needs(Permission.SIT_QUIZ)
def own_answers(attempt_id: uuid.UUID) -> Response:
    """One's own answers as a text file, with their receipts: to keep, or to hand to a trainer."""
    sitting = sittings.own(db.session(), actor(), attempt_id)
    text = handed.written(sitting, clock.now())
    return Response(
        text,
        mimetype="text/plain",
        headers={"Content-Disposition": "attachment; filename=answers.txt"},
    )
