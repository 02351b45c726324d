"""What those who run the machine see: whether it is well, and the trail. No personal data."""

from __future__ import annotations

import json

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lms import db
from lms.domain.permissions import Permission
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import queries as learning
from lms.platform import queries
from lms.web.access import needs

bp = Blueprint("platform", __name__)
PER_PAGE = 100


@bp.get("/admin/")
@needs(Permission.SEE_PLATFORM)
def overview() -> str:
    from lms import schema  # brings Alembic: megabytes that no other page needs

    session = db.session()
    books = learning.library(session)
    return render_template(
        "platform/overview.html",
        release=queries.published(session),
        tables=schema.present(db.database()),
        counts={
            "courses": len(books.courses),
            "lessons": len(books.lessons),
            "questions": len(books.questions),
            "scenarios": len(books.scenarios),
            "rules": len(books.rules),
            "sources": len(books.sources),
        },
        database="SQLite" if db.database().is_sqlite else "PostgreSQL",
    )


@bp.get("/admin/trail")
@needs(Permission.READ_TRAIL)
def read_trail() -> str | AnyResponse:
    """The trail, the latest first, by number and never by name."""
    session = db.session()
    if file_format := wanted_format():
        rows = [
            (
                e.number,
                e.at.isoformat(),
                str(e.actor_id or ""),
                e.deed,
                e.subject,
                json.dumps(e.facts, ensure_ascii=False, sort_keys=True),
                e.digest,
            )
            for e in queries.entries(session)
        ]
        columns = ("number", "at", "actor", "deed", "subject", "facts", "digest")
        return as_file(Table("trail", columns, rows), file_format)
    text = request.args.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 10 else None
    found = queries.entries(session, before=before, most=PER_PAGE)
    return render_template(
        "platform/trail.html",
        entries=found,
        older=found[-1].number if len(found) == PER_PAGE else None,
    )
