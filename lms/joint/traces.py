"""What a database tells beside its columns: which rows were written together, and in which order.

PostgreSQL hands out with every row the number of the transaction that wrote it last (``xmin``) and
the place where it lies (``ctid``). A card that is marked alone would carry the number of the moment
in which somebody came in, and the same number as what they wrote without their name. So all cards
of a session are written whenever one is, in one statement, which keeps their order; and what was
said is put back in the order of its random ids. Rows of before lie in the files of either database
until they are swept up; that is not for whoever can ask it questions.
Source: security C-68, C-69.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.joint.models import JointCard, JointFeedback

Changes = Mapping[uuid.UUID, Any]


def write_cards(session: Session, session_id: uuid.UUID, **changes: Changes) -> None:
    """Write all cards of a session that is held alone; ``changes`` are columns, each with the new
    value of some cards by their id."""
    values = {
        name: sa.case(dict(new), value=JointCard.id, else_=getattr(JointCard, name))
        for name, new in changes.items()
        if new
    }
    if not values:
        return
    session.flush()
    session.execute(
        sa.update(JointCard)
        .where(JointCard.session_id == session_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def write_feedback(session: Session, session_id: uuid.UUID, useful: int, words: str) -> None:
    """Add what somebody thought to what others thought, and write all of it."""
    rows = session.execute(
        sa.select(JointFeedback.id, JointFeedback.useful, JointFeedback.words).where(
            JointFeedback.session_id == session_id
        )
    ).all()
    kept = [(row.id, row.useful, row.words) for row in rows]
    kept.append((uuid.uuid4(), useful, words))
    session.execute(sa.delete(JointFeedback).where(JointFeedback.session_id == session_id))
    session.execute(
        sa.insert(JointFeedback),
        [
            {"id": id_, "session_id": session_id, "useful": mark, "words": text}
            for id_, mark, text in sorted(kept)
        ],
    )
