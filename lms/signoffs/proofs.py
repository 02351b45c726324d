"""The page of a filled form, kept as proof for a while.

A picture is decoded, turned upright, made small and written anew: what came with it (camera,
place, time, preview, comments) is gone, because only its pixels are copied. Source: security C-28.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import warnings
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db, trail
from lms.accounts import queries as accounts
from lms.cohorts import queries as cohorts
from lms.domain.errors import NotThere
from lms.domain.permissions import Permission
from lms.learning import queries as learning
from lms.privacy import CannotOpen, Vault, vault
from lms.signoffs import forms, queries
from lms.signoffs.blueprint import bp
from lms.signoffs.models import PAGE_COLUMN, FilledForm
from lms.web.access import actor, needs

MOST_BYTES = 5_000_000
BODY_LIMIT = MOST_BYTES + 64 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1800
MOST_FORMS = 4  # of one sheet
KEPT_DAYS = 90
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPage(ValueError):
    """The file is no picture that we take: ``too-big`` or ``unreadable``."""


def pixels(body: bytes) -> bytes:
    """The picture as a JPEG of our own making. Raises NotAPage."""
    from PIL import Image, ImageOps  # megabytes that no other page needs

    if len(body) > MOST_BYTES:
        raise NotAPage("too-big")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a picture that unpacks to gigabytes is refused
            with Image.open(io.BytesIO(body), formats=FORMATS) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise NotAPage("too-big")
                upright = ImageOps.exif_transpose(found).convert("RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        clean = Image.new("RGB", upright.size)
        clean.paste(upright)
        made = io.BytesIO()
        clean.save(made, "JPEG", quality=80)
    except NotAPage:
        raise
    except Exception as problem:  # a decoder fed with anything may raise anything
        raise NotAPage("unreadable") from problem
    return made.getvalue()


def keep(
    session: Session,
    added_by: uuid.UUID,
    sheet_id: uuid.UUID,
    trainee: uuid.UUID,
    cohort_id: uuid.UUID,
    page: bytes,
    *,
    vault: Vault,
    now: datetime,
) -> uuid.UUID:
    """Seal a page with the trainee's key, until a day. The same page again is the same row."""
    digest = hashlib.sha256(page).hexdigest()
    before = session.scalar(
        sa.select(FilledForm.id).where(
            FilledForm.account_id == trainee,
            FilledForm.sheet_id == sheet_id,
            FilledForm.page_sha256 == digest,
        )
    )
    if before is not None:
        return before
    key = accounts.person_key(session, trainee)
    row = FilledForm(
        sheet_id=sheet_id,
        account_id=trainee,
        cohort_id=cohort_id,
        added_by=added_by,
        added_on=now.date(),
        keep_until=now.date() + timedelta(days=KEPT_DAYS),
        page_sealed=vault.seal_bytes(trainee, key, PAGE_COLUMN, page),
        page_sha256=digest,
    )
    session.add(row)
    session.flush()
    trail.record(
        session,
        "keep-form",
        actor_id=added_by,
        subject=f"sheet:{sheet_id}",
        facts={"sha256": digest, "until": row.keep_until.isoformat()},
        now=now,
    )
    return row.id


def erase_over(session: Session, today: date, *, now: datetime) -> int:
    """Erase every page whose day has passed; how many. Run by `lms erase forms` once a day."""
    gone = session.scalars(
        sa.delete(FilledForm).where(FilledForm.keep_until < today).returning(FilledForm.id)
    ).all()
    if gone:
        facts: dict[str, str | int | bool | None] = {"pages": len(gone)}
        trail.record(
            session, "erase-forms", actor_id=None, subject="filled-forms", facts=facts, now=now
        )
    return len(gone)


@bp.post("/cohorts/<uuid:cohort_id>/sheets/<uuid:sheet_id>/form")
@needs(Permission.ASSESS, audit=True, body_limit=BODY_LIMIT)
def add_form(cohort_id: uuid.UUID, sheet_id: uuid.UUID) -> AnyResponse:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    about = queries.sheet(session, learning.library(session), sheet_id, found.id)
    back = redirect(
        url_for(".sheet", cohort_id=cohort_id, checklist=about.checklist, account_id=about.trainee),
        code=303,
    )
    form = forms.ProofForm()
    if not form.validate():
        flash(_("Choose a file first."), "stop")
        return back
    if len(queries.forms_of(session, [about.trainee]).get(sheet_id, [])) >= MOST_FORMS:
        flash(_("At most %(most)s pages for one sheet.", most=MOST_FORMS), "stop")
        return back
    try:
        page = pixels(form.file.data.read(MOST_BYTES + 1))
    except NotAPage as refused:
        words = {
            "too-big": _("The picture is too big. Send at most 5 MB."),
            "unreadable": _("This is no picture that can be read. Send JPEG, PNG or WebP."),
        }
        flash(words[str(refused)], "stop")
        return back
    with db.transaction() as writing:
        keep(
            writing,
            actor().id,
            sheet_id,
            about.trainee,
            found.id,
            page,
            vault=vault(),
            now=clock.now(),
        )
    flash(_("The page is kept for %(days)s days.", days=KEPT_DAYS), "good")
    return back


@bp.get("/cohorts/<uuid:cohort_id>/forms/<uuid:form_id>")
@needs(Permission.ASSESS)
def show_form(cohort_id: uuid.UUID, form_id: uuid.UUID) -> Any:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    row = session.scalar(
        sa.select(FilledForm).where(FilledForm.id == form_id, FilledForm.cohort_id == found.id)
    )
    if row is None or row.keep_until < clock.now().date():
        raise NotThere
    try:
        key = accounts.person_key(session, row.account_id)
        page = vault().open_bytes(row.account_id, key, PAGE_COLUMN, row.page_sealed)
    except CannotOpen:
        raise NotThere from None
    answer = Response(page, mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = 'inline; filename="page.jpg"'
    return answer
