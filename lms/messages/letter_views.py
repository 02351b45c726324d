"""Being told by e-mail that a message waits: one's own wish, off until it is made."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import DataRequired, Length, ValidationError

from lms import clock, db
from lms.domain.errors import TooLate
from lms.domain.permissions import Permission
from lms.messages import letters
from lms.messages.views import bp
from lms.privacy import vault
from lms.web.access import actor, needs
from lms.web.forms import Form

# One @, a dot after it, and nothing that a header could be broken with. Whether somebody reads
# what is sent there only a letter can tell.
_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\x00-\x1f\x7f]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LONGEST = 254


class WishForm(Form):
    to = StringField(
        lazy_gettext("E-mail address"),
        [
            DataRequired(lazy_gettext("Type an address, or leave things as they are.")),
            Length(max=LONGEST, message=lazy_gettext("This address is too long.")),
        ],
        description=lazy_gettext("Kept encrypted, shown to nobody, used for these letters alone."),
    )

    def validate_to(self, field: StringField) -> None:
        if not _ADDRESS.fullmatch(field.data or ""):
            raise ValidationError(_("Write it as name@example.org."))


def is_on() -> bool:
    """Whether this machine has a mail server."""
    return current_app.config["LMS_SETTINGS"].smtp is not None


@bp.get("/messages/letters")
@needs(Permission.OWN_ACCOUNT)
def own_letters() -> str:
    return _page(WishForm(formdata=None))


def _page(form: WishForm) -> str:
    wish = letters.own_wish(db.session(), actor(), vault())
    return render_template("messages/letters.html", form=form, wish=wish, is_on=is_on())


@bp.post("/messages/letters")
@needs(Permission.OWN_ACCOUNT)
def wish_letters() -> Any:
    if not is_on():
        raise TooLate("no-mail")
    form = WishForm()
    form.to.data = (form.to.data or "").strip()
    if not form.validate():
        return _page(form), 422
    with db.transaction() as session:
        letters.wish(session, actor(), form.to.data, vault=vault(), now=clock.now())
    flash(_("From now on a letter tells you when a message waits, at most once a day."), "good")
    return redirect(url_for(".own_letters"), code=303)


@bp.post("/messages/letters/end")
@needs(Permission.OWN_ACCOUNT)
def end_letters() -> AnyResponse:
    with db.transaction() as session:
        letters.unwish(session, actor())
    flash(_("Your address is forgotten. No more letters will come."), "good")
    return redirect(url_for(".own_letters"), code=303)
