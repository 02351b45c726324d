"""Writing to a filtered set of a cohort, and reading what was written to one.

Quiet by design: nothing leaves the product by itself, and no title, address or file name says what
a message is about. Source: beyond the peers 24.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms import clock, db
from lms.cohorts import progress as sets
from lms.cohorts import queries as cohorts
from lms.domain.permissions import Permission
from lms.learning import queries as learning
from lms.messages import actions, queries
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.forms import Form, given_key

bp = Blueprint("messages", __name__)
LONGEST = 2000


class MessageForm(Form):
    words = TextAreaField(
        lazy_gettext("Message"),
        [
            DataRequired(lazy_gettext("Write something first.")),
            Length(max=LONGEST, message=lazy_gettext("At most 2000 characters.")),
        ],
        description=lazy_gettext("Plain text. Name nobody and no place: a phone may be searched."),
    )


@bp.get("/cohorts/<uuid:cohort_id>/messages")
@needs(Permission.MESSAGE)
def write(cohort_id: uuid.UUID) -> str:
    return _page(cohort_id, MessageForm(formdata=None), request.args.getlist("people"))


def _page(cohort_id: uuid.UUID, form: MessageForm, chosen: list[str]) -> str:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.MESSAGE)
    wanted = request.values.get("filter", "")
    set_ = sets.people(session, learning.library(session), actor(), found, wanted, vault())
    chosen = chosen or [str(person.id) for person in set_ if wanted]
    return render_template(
        "messages/write.html",
        cohort=found,
        form=form,
        people=set_,
        chosen=chosen,
        filters=sets.choices(learning.library(session), found, wanted),
        wanted=wanted,
        sent=queries.sent(session, actor(), found.id, vault()),
    )


@bp.post("/cohorts/<uuid:cohort_id>/messages")
@needs(Permission.MESSAGE, audit=True)
def send(cohort_id: uuid.UUID) -> Any:
    cohorts.one(db.session(), actor(), cohort_id, Permission.MESSAGE)
    form, given = MessageForm(), request.form.getlist("people")
    people = []
    for one in given:
        try:
            people.append(uuid.UUID(one))
        except ValueError:
            continue
    if not form.validate() or not people:
        if not people:
            form.words.errors = [*form.words.errors, _("Choose at least one person.")]
        return _page(cohort_id, form, given), 422
    with db.transaction() as session:
        number = actions.send(
            session,
            actor(),
            cohort_id,
            people,
            (form.words.data or "").replace("\r\n", "\n").strip(),
            key=given_key(),
            vault=vault(),
            now=clock.now(),
        )
    words = ngettext("Sent to %(num)s person.", "Sent to %(num)s people.", number)
    flash(words, "good")
    return redirect(url_for(".write", cohort_id=cohort_id), code=303)


@bp.get("/messages/")
@needs(Permission.OWN_ACCOUNT)
def inbox() -> str:
    found = queries.received(db.session(), actor(), vault())
    return render_template(
        "messages/inbox.html",
        messages=found,
        letters_on=current_app.config["LMS_SETTINGS"].smtp is not None,
    )


@bp.post("/messages/<uuid:message_id>/read")
@needs(Permission.OWN_ACCOUNT)
def read(message_id: uuid.UUID) -> AnyResponse:
    with db.transaction() as session:
        actions.mark_read(session, actor(), message_id, now=clock.now())
    return redirect(url_for(".inbox"), code=303)


from lms.messages import letter_views  # noqa: E402, F401 - the other pages of the room
