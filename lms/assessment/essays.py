"""Essays on their way to a mark: the queue, one essay without its writer's name, and the mark."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts import queries as accounts
from lms.assessment import marking, queries, sittings
from lms.assessment.actions import conclude
from lms.assessment.models import Essay, EssayMark
from lms.assessment.sittings import Sitting
from lms.cohorts import queries as cohorts
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.markers import MARKED, settle
from lms.domain.permissions import Actor, Permission, Role
from lms.domain.questions.essay import Essay as Asked

LEARNERS = (Role.TRAINEE, Role.OFFICIAL)


class Line(NamedTuple):
    """An essay in the queue: its id tells nothing about its writer."""

    id: uuid.UUID
    question: str
    state: str
    due_on: date


def _writers(session: Session, actor: Actor) -> set[uuid.UUID]:
    """Whose essays this person may mark: learners of their cohorts, never their own."""
    ids = [
        c.id
        for c in cohorts.visible(session, actor)
        if any(held.reaches(c.place) for held in actor.places_where(Permission.MARK_ESSAYS))
    ]
    return accounts.ids_holding(session, LEARNERS, ids) - {actor.id}


def queue(session: Session, actor: Actor) -> list[Line]:
    """What waits for this person: not yet marked, nor marked by them; the most urgent first."""
    done = sa.select(EssayMark.essay_id).where(EssayMark.marker_id == actor.id)
    rows = session.execute(
        sa.select(Essay.id, Essay.question, Essay.state, Essay.due_on)
        .where(
            Essay.account_id.in_(_writers(session, actor)),
            Essay.state != MARKED,
            Essay.id.not_in(done),
        )
        .order_by(Essay.due_on, Essay.id)
    )
    return [Line(*row) for row in rows]


def one(session: Session, actor: Actor, essay_id: uuid.UUID, *, locked: bool = False) -> Essay:
    """One essay of a learner of one's cohorts. Raises NotThere."""
    statement = sa.select(Essay).where(
        Essay.id == essay_id, Essay.account_id.in_(_writers(session, actor))
    )
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NotThere
    return found


def own_mark(session: Session, actor: Actor, essay_id: uuid.UUID) -> EssayMark | None:
    """What this marker gave already; what others gave is not told."""
    return session.scalar(
        sa.select(EssayMark).where(EssayMark.essay_id == essay_id, EssayMark.marker_id == actor.id)
    )


def asked(sitting: Sitting, essay: Essay) -> Asked:
    """The question of an essay with its rubric, as it stood on the paper."""
    found = sitting.books.questions[essay.question]
    if not isinstance(found, Asked):
        raise NotThere
    return found


def mark(
    session: Session,
    actor: Actor,
    essay_id: uuid.UUID,
    points: Mapping[str, int],
    *,
    now: datetime,
) -> None:
    """Give points by the rubric; the last mark that is needed settles the essay and its attempt.

    Raises TooLate when it is settled or this person marked it, NotYours for the writer, and
    ValueError for points outside the rubric.
    """
    essay = one(session, actor, essay_id, locked=True)
    if essay.account_id == actor.id:
        raise NotYours
    if essay.state == MARKED or own_mark(session, actor, essay_id) is not None:
        raise TooLate("finished")
    sitting = sittings.of(session, essay.attempt_id, locked=True)
    earned = asked(sitting, essay).earned_by(points)
    session.add(
        EssayMark(essay_id=essay.id, marker_id=actor.id, points=dict(points), earned=earned, at=now)
    )
    session.flush()
    essay.state, essay.earned = settle(_given(session, essay.id), two=sitting.quiz.second_marker)
    if essay.state == MARKED:
        essay.settled_at = now
    session.flush()
    trail.record(
        session,
        "mark-essay",
        actor_id=actor.id,
        subject=f"essay:{essay.id}",
        facts={"earned": earned, "state": essay.state, "settled": essay.earned},
        now=now,
    )
    if essay.state == MARKED:
        _conclude_when_all_are(session, sitting, now)


def _given(session: Session, essay_id: uuid.UUID) -> Sequence[int]:
    return session.scalars(
        sa.select(EssayMark.earned)
        .where(EssayMark.essay_id == essay_id)
        .order_by(EssayMark.at, EssayMark.id)
    ).all()


def _conclude_when_all_are(session: Session, sitting: Sitting, now: datetime) -> None:
    marking.hold_corrections(session)
    result = marking.result_now(session, sitting)
    if not result.waiting and queries.result_of(session, sitting.id) is None:
        conclude(session, sitting, result, now=now)
