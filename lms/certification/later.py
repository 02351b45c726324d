"""Pages of an issued certificate: what became of it, and suspending, lifting, revoking, replacing.

Each deed has a step before it that says what it does; nothing is done by opening a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.certification import actions, ending, queries, wording
from lms.certification.forms import ReasonForm, ReplaceForm
from lms.certification.keys import NoKey
from lms.certification.printing import Unprintable
from lms.certification.room import bp, desk, keys, serial_of
from lms.certification.tokens import serial_shown
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.domain.certification import Kind, refusal
from lms.domain.errors import NotYours, TooLate
from lms.domain.permissions import Permission, may
from lms.web.access import actor, needs
from lms.web.languages import NAMES, language

TRIES = 3


@dataclass(frozen=True)
class Step:
    """One deed as the pages offer it: what it is called, its reasons, and what it does."""

    name: str
    kind: Kind
    title: str
    question: str
    final: str
    button: str
    look: str
    reasons: Mapping[str, str]
    effects: tuple[str, ...]
    done: str


def _steps() -> dict[str, Step]:
    listed = _("A new signed revocation list is published.")
    kept = _("The trail keeps who did it, when, and the reason.")
    return {
        "suspend": Step(
            "suspend",
            Kind.SUSPENDED,
            _("Suspend a certificate"),
            _("Suspend this certificate?"),
            _("It can be lifted again."),
            _("Suspend"),
            "second",
            wording.suspend_reasons(),
            (_("Until it is lifted the page for checking says: suspended."), listed, kept),
            _("Suspended. The page for checking says so."),
        ),
        "lift": Step(
            "lift",
            Kind.LIFTED,
            _("Lift a suspension"),
            _("Lift the suspension?"),
            _("The certificate counts again, for the days that are left."),
            _("Lift it"),
            "first",
            wording.lift_reasons(),
            (listed, kept),
            _("Lifted. The certificate counts again."),
        ),
        "revoke": Step(
            "revoke",
            Kind.REVOKED,
            _("Revoke a certificate"),
            _("Revoke this certificate?"),
            _("This cannot be taken back."),
            _("Revoke"),
            "stop",
            wording.reasons(),
            (_("From now on the page for checking says: revoked."), listed, kept),
            _("Revoked. The page for checking and the new revocation list say so."),
        ),
    }


@bp.get("/certificates/<serial>")
@needs(Permission.SEE_COHORTS)
def certificate(serial: str) -> str:
    return _certificate_page(serial)


def _certificate_page(typed: str, wrong: str = "", form: ReasonForm | None = None) -> str:
    found = queries.one(db.session(), actor(), serial_of(typed))
    cohort = cohorts.one(db.session(), actor(), found.cohort_id)
    now, mine = clock.now(), found.account_id == actor().id
    may_end = may(actor(), Permission.REVOKE, cohort.place) and not mine
    may_issue = may(actor(), Permission.CERTIFY, cohort.place) and not mine
    practised = queries.last_practised(db.session(), [found.account_id])[found.account_id]
    return render_template(
        "certification/certificate.html",
        found=found,
        cohort=cohort,
        shown=serial_shown(found.serial),
        permits=wording.permits(found.printed),
        reason=wording.reasons().get(found.revoked_reason or ""),
        steps=[
            step
            for step in _steps().values()
            if may_end and refusal(found.history, step.kind, now) is None
        ],
        may_replace=may_issue and refusal(found.history, Kind.REPLACED, now) is None,
        may_renew=may_issue and _renews(found),
        practised=practised,
        currency=wording.currency(practised, now.date()),
        life=wording.life(found.history, found.issued_at),
        wrong=wrong,
        form=form,
    )


def _renews(found: queries.CertificateView) -> bool:
    """Whether the certify page has a next period to offer for this certificate."""
    books = publishing.current(db.session())
    if found.printed["programme"] not in books.programmes:
        return False
    programme = books.programme(found.printed["programme"])
    return queries.renewable(found, programme, clock.now())


def _confirm(serial: str, deed: str) -> str | tuple[str, int]:
    """The step before a deed: what it does, and the one button."""
    found, step = queries.one(db.session(), actor(), serial_of(serial)), _steps()[deed]
    _must_hold(found, Permission.REVOKE)
    code = refusal(found.history, step.kind, clock.now())
    if code is not None:
        raise TooLate(code)
    reason = request.args.get("reason", "")
    if reason not in step.reasons:
        form = ReasonForm(step.reasons, formdata=None)
        form.reason.errors = [_("Choose a reason.")]
        return _certificate_page(serial, deed, form), 422
    return render_template(
        "certification/confirm.html",
        found=found,
        shown=serial_shown(found.serial),
        step=step,
        reason=reason,
        words=step.reasons[reason],
    )


def _do(serial: str, deed: str, act: Callable[..., bool]) -> tuple[str, int] | AnyResponse:
    found, step = queries.one(db.session(), actor(), serial_of(serial)), _steps()[deed]
    form = ReasonForm(step.reasons)
    if not form.validate():
        return _certificate_page(serial, deed, form), 422
    now, ring = clock.now(), keys()
    with db.transaction() as session:
        listed = act(session, actor(), found.serial, form.reason.data, now=now, keys=ring)
    if listed:
        flash(step.done, "good")
    else:
        flash(
            _("Done, and the page for checking says so. The list needs a key to be signed."),
            "attention",
        )
    return redirect(url_for(".certificate", serial=found.serial), code=303)


def _offer(deed: str, act: Callable[..., bool]) -> None:
    """The two addresses of a deed: the step before it, and the deed itself."""
    address = f"/certificates/<serial>/{deed}"

    @needs(Permission.REVOKE)
    def confirm(serial: str) -> str | tuple[str, int]:
        return _confirm(serial, deed)

    @needs(Permission.REVOKE, audit=True)
    def do(serial: str) -> tuple[str, int] | AnyResponse:
        return _do(serial, deed, act)

    bp.add_url_rule(address, f"confirm_{deed}", confirm, methods=["GET"])
    bp.add_url_rule(address, deed, do, methods=["POST"])


_offer("revoke", ending.revoke)
_offer("suspend", ending.suspend)
_offer("lift", ending.lift)


@bp.get("/certificates/<serial>/replace")
@needs(Permission.CERTIFY)
def replace(serial: str) -> str:
    found = _replaceable(serial)
    data = {"language": found.printed["language"]}
    return _replace_page(found, _replace_form(found, data))


@bp.post("/certificates/<serial>/replace")
@needs(Permission.CERTIFY, audit=True)
def replace_post(serial: str) -> str | tuple[str, int] | AnyResponse:
    found = _replaceable(serial)
    form = _replace_form(found)
    if not form.validate():
        return _replace_page(found, form), 422
    try:
        made = _replaced(found.serial, form)
    except NoKey:
        return _replace_page(found, form), 409
    except Unprintable:
        form.name.errors = [
            _("This name has a letter that cannot be printed. Use Cyrillic or Latin letters.")
        ]
        return _replace_page(found, form), 422
    flash(_("Replaced. Give the new file to its holder; the old one no longer counts."), "good")
    return redirect(url_for(".certificate", serial=made), code=303)


def _replaced(serial: str, form: ReplaceForm) -> str:
    """Prepare without a lock, then write; again when somebody else was given the same place."""
    for _attempt in range(TRIES):
        now, here = clock.now(), desk()
        row = actions.prepare_replacement(
            db.session(),
            actor(),
            serial,
            form.name.data or "",
            form.language.data,
            now=now,
            desk=here,
        )
        try:
            with db.transaction() as session:
                return actions.replace_with(
                    session, actor(), row, form.reason.data, now=now, desk=here
                )
        except actions.IndexTaken:
            continue
    raise TooLate("changed")


def _replaceable(typed: str) -> queries.CertificateView:
    found = queries.one(db.session(), actor(), serial_of(typed))
    _must_hold(found, Permission.CERTIFY)
    code = refusal(found.history, Kind.REPLACED, clock.now())
    if code is not None:
        raise TooLate(code)
    return found


def _replace_form(
    found: queries.CertificateView, data: Mapping[str, str] | None = None
) -> ReplaceForm:
    form = ReplaceForm(formdata=None, data=data) if data is not None else ReplaceForm()
    texts = queries.languages_of(db.session(), found.serial)
    form.language.choices = [(code, NAMES[code]) for code in NAMES if code in texts]
    form.reason.choices = list(wording.replace_reasons().items())
    return form


def _replace_page(found: queries.CertificateView, form: ReplaceForm) -> str:
    return render_template(
        "certification/replace.html",
        found=found,
        form=form,
        shown=serial_shown(found.serial),
        no_key=keys().issuing is None,
        language=language(),
    )


def _must_hold(found: queries.CertificateView, permission: Permission) -> None:
    place = cohorts.one(db.session(), actor(), found.cohort_id).place
    if not may(actor(), permission, place) or found.account_id == actor().id:
        raise NotYours
