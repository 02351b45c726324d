"""Joint sessions as iCalendar: quiet words, local time at the place, no people.

Source: RFC 5545; beyond the peers 24.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import Response
from flask_babel import gettext as _

from lms import db
from lms.domain.permissions import Permission
from lms.joint import queries
from lms.joint.queries import Seen
from lms.joint.room import bp
from lms.web.access import actor, needs

MOST_OCTETS = 73


@bp.get("/sessions/calendar.ics")
@needs(Permission.SEE_SESSIONS)
def calendar() -> Response:
    return _file(queries.visible(db.session(), actor()))


@bp.get("/sessions/<uuid:joint_id>.ics")
@needs(Permission.SEE_SESSIONS)
def entry(joint_id: uuid.UUID) -> Response:
    return _file([queries.one(db.session(), actor(), joint_id)])


def _file(found: Iterable[Seen]) -> Response:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Handbook//EN", "CALSCALE:GREGORIAN"]
    for seen in found:
        lines += _event(seen)
    lines.append("END:VCALENDAR")
    text = "".join(folded(line) + "\r\n" for line in lines)
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="training.ics"'
    return answer


def _event(seen: Seen) -> list[str]:
    row = seen.row
    starts = datetime.fromisoformat(f"{row.starts_on.isoformat()}T{row.starts_time}")
    minutes = queries.exercise_of(db.session(), row).minutes
    ends = starts + timedelta(minutes=minutes)
    # Not the id itself: a calendar lies on phones and servers of others.
    uid = hashlib.sha256(b"calendar:" + row.id.bytes).hexdigest()[:32]
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@handbook",
        f"DTSTAMP:{row.starts_on:%Y%m%d}T000000Z",
        f"DTSTART:{starts:%Y%m%dT%H%M%S}",
        f"DTEND:{ends:%Y%m%dT%H%M%S}",
        f"SUMMARY:{escaped(_('Training'))}",
        f"LOCATION:{escaped(row.place)}",
        f"STATUS:{'CANCELLED' if row.state == 'cancelled' else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """A text value: backslash, comma, semicolon and line ends have a meaning of their own."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets, none of which cuts a character in two."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > MOST_OCTETS:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
