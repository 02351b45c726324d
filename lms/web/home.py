"""The front door, and whether the house stands."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from lms import db
from lms.domain.permissions import Permission, may
from lms.platform import queries as platform
from lms.web.access import public

bp = Blueprint("home", __name__)


def links() -> Iterator[tuple[str, str]]:
    """(endpoint, words) of the main pages that this person may open."""
    known = current_app.view_functions
    actor = current_user.actor
    for permission, endpoint, words in (
        (Permission.SIT_QUIZ, "learning.my", _("My training")),
        (Permission.LEARN, "learning.shelf", _("Courses")),
        (Permission.SEE_COHORTS, "cohorts.shelf", _("Cohorts")),
        (Permission.SEE_ELECTIONS, "deployment.elections", _("Elections")),
        (Permission.CHANGE_LAW, "certification.law_changes", _("Changes of the law")),
        (Permission.SEE_SESSIONS, "joint.shelf", _("Joint training")),
        (Permission.SEE_STATISTICS, "statistics.shelf", _("Statistics")),
        (Permission.JUDGE_QUESTIONS, "panels.shelf", _("Pass mark panels")),
        (Permission.REVIEW_TRANSLATIONS, "reviews.shelf", _("Translations")),
        (Permission.SEE_PLATFORM, "platform.overview", _("Platform")),
        (Permission.READ_TRAIL, "platform.read_trail", _("Trail")),
        (Permission.OWN_ACCOUNT, "messages.inbox", _("Messages")),
        (Permission.OWN_ACCOUNT, "accounts.own_account", _("Account")),
    ):
        if endpoint in known and may(actor, permission):
            yield endpoint, words


@bp.get("/", endpoint="front")
@public
def front() -> str | AnyResponse:
    if not current_user.is_authenticated:
        return render_template("home/front.html")
    return redirect(first_address(), code=303)


def first_address() -> str:
    """Where the person who is signed in begins."""
    staff = [e for e, _words in links() if e in ("cohorts.shelf", "platform.overview")]
    return url_for(staff[0] if staff else next(links())[0])


@bp.get("/healthz")
@public
def healthz() -> Response:
    return Response("ok", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Asks the database; an answer that is no is the error page of an unavailable database."""
    platform.is_ready(db.session())
    return Response("ready", mimetype="text/plain")
