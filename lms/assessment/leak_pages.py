"""Where a leaked question came from: a text is compared with what every account read."""

from __future__ import annotations

from flask import render_template
from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms import clock, db
from lms.accounts import queries as accounts
from lms.assessment import canaries
from lms.assessment.blueprint import bp
from lms.domain.permissions import Permission
from lms.learning import pages
from lms.learning import queries as learning
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.forms import Form
from lms.web.languages import language

MOST_SIGNS = 20_000


class LeakForm(Form):
    text = TextAreaField(
        _("The text that turned up"),
        [DataRequired(_("Paste the text first.")), Length(max=MOST_SIGNS)],
        description=_("As it was found, with its figures. It is compared and not kept."),
    )


@bp.get("/questions/leaks")
@needs(Permission.APPLY_CORRECTIONS)
def leak() -> str:
    """Ask where a text came from."""
    return render_template("assessment/leak.html", form=LeakForm(formdata=None), traced=None)


@bp.post("/questions/leaks")
@needs(Permission.APPLY_CORRECTIONS, audit=True)
def trace_leak() -> str | tuple[str, int]:
    form = LeakForm()
    if not form.validate():
        return render_template("assessment/leak.html", form=form, traced=None), 422
    with db.transaction() as session:
        traced = canaries.trace(session, actor(), form.text.data or "", now=clock.now())
    books = learning.library(db.session())
    ids = [suspect.account_id for suspect in traced.named]
    return render_template(
        "assessment/leak.html",
        form=form,
        traced=traced,
        names=accounts.labels(db.session(), ids, vault()),
        titles={
            q: pages.question_title(books, q, language()) if q in books.questions else q
            for q in traced.questions
        },
    )
