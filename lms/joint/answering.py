"""What somebody does with a card in hand: come in, answer, be there, take a receipt, say a word."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.domain.errors import NotThere, TooLate
from lms.domain.joint import attendance, live
from lms.domain.joint.exercise import Exercise
from lms.domain.joint.live import Live
from lms.joint import queries
from lms.joint.actions import RANDOM, deal
from lms.joint.models import JointCard, JointSession, JointVote
from lms.joint.traces import write_cards, write_feedback

# Where whoever holds a card goes on from.
ROOM = "/sessions/room"


def come_in(session: Session, card_id: uuid.UUID) -> None:
    """Somebody has come in with a card. If the exercise runs, they are dealt a role at once."""
    row, mine = _with_card(session, card_id, exclusive=True)
    if not mine.joined:
        write_cards(session, row.id, joined={mine.id: True})
    if row.state != "open":
        return
    state = queries.with_roles(session, row, queries.live_of(session, row))
    if state.scene is None:
        return
    exercise, there = queries.exercise_of(session, row), queries.players(session, row)
    deal(session, row.id, live.dealing(exercise, state, state.scene, there, RANDOM))


def answer(
    session: Session,
    card_id: uuid.UUID,
    scene: str,
    letter: str,
    *,
    key: uuid.UUID,
) -> None:
    """Keep one answer of a card; a later one counts instead, the same key counts once.

    Raises TooLate when the answers are laid open or the card has no seat, NotThere for a scene or
    a letter that does not exist.
    """
    row, mine = _with_card(session, card_id)
    known = session.get(JointVote, key)
    if known is not None:
        if known.card_id != mine.id:
            raise NotThere
        return
    exercise = queries.exercise_of(session, row)
    state = queries.with_role(queries.live_of(session, row), mine)
    side, letters = _asked(exercise, state, str(mine.id), mine.side, scene)
    if letter not in letters:
        raise NotThere
    last = session.scalar(
        sa.select(sa.func.max(JointVote.turn)).where(
            JointVote.card_id == mine.id, JointVote.scene == scene
        )
    )
    session.add(
        JointVote(
            key=key,
            card_id=mine.id,
            session_id=row.id,
            scene=scene,
            side=side,
            letter=letter,
            turn=(last or 0) + 1,
        )
    )
    session.flush()


def _asked(
    exercise: Exercise, state: Live, card: str, home: str, scene: str
) -> tuple[str, tuple[str, ...]]:
    """The side an answer counts for, and the letters it may have."""
    if scene in {question.id for question in exercise.questions}:
        if not state.questions_are_open:
            raise TooLate("joint-shown", href=ROOM)
        return home, exercise.question(scene).letters
    if scene not in {one.id for one in exercise.scenes}:
        raise NotThere
    role = live.role_of(exercise, state, card)
    if role is None or not state.answers_are_open(scene):
        raise TooLate("joint-shown", href=ROOM)
    return role.side, exercise.scene(scene).letters(role.side)


def be_present(session: Session, card_id: uuid.UUID, typed: str, *, now: datetime) -> bool:
    """Whether the digits are those on the wall; if so, the card was there."""
    row, mine = _with_card(session, card_id, exclusive=True)
    if row.state != "open" or not attendance.fits(row.wall_key, typed, now):
        return False
    write_cards(session, row.id, present={mine.id: True})
    return True


def take_receipt(session: Session, card_id: uuid.UUID, today: date) -> date:
    """Mark that a card has had its receipt; the day of its session, which gives the month.

    A session that was held before its day, or where it is tomorrow already, gives ``today``: a
    receipt of a month that is still to come would be no receipt.

    Raises TooLate before the end, for a card that was not there, and the second time.
    """
    row, mine = _with_card(session, card_id, exclusive=True)
    over = row.state == "closed" or queries.live_of(session, row).stage == live.DEBRIEF
    if not over or not mine.present or mine.receipt_given:
        raise TooLate("joint-receipt", href=ROOM)
    write_cards(session, row.id, receipt_given={mine.id: True})
    return min(row.starts_on, today)


def say(session: Session, card_id: uuid.UUID, useful: int, words: str) -> None:
    """Keep what somebody thought, without the card. Raises TooLate the second time."""
    row, mine = _with_card(session, card_id, exclusive=True)
    over = row.state == "closed" or queries.live_of(session, row).stage == live.DEBRIEF
    if not over or mine.feedback_given:
        raise TooLate("joint-feedback", href=ROOM)
    write_cards(session, row.id, feedback_given={mine.id: True})
    write_feedback(session, row.id, useful, words)


def _with_card(
    session: Session, card_id: uuid.UUID, *, exclusive: bool = False
) -> tuple[JointSession, JointCard]:
    """The session and the card, held: the session against a facilitator who moves on meanwhile,
    the card against its other phone. ``exclusive`` is for whoever writes cards, which are written
    all together. Raises NotThere."""
    where = session.scalar(sa.select(JointCard.session_id).where(JointCard.id == card_id))
    if where is None:
        raise NotThere
    row = session.scalar(
        sa.select(JointSession).where(JointSession.id == where).with_for_update(read=not exclusive)
    )
    mine = session.scalar(
        sa.select(JointCard)
        .where(JointCard.id == card_id, JointCard.returned.is_(False))
        .with_for_update()
    )
    if row is None or mine is None or row.state == "cancelled":
        raise NotThere
    if queries.waiting_place(session, row, mine):
        raise TooLate("joint-waiting", href=ROOM)
    return row, mine
