"""Pages about one person of a cohort: move, suspend, merge, a way back in; undoing an import."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.cohorts import managing, queries
from lms.cohorts.blueprint import bp
from lms.cohorts.merging import obstacles
from lms.domain.errors import NotThere
from lms.domain.permissions import Permission, may
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.squares import square


@bp.get("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/manage")
@needs(Permission.MANAGE_PEOPLE)
def manage(cohort_id: uuid.UUID, account_id: uuid.UUID) -> str:
    """Where somebody may be moved to, and who might be the same person."""
    session = db.session()
    found = queries.one(session, actor(), cohort_id, Permission.MANAGE_PEOPLE)
    member = queries.member(session, found, account_id, vault())
    return render_template(
        "cohorts/manage.html",
        cohort=found,
        person=member,
        others=[
            cohort
            for cohort in queries.visible(session, actor())
            if cohort.organisation_id == found.organisation_id
            and cohort.id != found.id
            and may(actor(), Permission.MANAGE_PEOPLE, cohort.place)
        ],
        people=[
            person
            for _c, person in queries.learners(session, [found.id], vault())
            if person.id != account_id
        ],
    )


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/move")
@needs(Permission.MANAGE_PEOPLE, audit=True)
def move(cohort_id: uuid.UUID, account_id: uuid.UUID) -> AnyResponse:
    session = db.session()
    found = queries.one(session, actor(), cohort_id, Permission.MANAGE_PEOPLE)
    queries.member(session, found, account_id, vault())
    to = _id(request.form.get("to", ""))
    with db.transaction() as writing:
        managing.move(writing, actor(), cohort_id, account_id, to, now=clock.now())
    flash(_("Moved. What they did came along."), "good")
    return redirect(url_for(".person", cohort_id=to, account_id=account_id), code=303)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotThere from None


def post_words() -> dict[str, str]:
    """What somebody may be in a commission, in the reader's language."""
    return {
        "chair": _("Chair of the commission"),
        "secretary": _("Secretary of the commission"),
        "member": _("Member of the commission"),
    }


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/post")
@needs(Permission.IMPORT_PEOPLE, audit=True)
def give_post(cohort_id: uuid.UUID, account_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        managing.give_post(
            session,
            actor(),
            cohort_id,
            account_id,
            request.form.get("post", "")[:20] or None,
            now=clock.now(),
        )
    flash(_("Written down."), "good")
    return redirect(url_for(".person", cohort_id=cohort_id, account_id=account_id), code=303)


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/suspend")
@needs(Permission.MANAGE_PEOPLE, audit=True)
def suspend(cohort_id: uuid.UUID, account_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        managing.suspend(session, actor(), cohort_id, account_id, now=clock.now())
    flash(_("Suspended: signed out everywhere, and no door opens."), "attention")
    return redirect(url_for(".manage", cohort_id=cohort_id, account_id=account_id), code=303)


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/resume")
@needs(Permission.MANAGE_PEOPLE, audit=True)
def resume(cohort_id: uuid.UUID, account_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        managing.resume(session, actor(), cohort_id, account_id, now=clock.now())
    flash(_("They may come in again."), "good")
    return redirect(url_for(".manage", cohort_id=cohort_id, account_id=account_id), code=303)


@bp.get("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/merge")
@needs(Permission.MANAGE_PEOPLE)
def confirm_merge(cohort_id: uuid.UUID, account_id: uuid.UUID) -> str:
    """What merging would do, before it is done: it cannot be taken back."""
    session = db.session()
    found = queries.one(session, actor(), cohort_id, Permission.MANAGE_PEOPLE)
    kept = queries.member(session, found, account_id, vault())
    other = _id(request.args.get("other", ""))
    gone = queries.member(session, found, other, vault())
    if other == account_id:
        raise NotThere
    words = {
        "merge-certificate": _(
            "The second entry has a certificate. Keep that entry instead, and merge the other way."
        ),
        "merge-open": _("Both have the same quiz or scenario open. Let them finish one first."),
        "oneself": _("One of the two has assessed the other, so they are two people."),
    }
    return render_template(
        "cohorts/merge.html",
        cohort=found,
        kept=kept,
        gone=gone,
        obstacles=[words[code] for code in obstacles(session, kept.id, gone.id)],
    )


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/merge")
@needs(Permission.MANAGE_PEOPLE, audit=True)
def merge(cohort_id: uuid.UUID, account_id: uuid.UUID) -> AnyResponse:
    session = db.session()
    found = queries.one(session, actor(), cohort_id, Permission.MANAGE_PEOPLE)
    queries.member(session, found, account_id, vault())
    other = _id(request.form.get("other", ""))
    with db.transaction() as writing:
        managing.merge(
            writing, actor(), cohort_id, account_id, other, vault=vault(), now=clock.now()
        )
    flash(_("Merged into one."), "good")
    return redirect(url_for(".person", cohort_id=cohort_id, account_id=account_id), code=303)


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/way-back")
@needs(Permission.IMPORT_PEOPLE, audit=True)
def way_back(cohort_id: uuid.UUID, account_id: uuid.UUID) -> Any:
    """A code for a new passphrase, for somebody who stands there or answered two agreed facts."""
    session = db.session()
    found = queries.one(session, actor(), cohort_id, Permission.IMPORT_PEOPLE)
    queries.member(session, found, account_id, vault())
    recognised = request.form.get("recognised", "")
    if recognised not in managing.RECOGNISED:
        flash(_("First say how you know who it is."), "stop")
        return redirect(url_for(".person", cohort_id=cohort_id, account_id=account_id), code=303)
    with db.transaction() as writing:
        card = managing.way_back(
            writing,
            actor(),
            cohort_id,
            account_id,
            recognised,
            vault=vault(),
            now=clock.now(),
        )
    return render_template(
        "cohorts/cards.html", cohort=found, cards=[card], again=True, square=square
    )


@bp.post("/cohorts/<uuid:cohort_id>/imports/<uuid:import_id>/undo")
@needs(Permission.IMPORT_PEOPLE, audit=True)
def undo_import(cohort_id: uuid.UUID, import_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        found = managing.undo_import(session, actor(), cohort_id, import_id, now=clock.now())
    words = ngettext(
        "%(num)s person was taken out again.", "%(num)s people were taken out again.", found.gone
    )
    if found.stayed:
        words += " " + ngettext(
            "%(num)s has joined already and stays.",
            "%(num)s have joined already and stay.",
            found.stayed,
        )
    flash(words, "good")
    return redirect(url_for(".import_people", cohort_id=cohort_id), code=303)
