"""Certificates: anybody checks one, a trainer issues and revokes, the holder takes theirs away."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import (
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.certification import (
    actions,
    badges,
    checking,
    checking_page,
    logbook,
    obstacles,
    offline,
    queries,
    wording,
)
from lms.certification.forms import CertifyForm, VerifyForm
from lms.certification.keys import NoKey, public_text
from lms.certification.printing import Unprintable
from lms.certification.readiness import Readiness, examine
from lms.certification.room import bp, desk, keys, sent, serial_of
from lms.certification.sealing import open_pdf, open_token
from lms.certification.throttle import Throttle
from lms.certification.tokens import serial_shown
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.domain.errors import Missing, NotThere, TooLate
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.privacy import CannotOpen, vault
from lms.web import kept
from lms.web.access import actor, needs, public
from lms.web.forms import csrf
from lms.web.languages import NAMES, language
from lms.web.turns import in_turn

TRIES = 3
_throttle = Throttle()


# --- anybody -------------------------------------------------------------------------------------


@bp.get("/verify")
@public
def verify() -> kept.Drawn:
    with_offline = bool(keys().public) and queries.newest_list(db.session()) is not None
    return checking_page.empty(today=clock.now().date(), offline=with_offline)


@bp.post("/verify")
@csrf.exempt  # type: ignore[untyped-decorator]  # nothing is changed; strangers keep no cookies
@public
def verify_post() -> kept.Drawn | tuple[str, int]:
    typed, name = request.form.get("token", ""), request.form.get("name", "")
    if not VerifyForm.would_take(typed, name):
        form = VerifyForm(meta={"csrf": False})
        form.validate()
        return checking_page.refused(form, today=clock.now().date()), 422
    with in_turn():
        return _checked(typed, name)


@bp.get("/verify/<serial>")
@public
def verify_serial(serial: str) -> kept.Drawn:
    return _checked(serial[:60], "")


def _checked(typed: str, name: str) -> kept.Drawn:
    now = clock.now()
    if _throttle.is_too_much(request.remote_addr, now):
        abort(429)
    answer = checking.check(db.session(), typed, name, keys=keys(), vault=vault(), at=now)
    return checking_page.answered(answer, typed, name, today=now.date())


@bp.get("/verify/list")
@public
def revocation_list() -> Response:
    """The newest signed revocation list, for those who verify without a network."""
    found = queries.newest_list(db.session())
    if found is None:
        raise NotThere
    name = f"revocations-{found.number}.list"
    return sent(found.body + b"\n", "text/plain; charset=us-ascii", name)


@bp.get("/verify/page")
@public
def offline_page() -> Response:
    """A page to take away that checks certificates with no network."""
    return sent(_offline_page(), "text/html; charset=utf-8", "check-certificates.html")


@bp.get("/verify/page.sig")
@public
def offline_signature() -> Response:
    """The signature of that page, as it is now."""
    content, key = _offline_page(), keys().issuing
    newest = queries.newest_list(db.session())
    if key is None or newest is None:
        raise NotThere
    text = offline.signature(content, key, newest.issued_at) + "\n"
    return sent(text.encode(), "text/plain; charset=us-ascii", "check-certificates.html.sig")


def _offline_page() -> bytes:
    ring, newest = keys(), queries.newest_list(db.session())
    if not ring.public:
        raise NotThere
    return offline.page(
        ring.public,
        newest.body.decode() if newest else None,
        root=ring.root,
        key_list=ring.signed_list,
    )


@bp.get("/verify/keys")
@public
def public_keys() -> Response:
    """The public keys, for those who verify without a network."""
    ring = keys().trusted
    if not ring:
        raise NotThere
    return sent(public_text(ring.values()), "text/plain; charset=us-ascii", "issuing-keys.pub")


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
    """The form with what can be chosen: the languages the programme is whole in."""
    best = next((purpose for purpose, one in found.items() if one.is_ready), "training")
    data: dict[str, Any] = {"purpose": best, **(given or {})}
    languages = found["training"].languages
    if data.get("language") not in languages:
        data["language"] = language() if language() in languages else languages[0]
    form = CertifyForm(formdata=None, data=data) if given is not None else CertifyForm()
    form.language.choices = [(code, NAMES[code]) for code in NAMES if code in languages]
    form.purpose.choices = obstacles.purposes(found["deployment"].cohort)
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
        no_key=keys().issuing is None,
        offered=[choice for choice in obstacles.purposes(cohort) if found[choice[0]].is_ready],
        obstacles={
            purpose: obstacles.lines(one, books, language()) for purpose, one in found.items()
        },
        unreadable=obstacles.unreadable(books, cohort.programme),
        blocked=obstacles.blocked(found["deployment"], books, language()),
        until={purpose: wording.day(one.valid_until) for purpose, one in found.items()},
    )


@bp.get("/certificates/<serial>/file")
@needs(Permission.OWN_ACCOUNT)
def file(serial: str) -> Response:
    """The frozen PDF, for its holder and those who see the cohort it was issued in."""
    session = db.session()
    found = queries.may_see_file(session, actor(), serial_of(serial))
    key = queries.holders_key(session, found)
    try:
        content = open_pdf(vault(), found.account_id, key, found.pdf_sealed)
    except CannotOpen:
        raise NotThere from None
    return sent(content, "application/pdf", f"certificate-{serial_shown(found.serial)}.pdf")


@bp.get("/certificates/<serial>/badge")
@needs(Permission.OWN_ACCOUNT)
def badge(serial: str) -> Response:
    """One's own certificate as an Open Badge: JSON with a proof, or (``?format=jws``) a JWT."""
    session, now = db.session(), clock.now()
    held = {one.serial: one for one in queries.own(session, actor(), now)}
    found = held.get(serial_of(serial))
    if found is None:
        raise NotThere
    if not found.standing.holds:
        raise TooLate(found.status.value, href="/my/")
    kept = queries.sealed_token(session, found.serial)
    try:
        key = keys().must_issue()
        token = open_token(vault(), *kept) if kept else ""
    except NoKey:
        raise TooLate("no-key", href="/my/") from None
    except CannotOpen:
        raise NotThere from None
    unsigned = badges.credential(found.printed, token, wording.permits(found.printed), key.public)
    name = f"certificate-{serial_shown(found.serial)}"
    if request.args.get("format") == "jws":
        return sent(badges.jwt(unsigned, key).encode(), "application/jose", f"{name}.jws")
    made = json.dumps(badges.signed(unsigned, key, found.issued_at), ensure_ascii=False, indent=1)
    return sent(made.encode(), "application/ld+json", f"{name}.json")


@bp.get("/certificates/<serial>/proof")
@needs(Permission.OWN_ACCOUNT)
def proof(serial: str) -> Response:
    """What shows that one's own certificate was in the log when a checkpoint was made."""
    session = db.session()
    held = {one.serial for one in queries.own(session, actor())}
    if (found := serial_of(serial)) not in held:
        raise NotThere
    kept = queries.sealed_token(session, found)
    try:
        token = open_token(vault(), *kept) if kept else ""
    except CannotOpen:
        raise NotThere from None
    try:
        made = json.dumps(logbook.proof_of(session, found, token, keys()), indent=1)
    except TooLate as problem:
        raise TooLate(problem.reason, href="/my/") from None
    return sent(made.encode(), "application/json", f"certificate-{serial_shown(found)}.proof.json")


@bp.get("/verify/checkpoint")
@public
def log_checkpoint() -> Response:
    """The newest checkpoint of the log, for those who keep one outside."""
    found = logbook.newest(db.session())
    if found is None:
        raise NotThere
    name = f"log-{found.size}.checkpoint"
    return sent(f"{found.body}\n".encode(), "text/plain; charset=us-ascii", name)


# What happens to a certificate later, changes of the law, certifying many at once and codes without
# a name belong to the same blueprint.
import_module("lms.certification.later")
import_module("lms.certification.law_views")
import_module("lms.certification.batch_views")
import_module("lms.certification.key_views")
import_module("lms.certification.nameless_views")
