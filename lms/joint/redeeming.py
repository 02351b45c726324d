"""A receipt is redeemed with one's own trainer: it counts for the person alone."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.cohorts import queries as cohorts
from lms.domain.permissions import Permission
from lms.joint import actions, queries, receipts
from lms.joint.forms import ReceiptForm
from lms.joint.room import bp
from lms.privacy import vault
from lms.web.access import actor, needs


@bp.get("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/receipt")
@needs(Permission.ASSESS)
def redeem(cohort_id: uuid.UUID, account_id: uuid.UUID) -> str:
    return _page(cohort_id, account_id, ReceiptForm(formdata=None))


def _page(cohort_id: uuid.UUID, account_id: uuid.UUID, form: ReceiptForm) -> str:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    person = cohorts.member(session, found, account_id, vault())
    return render_template(
        "joint/redeem.html",
        cohort=found,
        person=person,
        form=form,
        attended=queries.receipts_of(session, person.id),
    )


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/receipt")
@needs(Permission.ASSESS)
def redeem_post(cohort_id: uuid.UUID, account_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    session = db.session()
    found = cohorts.one(session, actor(), cohort_id, Permission.ASSESS)
    person = cohorts.member(session, found, account_id, vault())
    form = ReceiptForm()
    if not form.validate():
        return _page(cohort_id, account_id, form), 422
    folder = current_app.config["LMS_SETTINGS"].keys
    try:
        receipt = receipts.read_receipt(form.receipt.data or "", receipts.public_keys(folder))
    except receipts.NoReceipt:
        form.receipt.errors = [_("This is not a receipt of a house that is known here.")]
        return _page(cohort_id, account_id, form), 422
    with db.transaction() as writing:
        actions.redeem(writing, actor(), found, person.id, receipt, now=clock.now())
    flash(_("The receipt counts. It cannot be used again."), "good")
    address = url_for("joint.redeem", cohort_id=cohort_id, account_id=account_id)
    return redirect(address, code=303)
