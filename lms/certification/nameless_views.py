"""Codes without a name, for the holder of a certificate: draw them, and print them."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.certification import histories, nameless, printing, wording
from lms.certification.forms import OwnNameForm
from lms.certification.keys import NoKey
from lms.certification.room import bp, desk, keys, sent, serial_of, settings
from lms.domain.certification import standing_at
from lms.domain.errors import NotThere, TooLate
from lms.domain.permissions import Permission
from lms.privacy import CannotOpen, vault
from lms.web.access import actor, needs


@bp.get("/certificates/<serial>/codes")
@needs(Permission.OWN_ACCOUNT)
def codes(serial: str) -> str:
    return _page(serial_of(serial), OwnNameForm(formdata=None))


@bp.post("/certificates/<serial>/codes")
@needs(Permission.OWN_ACCOUNT, audit=True)
def draw_codes(serial: str) -> str | tuple[str, int] | AnyResponse:
    found, form = serial_of(serial), OwnNameForm()
    nameless.own(db.session(), actor(), found)
    if not form.validate():
        return _page(found, form), 422
    try:
        with db.transaction() as session:
            nameless.draw(
                session, actor(), found, form.name.data or "", now=clock.now(), desk=desk()
            )
    except nameless.OtherName:
        form.name.errors = [_("Another name was printed. Type it exactly as it stands there.")]
        return _page(found, form), 422
    except NoKey:
        return _page(found, form, no_key=True), 409
    except CannotOpen:
        raise NotThere from None
    except TooLate as problem:
        raise TooLate(problem.reason, href=url_for(".codes", serial=found)) from None
    flash(_("Made. Print the sheet and cut it."), "good")
    return redirect(url_for(".codes", serial=found), code=303)


def _page(serial: str, form: OwnNameForm, *, no_key: bool = False) -> str:
    session = db.session()
    row = nameless.own(session, actor(), serial)
    standing = standing_at(histories.one(session, serial, row), clock.now())
    there = nameless.count(session, serial)
    return render_template(
        "certification/codes.html",
        form=form,
        serial=serial,
        title=row.claims["programme_title"],
        status=wording.holds(standing),
        holds=standing.holds,
        there=there,
        each=nameless.SET,
        may_draw=standing.holds and there + nameless.SET <= nameless.MOST,
        few=nameless.is_one_of_few(session, row),
        no_key=no_key or keys().issuing is None,
    )


@bp.get("/certificates/<serial>/codes/sheet")
@needs(Permission.OWN_ACCOUNT)
def codes_sheet(serial: str) -> Response:
    """The codes to print and cut: a sheet for each six. Nothing on it names its holder."""
    row = nameless.own(db.session(), actor(), serial_of(serial))
    try:
        found = nameless.codes_of(db.session(), row, vault())
    except CannotOpen:
        raise NotThere from None
    if not found:
        raise NotThere
    pairs = [(code.token, code.printed) for code in found]
    content = printing.codes_pdf(pairs, row.language, f"{settings().public_url}/verify")
    return sent(content, "application/pdf", "codes.pdf")
