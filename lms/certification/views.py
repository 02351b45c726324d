"""Certificates: anybody checks one, a trainer issues and revokes, the holder takes theirs away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.certification import actions, checking, obstacles, queries, wording
from lms.certification.actions import Desk
from lms.certification.checking import Answer
from lms.certification.forms import CertifyForm, RevokeForm, VerifyForm
from lms.certification.keys import Keyring, NoKey, keyring, public_text
from lms.certification.printing import Unprintable
from lms.certification.readiness import Readiness, examine
from lms.certification.sealing import open_pdf
from lms.certification.throttle import Throttle
from lms.certification.tokens import serial_shown, serial_typed
from lms.cohorts import queries as cohorts
from lms.config import Settings
from lms.content import publishing
from lms.domain.errors import Missing, NotThere, NotYours, TooLate
from lms.domain.languages import pick
from lms.domain.permissions import Permission, may
from lms.privacy import CannotOpen, vault
from lms.web.access import actor, needs, public
from lms.web.forms import csrf
from lms.web.languages import NAMES, language

bp = Blueprint("certification", __name__)
TRIES = 3
_throttle = Throttle()


def _settings() -> Settings:
    found: Settings = current_app.config["LMS_SETTINGS"]
    return found


def _keys() -> Keyring:
    return keyring(_settings().keys)


def desk() -> Desk:
    """What the running application issues with."""
    return Desk(_keys(), vault(), f"{_settings().public_url}/verify")


# --- anybody -------------------------------------------------------------------------------------


@bp.get("/verify")
@public
def verify() -> str:
    return _verify_page(VerifyForm(formdata=None, meta={"csrf": False}))


@bp.post("/verify")
@csrf.exempt  # type: ignore[untyped-decorator]  # nothing is changed; strangers keep no cookies
@public
def verify_post() -> str | tuple[str, int]:
    form = VerifyForm(meta={"csrf": False})
    if not form.validate():
        return _verify_page(form), 422
    return _verify_page(form, _check(form.token.data or "", form.name.data or ""))


@bp.get("/verify/<serial>")
@public
def verify_serial(serial: str) -> str:
    form = VerifyForm(formdata=None, meta={"csrf": False}, data={"token": serial[:60]})
    return _verify_page(form, _check(serial, ""))


def _check(typed: str, name: str) -> Answer:
    if _throttle.is_too_much(request.remote_addr, clock.now()):
        abort(429)
    return checking.check(
        db.session(), typed, name, keys=_keys(), vault=vault(), on=clock.now().date()
    )


def _verify_page(form: VerifyForm, answer: Answer | None = None) -> str:
    return render_template(
        "certification/verify.html",
        form=form,
        answer=answer,
        word=wording.status(answer.word) if answer else None,
        facts=wording.facts(answer.printed) if answer and answer.printed else None,
        permits=wording.permits(answer.printed) if answer and answer.printed else None,
        today=wording.day(clock.now().date()),
        offline=answer is None and _keys().public and queries.newest_list(db.session()),
    )


@bp.get("/verify/list")
@public
def revocation_list() -> Response:
    """The newest signed revocation list, for those who verify without a network."""
    found = queries.newest_list(db.session())
    if found is None:
        raise NotThere
    name = f"revocations-{found.number}.list"
    return _file(found.body + b"\n", "text/plain; charset=us-ascii", name)


@bp.get("/verify/keys")
@public
def public_keys() -> Response:
    """The public keys, for those who verify without a network."""
    keys = _keys().public
    if not keys:
        raise NotThere
    return _file(public_text(keys.values()), "text/plain; charset=us-ascii", "issuing-keys.pub")


def _file(content: bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# --- trainers ------------------------------------------------------------------------------------


@bp.get("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/certify")
@needs(Permission.CERTIFY)
def certify(cohort_id: uuid.UUID, account_id: uuid.UUID) -> str:
    cohort = cohorts.one(db.session(), actor(), cohort_id)
    person = cohorts.member(db.session(), cohort, account_id, vault())
    found = _both(cohort_id, account_id)
    form = _certify_form(found, given={"name": person.name or "", "language": person.language})
    return _certify_page(form, account_id, found)


@bp.post("/cohorts/<uuid:cohort_id>/people/<uuid:account_id>/certify")
@needs(Permission.CERTIFY, audit=True)
def certify_post(
    cohort_id: uuid.UUID, account_id: uuid.UUID
) -> str | tuple[str, int] | AnyResponse:
    found = _both(cohort_id, account_id)
    form = _certify_form(found)
    if not form.validate():
        return _certify_page(form, account_id, found), 422
    try:
        issued = _issue(cohort_id, account_id, form)
    except (Missing, NoKey, TooLate):
        return _certify_page(form, account_id, _both(cohort_id, account_id)), 409
    except Unprintable:
        form.name.errors = [
            _("This name has a letter that cannot be printed. Use Cyrillic or Latin letters.")
        ]
        return _certify_page(form, account_id, found), 422
    if issued.is_new:
        flash(_("Certified. Give the file to its holder."), "good")
    else:
        flash(_("This person has this certificate already; here it is."), "plain")
    return redirect(url_for(".certificate", serial=issued.serial), code=303)


def _issue(cohort_id: uuid.UUID, account_id: uuid.UUID, form: CertifyForm) -> actions.Issued:
    """Prepare without a lock, then write; again when somebody else was given the same place."""
    for _attempt in range(TRIES):
        now, here = clock.now(), desk()
        books = publishing.current(db.session())
        prepared = actions.prepare(
            db.session(),
            actor(),
            account_id,
            cohort_id,
            form.purpose.data,
            form.name.data or "",
            form.language.data,
            now=now,
            library=books,
            desk=here,
        )
        try:
            with db.transaction() as session:
                return actions.certify(
                    session, actor(), prepared, now=now, library=books, desk=here
                )
        except actions.IndexTaken:
            continue
    raise TooLate("changed")


def _both(cohort_id: uuid.UUID, account_id: uuid.UUID) -> dict[str, Readiness]:
    """How this person stands for each purpose."""
    session, now = db.session(), clock.now()
    books = publishing.current(session)
    return {
        purpose: examine(session, actor(), account_id, cohort_id, purpose, now=now, library=books)
        for purpose in ("training", "deployment")
    }


def _certify_form(
    found: Mapping[str, Readiness], given: Mapping[str, Any] | None = None
) -> CertifyForm:
    """The form with what can be chosen: the languages the programme is written in."""
    best = next((purpose for purpose, one in found.items() if one.is_ready), "training")
    data: dict[str, Any] = {"purpose": best, **(given or {})}
    languages = found["training"].languages
    if data.get("language") not in languages:
        data["language"] = language() if language() in languages else languages[0]
    form = CertifyForm(formdata=None, data=data) if given is not None else CertifyForm()
    form.language.choices = [(code, NAMES[code]) for code in NAMES if code in languages]
    form.purpose.choices = obstacles.purposes(found["deployment"])
    return form


def _certify_page(
    form: CertifyForm,
    account_id: uuid.UUID,
    found: Mapping[str, Readiness],
) -> str:
    books = publishing.current(db.session())
    cohort = found["training"].cohort
    person = cohorts.member(db.session(), cohort, account_id, vault())
    title = pick(books.programmes[cohort.programme]["texts"], language())[0]["title"]
    return render_template(
        "certification/certify.html",
        form=form,
        person=person,
        cohort=cohort,
        programme=title,
        readiness=found,
        no_key=_keys().issuing is None,
        offered=[
            choice
            for choice in obstacles.purposes(found["deployment"])
            if found[choice[0]].is_ready
        ],
        obstacles={
            purpose: obstacles.lines(one, books, language()) for purpose, one in found.items()
        },
        blocked=obstacles.blocked(found["deployment"], books, language()),
        until={purpose: wording.day(one.valid_until) for purpose, one in found.items()},
    )


@bp.get("/certificates/<serial>")
@needs(Permission.SEE_COHORTS)
def certificate(serial: str) -> str:
    return _certificate_page(serial, RevokeForm(formdata=None))


def _certificate_page(typed: str, form: RevokeForm) -> str:
    found = queries.one(db.session(), actor(), _serial(typed))
    cohort = cohorts.one(db.session(), actor(), found.cohort_id)
    return render_template(
        "certification/certificate.html",
        found=found,
        cohort=cohort,
        shown=serial_shown(found.serial),
        permits=wording.permits(found.printed),
        reason=wording.reasons().get(found.revoked_reason or ""),
        may_revoke=may(actor(), Permission.REVOKE, cohort.place) and not found.revoked_at,
        form=form,
    )


@bp.get("/certificates/<serial>/revoke")
@needs(Permission.REVOKE)
def confirm_revoke(serial: str) -> str | tuple[str, int]:
    """The step before the deed: what it does, and the one button."""
    found = queries.one(db.session(), actor(), _serial(serial))
    _must_revoke(found)
    if found.revoked_at is not None:
        raise TooLate("revoked")
    reason = request.args.get("reason", "")
    if reason not in wording.REASONS:
        form = RevokeForm(formdata=None)
        form.reason.errors = [_("Choose a reason.")]
        return _certificate_page(serial, form), 422
    return render_template(
        "certification/revoke.html",
        found=found,
        shown=serial_shown(found.serial),
        reason=reason,
        words=wording.reasons()[reason],
    )


@bp.post("/certificates/<serial>/revoke")
@needs(Permission.REVOKE, audit=True)
def revoke(serial: str) -> str | tuple[str, int] | AnyResponse:
    found = queries.one(db.session(), actor(), _serial(serial))
    form = RevokeForm()
    if not form.validate():
        return _certificate_page(serial, form), 422
    now, keys = clock.now(), _keys()
    with db.transaction() as session:
        listed = actions.revoke(
            session, actor(), found.serial, form.reason.data, now=now, keys=keys
        )
    if listed:
        flash(_("Revoked. The page for checking and the new revocation list say so."), "good")
    else:
        flash(
            _("Revoked, and the page for checking says so. The list needs a key to be signed."),
            "attention",
        )
    return redirect(url_for(".certificate", serial=found.serial), code=303)


def _must_revoke(found: queries.CertificateView) -> None:
    place = cohorts.one(db.session(), actor(), found.cohort_id).place
    if not may(actor(), Permission.REVOKE, place):
        raise NotYours


@bp.get("/certificates/<serial>/file")
@needs(Permission.OWN_ACCOUNT)
def file(serial: str) -> Response:
    """The frozen PDF, for its holder and those who see the cohort it was issued in."""
    session = db.session()
    found = queries.may_see_file(session, actor(), _serial(serial))
    key = queries.holders_key(session, found)
    try:
        content = open_pdf(vault(), found.account_id, key, found.pdf_sealed)
    except CannotOpen:
        raise NotThere from None
    return _file(content, "application/pdf", f"certificate-{serial_shown(found.serial)}.pdf")


def _serial(typed: str) -> str:
    found = serial_typed(typed)
    if found is None:
        raise NotThere
    return found
