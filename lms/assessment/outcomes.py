"""What became of one's own attempt: its result, what changed it, and the essays in it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.assessment.models import AttemptResult, Essay, ResultChange
from lms.assessment.sittings import Sitting
from lms.domain.permissions import Actor
from lms.prepared import Prepared

_RESULT = Prepared(
    sa.select(*(column for column in sa.inspect(AttemptResult).local_table.c)).where(
        AttemptResult.attempt_id == sa.bindparam("attempt", type_=sa.Uuid())
    )
)


def own_result(session: Session, sitting: Sitting) -> Any:
    """The columns of the result of one's own attempt, to be shown; None while there is none."""
    return _RESULT.first(session, attempt=sitting.id)


_CHANGES = Prepared(
    sa.select(ResultChange.at, ResultChange.cause, ResultChange.before)
    .where(ResultChange.attempt_id == sa.bindparam("attempt", type_=sa.Uuid()))
    .order_by(ResultChange.at.desc())
)


def own_changes(session: Session, sitting: Sitting) -> Sequence[Any]:
    """What was done to one's own result after the fact, the latest first."""
    return _CHANGES.all(session, attempt=sitting.id)


@dataclass(frozen=True)
class OwnEssay:
    """An essay as its writer sees it: where it is, and by when it is marked."""

    question: str
    state: str
    due_on: date
    earned: int | None


def own_essays(session: Session, actor: Actor, attempt_id: uuid.UUID) -> list[OwnEssay]:
    rows = session.execute(
        sa.select(Essay.question, Essay.state, Essay.due_on, Essay.earned)
        .where(Essay.attempt_id == attempt_id, Essay.account_id == actor.id)
        .order_by(Essay.question)
    )
    return [OwnEssay(*row) for row in rows]
