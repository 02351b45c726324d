"""The mark of a page in the room: a short word that changes when there is something new to see.

Source: docs/decisions/008.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content import publishing
from lms.domain.joint.exercise import Exercise
from lms.domain.joint.live import Live
from lms.joint import queries
from lms.joint.models import JointCard, JointSession
from lms.prepared import Prepared

_LOOKED_AT = Prepared(
    sa.select(
        JointCard.id,
        JointCard.side,
        JointCard.number,
        JointCard.joined,
        JointCard.present,
        JointCard.session_id,
        JointSession.number.label("event"),
        JointSession.state,
        JointSession.seats,
        JointSession.exercise,
        JointSession.release_id,
    )
    .join(JointSession, JointSession.id == JointCard.session_id)
    .where(JointCard.id == sa.bindparam("card"), JointCard.returned.is_(False))
)


def mark_of(session: Session, card_id: uuid.UUID, now: datetime) -> str | None:
    """A short word that changes when the page of a card has something new; None for no card.

    One prepared statement, as long as nothing happened: every phone in the room asks this every
    few seconds. Whoever has not come in yet may be waiting, which asks for one more.
    """
    found = _LOOKED_AT.first(session, card=card_id)
    if found is None:
        return None
    exercise = publishing.at(session, found.release_id).joint_exercise(found.exercise)
    waiting = 0
    if not found.joined:
        waiting = queries.place_of(session, found.session_id, found.side, found.number, found.seats)
    state = queries.live_after(session, found.session_id, found.event)
    return mark(found.state, found.present, waiting, state, exercise, now)


def mark(
    state: str, present: bool, waiting: int, stands: Live, exercise: Exercise, now: datetime
) -> str:
    """The mark of a page that shows this. Nothing in it comes from the other side's people."""
    return f"{stands.mark(exercise, now)}.{state[0]}{present:d}.{waiting}"
