"""When the answer is no: refusals carry facts, and here they find their page and their words."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from lms import db
from lms.content.publishing import NothingPublished
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.web import kept as keeping

log = logging.getLogger("lms.errors")
# Fields that must never come back on a page.
NEVER_KEPT = frozenset({"csrf_token", "secret", "old", "code", "client_key", "next"})
SHOWN = (400, 403, 404, 405, 409, 413, 415, 422, 429)


def init_app(app: Flask) -> None:
    app.register_error_handler(NotThere, lambda _error: page(404))
    app.register_error_handler(NotYours, lambda _error: page(403))
    app.register_error_handler(TooLate, _too_late)
    app.register_error_handler(CSRFError, lambda _error: page(400, kept=kept(), again=is_ours()))
    app.register_error_handler(NothingPublished, lambda _error: _unavailable("unpublished"))
    app.register_error_handler(OperationalError, _database_trouble)
    app.register_error_handler(IntegrityError, _raced)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _ours)


def kept() -> list[tuple[str, str]]:
    """What was typed, so that it can be given back; nothing secret, nothing of another site."""
    if request.method != "POST" or request.content_length is None or g.get("from_elsewhere"):
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        return []
    return [(name, value) for name, value in fields if name and value and name not in NEVER_KEPT]


def is_ours() -> bool:
    """Whether the browser says that a form came from a page of ours.

    Only such a form is offered to be sent again: words that another site put into it would need
    no more than one click to become this person's own.
    """
    origin = request.headers.get("Origin", "null")
    if origin != "null":
        return urlsplit(origin).netloc == request.host
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def page(status: int, **facts: object) -> Response:
    template = status if status in SHOWN or status in (500, 503) else 400
    if template in (405, 415):
        template = 404 if status == 405 else 400

    def draw() -> str:
        return render_template(f"errors/{template}.html", status=status, **facts)

    # A refusal that says nothing of what was sent is the same for everybody who speaks a language.
    if template in (403, 404) and not any(facts.values()):
        return Response(keeping.page(("refusal", template), draw, {}), status, mimetype="text/html")
    return Response(draw(), status, mimetype="text/html")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error.get_response()  # type: ignore[return-value]  # werkzeug's own response class
    answer = page(status, kept=kept() if status not in (404, 405) else [])
    if status == 405 and error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = error.get_response().headers["Allow"]
    return answer


def _too_late(error: TooLate) -> Response:
    words = _words(error.reason)
    facts = {"href": _way_on(), **error.facts}
    return page(409, reason=error.reason, facts=facts, words=words, kept=kept())


# Where things stand now, by what an address names; the first that fits.
_NOW = {
    "account_id": "assessment.exams_of_person",
    "correction_id": "assessment.correction",
    "attempt_id": "assessment.attempt",
    "run_id": "drills.run",
    "count_run_id": "counts.run",
    "cohort_id": "cohorts.cohort",
    "serial": "certification.certificate",
    "repair_id": "assessment.repair",
    "joint_id": "joint.session",
}


def _way_on() -> str | None:
    """The page of the thing that has moved on; None where there is no one thing."""
    given = request.view_args or {}
    for name, endpoint in _NOW.items():
        if name in given and (name != "account_id" or "attempt_id" in given):
            wanted = ("cohort_id", "account_id") if name == "account_id" else (name,)
            return url_for(endpoint, **{part: given[part] for part in wanted})
    return None


def _words(reason: str) -> str:
    known: dict[str, str] = {
        "stale": _("This page was open twice, and the other one has moved on. Go on from there."),
        "time-over": _("The time is over. What you sent in time has been kept."),
        "finished": _("This was already finished. Nothing was changed."),
        "answered": _("This question was answered already; the first answer stands."),
        "used-up": _("All attempts have been used."),
        "closed": _("This quiz is closed for your group."),
        "repair": _("Mend what was missed first; the page of the quiz shows the way."),
        "abandoned": _("The time ran out before this was handed in. Speak with your trainer."),
        "open": _("This attempt is still open. Nothing was changed."),
        "own-attempt": _("Hand in your own paper first: this question stands on it."),
        "same-person": _("Somebody else has to confirm what you proposed."),
        "file-waiting": _("A file of answers waits for this attempt already. Decide on it first."),
        "not-asked": _("Somebody else has to ask for this first, with a reason."),
        "text-changed": _(
            "This text was published in other words meanwhile. Nothing was changed: read it again."
        ),
        "review-open": _("There are blocks that nobody has decided about yet."),
        "review-sealed": _("This file was sealed in these words already. Nothing more is needed."),
        "panel-closed": _("This panel is closed. Nothing was changed."),
        "wait": _("The next attempt is not open yet."),
        "passed": _("This is passed already. Nothing more is needed."),
        "too-few": _("There are not enough published scenarios to draw from. Tell your trainer."),
        "revoked": _("This was revoked in the meantime. Nothing was changed."),
        "used": _("This code was used already."),
        "joined": _("This person has joined already; a new code is not needed."),
        "oneself": _("Nobody assesses themselves."),
        "not-certified": _("You are not certified as a trainer, so you may not assess yet."),
        "not-calibrated": _("First mark the samples of this checklist."),
        "unfit": _("The marks do not fit the checklist. Nothing was signed."),
        "clock": _("The clock of this device is wrong by more than a day. Set it right first."),
        "no-mail": _("This site sends no e-mail. Nothing was kept."),
        "messages-quota": _("Enough for one day. Write again tomorrow."),
        "already-there": _("This person is in that cohort already."),
        "not-joined": _("This person has not joined yet. Make a new card for them instead."),
        "suspended": _("This person is suspended. Let them in again first."),
        "taken-back": _("This change was taken back already."),
        "undo-over": _("This import can no longer be undone, or was undone already."),
        "merge-certificate": _("The second entry has a certificate. Merge the other way round."),
        "merge-open": _("Both have the same quiz or scenario open. Nothing was merged."),
        "joint-shown": _("The answers are closed by now. Go on with what is on the wall."),
        "joint-waiting": _("Your card is on the waiting list. It has no seat yet."),
        "joint-cards": _("Your side has all the cards that one session can have."),
        "joint-receipt": _("One receipt for each card, after the session, if it was there."),
        "joint-feedback": _("You have said what you think already, or it is not over yet."),
        "used-receipt": _("This receipt was used already, or it is too old."),
        "signed-in": _("You are signed in. A card is used without an account: sign out first."),
        "quota": _("You have too many open codes. Wait until some are used or have run out."),
        "no-checkpoint": _("The log is sealed once a day. Take the proof tomorrow."),
        "no-key": _("This machine has no key to sign with. Its operator makes one."),
        "codes-drawn": _("No more codes can be made for this certificate."),
        "codes-full": _("No codes can be made any more: the revocation list has no room for them."),
        "expired": _("This certificate has expired."),
        "replaced": _("This certificate was replaced by another. Go on with that one."),
        "not-yet": _("The first day of this certificate is still to come."),
        "top-up-overdue": _("First learn what changed in the law; your page shows the way."),
    }
    otherwise: str = _("Something changed in the meantime. Nothing was lost; please look again.")
    return known.get(reason, otherwise)


def _raced(_error: IntegrityError) -> Response:
    """Two requests did the same thing at once and the database let one of them win."""
    log.info("lost a race", extra={"endpoint": request.endpoint})
    return page(409, reason="raced", facts={}, words=_words("raced"), kept=kept())


def _database_trouble(error: OperationalError) -> Response:
    log.error("database unavailable", extra={"kind": type(error.orig).__name__})
    return _unavailable("database")


def _unavailable(reason: str) -> Response:
    answer = page(503, reason=reason, kept=kept())
    answer.headers["Retry-After"] = "10"
    return answer


def _ours(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE_OURS"):
        raise error
    reference = secrets.token_hex(4)
    # The traceback names files and lines of ours; messages may quote what a person typed, so the
    # formatter of web/logs keeps the type of the exception only.
    log.exception("failed", extra={"reference": reference, "endpoint": request.endpoint})
    db.give_up_reading()
    return page(500, reference=reference)
