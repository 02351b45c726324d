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


# The main pages in their order, and who may open them.
_PAGES = {
    "learning.my": Permission.SIT_QUIZ,
    "learning.shelf": Permission.LEARN,
    "cohorts.shelf": Permission.SEE_COHORTS,
    "deployment.elections": Permission.SEE_ELECTIONS,
    "certification.law_changes": Permission.CHANGE_LAW,
    "joint.shelf": Permission.SEE_SESSIONS,
    "statistics.shelf": Permission.SEE_STATISTICS,
    "panels.shelf": Permission.JUDGE_QUESTIONS,
    "reviews.shelf": Permission.REVIEW_TRANSLATIONS,
    "platform.overview": Permission.SEE_PLATFORM,
    "platform.read_trail": Permission.READ_TRAIL,
    "messages.inbox": Permission.OWN_ACCOUNT,
    "accounts.own_account": Permission.OWN_ACCOUNT,
}
# Who may look into these begins there.
_DESKS = ("cohorts.shelf", "platform.overview")


def links() -> Iterator[tuple[str, str]]:
    """(endpoint, words) of the main pages that this person may open."""
    words = {
        "learning.my": _("My training"),
        "learning.shelf": _("Courses"),
        "cohorts.shelf": _("Cohorts"),
        "deployment.elections": _("Elections"),
        "certification.law_changes": _("Changes of the law"),
        "joint.shelf": _("Joint training"),
        "statistics.shelf": _("Statistics"),
        "panels.shelf": _("Pass mark panels"),
        "reviews.shelf": _("Translations"),
        "platform.overview": _("Platform"),
        "platform.read_trail": _("Trail"),
        "messages.inbox": _("Messages"),
        "accounts.own_account": _("Account"),
    }
    return ((endpoint, words[endpoint]) for endpoint in _PAGES if _may_open(endpoint))


def _may_open(endpoint: str) -> bool:
    known = endpoint in current_app.view_functions
    return known and may(current_user.actor, _PAGES[endpoint])


@bp.get("/", endpoint="front")
@public
def front() -> str | AnyResponse:
    if not current_user.is_authenticated:
        return render_template("home/front.html")
    return redirect(first_address(), code=303)


def first_address() -> str:
    """Where the person who is signed in begins."""
    return url_for(next(filter(_may_open, (*_DESKS, *_PAGES))))


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
