"""What a coordinator sees of elections."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from lms import db
from lms.deployment import queries
from lms.domain.permissions import Permission
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import pages
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.languages import language

bp = Blueprint("deployment", __name__)


@bp.get("/elections/")
@needs(Permission.SEE_ELECTIONS)
def elections() -> str | AnyResponse:
    session = db.session()
    books = learning.library(session)
    found = queries.visible(session, books, actor())
    if file_format := wanted_format():
        rows = [(e.name, e.held_on.isoformat(), e.clock, len(e.blocked)) for e in found]
        columns = ("election", "held_on", "clock", "blocked_rules")
        return as_file(Table("elections", columns, rows), file_format)
    return render_template(
        "deployment/elections.html",
        elections=[
            {
                "name": e.name,
                "held_on": e.held_on,
                "clock": e.clock,
                "blocked": [
                    {
                        "chip": pages.rule_chip(books, rule, language(), e.held_on),
                        "sources": pages.sources_of(books, sources, language(), e.held_on),
                    }
                    for rule, sources in e.blocked
                ],
            }
            for e in found
        ],
    )
