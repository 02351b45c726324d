"""Questions as staff see them, with key and notes; corrections, their dry run, and the deed."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.accounts import queries as accounts
from lms.assessment import correcting, queries, shown
from lms.assessment.blueprint import bp
from lms.assessment.forms import CorrectionForm, UndoForm, correction_words, undo_words
from lms.assessment.models import Correction
from lms.content.library import Library
from lms.domain.errors import NotThere, TooLate
from lms.domain.languages import pick
from lms.domain.permissions import Permission, Place, may
from lms.domain.questions import Unreadable
from lms.learning import pages
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.filters import authored
from lms.web.languages import language


@bp.get("/questions/")
@needs(Permission.CORRECT_MARKS)
def questions() -> str:
    """Every question by bank, and the corrections of one's organisations."""
    books = learning.library(db.session())
    banks = [
        {
            "title": pick(bank["texts"], language())[0]["title"],
            "questions": [
                {"id": q, "title": _title(books, q)}
                for q in bank["questions"]
                if q in books.questions
            ],
        }
        for bank in books.banks.values()
    ]
    corrections = correcting.visible(db.session(), actor())
    return render_template(
        "assessment/questions.html",
        banks=banks,
        corrections=[{"row": c, "title": _title(books, c.question)} for c in corrections],
        why=correction_words(),
        may_trace=bool(actor().places_where(Permission.APPLY_CORRECTIONS)),
    )


def _title(books: Library, question_id: str) -> str:
    document = books.question_documents.get(question_id)
    title: str = pick(document["texts"], language())[0]["title"] if document else question_id
    return title


@bp.get("/questions/<question_id>")
@needs(Permission.CORRECT_MARKS)
def question_for_staff(question_id: str) -> str:
    return _question(question_id, CorrectionForm(formdata=None))


def _question(question_id: str, form: CorrectionForm, error: str | None = None) -> str:
    books = learning.library(db.session())
    found = books.questions.get(question_id)
    if found is None:
        raise NotThere
    # Whoever is sitting a paper with it is a trainee for as long (security C-72).
    if queries.is_sitting(db.session(), actor(), question_id):
        raise TooLate("own-attempt")
    words, used = pick(books.question_documents[question_id]["texts"], language())
    return render_template(
        "assessment/staff_question.html",
        question=found,
        words=words,
        used=used,
        order=pages.steady_order(found),
        key=shown.key_of(found, words),
        rules=[pages.rule_chip(books, rule, language(), None) for rule in found.rules],
        form=form,
        error=error,
        typed=request.form.to_dict(flat=False) if request.method == "POST" else None,
    )


@bp.post("/questions/<question_id>")
@needs(Permission.CORRECT_MARKS, audit=True)
def propose(question_id: str) -> tuple[str, int] | AnyResponse:
    books = learning.library(db.session())
    found = books.questions.get(question_id)
    if found is None:
        raise NotThere
    form = CorrectionForm()
    if not form.validate():
        return _question(question_id, form), 422
    value: Any = None
    if form.kind.data == "accept":
        try:
            value = found.read(request.form.to_dict(flat=False))
        except Unreadable as problem:
            words = pages.unreadable_words(problem, books, question_id, language())
            return _question(question_id, form, words), 422
        if found.is_blank(value):
            return _question(question_id, form, _("Choose or write an answer first.")), 422
    if form.kind.data == "version":
        value = str(books.published)
    place = min(correcting.organisations(actor()), key=str)
    with db.transaction() as session:
        made = correcting.propose(
            session,
            actor(),
            question_id,
            form.kind.data,
            value,
            form.why.data,
            organisation_id=place,
            now=clock.now(),
        )
        correction_id = made.id
    return redirect(url_for(".correction", correction_id=correction_id), code=303)


@bp.get("/corrections/<uuid:correction_id>")
@needs(Permission.CORRECT_MARKS)
def correction(correction_id: uuid.UUID) -> str:
    """The dry run: who would pass or fail, before anything is changed."""
    return _correction(correction_id, UndoForm(formdata=None))


def _correction(correction_id: uuid.UUID, undo_form: UndoForm) -> str:
    session = db.session()
    found = correcting.one(session, actor(), correction_id)
    changes = [] if found.undone_at else correcting.dry_run(session, found)
    books = learning.library(session)
    reaches = may(actor(), Permission.APPLY_CORRECTIONS, Place(found.organisation_id))
    names = accounts.labels(session, [c.account_id for c in changes], vault()) if reaches else {}
    return render_template(
        "assessment/correction.html",
        correction=found,
        title=_title(books, found.question),
        why=correction_words()[found.reason],
        accepted=_accepted(books, found),
        changes=changes,
        names=names,
        quizzes={
            slug: pick(document["texts"], language())[0]["title"]
            for slug, document in books.quizzes.items()
        },
        may_apply=found.applied_at is None and correcting.may_apply(actor(), found),
        own=found.proposed_by == actor().id,
        in_force=found.applied_at is not None and found.undone_at is None,
        may_undo=correcting.may_undo(actor(), found),
        asked_it=found.undo_asked_by == actor().id,
        why_undo=undo_words().get(found.undo_reason or ""),
        undo_form=undo_form,
    )


def _accepted(books: Library, found: Correction) -> str:
    """The further answer in words, where the present release still has its parts."""
    if found.kind != "accept":
        return ""
    document = books.question_documents.get(found.question)
    parts = pick(document["texts"], language())[0]["parts"] if document else {}
    values = found.value if isinstance(found.value, list) else [found.value]
    if isinstance(found.value, dict):
        values = list(found.value.values())
    said = [(parts.get(str(v)) or {}).get("html") or "" for v in values]
    return ", ".join(
        str(authored(html).striptags()) if html else str(value)
        for html, value in zip(said, values, strict=True)
    )


@bp.post("/corrections/<uuid:correction_id>/apply")
@needs(Permission.APPLY_CORRECTIONS, audit=True)
def apply_correction(correction_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        changes = correcting.apply(session, actor(), correction_id, now=clock.now())
    flash(_("Marked anew: %(count)s results changed.", count=len(changes)))
    return redirect(url_for(".correction", correction_id=correction_id), code=303)


@bp.post("/corrections/<uuid:correction_id>/ask-undo")
@needs(Permission.CORRECT_MARKS, audit=True)
def ask_undo(correction_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    correcting.one(db.session(), actor(), correction_id)
    form = UndoForm()
    if not form.validate():
        return _correction(correction_id, form), 422
    with db.transaction() as session:
        correcting.ask_undo(session, actor(), correction_id, form.why.data, now=clock.now())
    return redirect(url_for(".correction", correction_id=correction_id), code=303)


@bp.post("/corrections/<uuid:correction_id>/undo")
@needs(Permission.APPLY_CORRECTIONS, audit=True)
def undo_correction(correction_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        changes = correcting.undo(session, actor(), correction_id, now=clock.now())
    flash(_("Taken back: %(count)s results are what they were.", count=len(changes)))
    return redirect(url_for(".correction", correction_id=correction_id), code=303)
