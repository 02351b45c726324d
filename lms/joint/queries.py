"""Joint sessions as those who may see them see them; nothing here leads from a card to a person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.codes import Code
from lms.accounts.secrets import code_matches
from lms.certification import queries as certification
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.joint import live, results
from lms.domain.joint.attendance import Reckoning
from lms.domain.joint.dealing import Player
from lms.domain.joint.exercise import COMMISSION, OBSERVER, Exercise
from lms.domain.joint.live import FIRST, SECOND, Event, Live, Roles
from lms.domain.joint.results import Vote
from lms.domain.permissions import Actor, Permission
from lms.joint.models import (
    JointAttendance,
    JointCard,
    JointEvent,
    JointFeedback,
    JointHeads,
    JointSession,
    JointVote,
)
from lms.signoffs import queries as signoffs

STAFF = Permission.HOLD_SESSIONS


@dataclass(frozen=True)
class Seen:
    """A session as one of its two organisations sees it. ``side`` is the side of who asks."""

    row: JointSession
    host: str
    partner: str
    side: str

    @property
    def id(self) -> uuid.UUID:
        return self.row.id

    @property
    def hosts(self) -> bool:
        return self.side == OBSERVER


def _reach(actor: Actor, permission: Permission) -> set[uuid.UUID]:
    held = actor.places_where(permission)
    return {one.organisation_id for one in held if one.organisation_id is not None}


def _seen(session: Session, rows: Sequence[JointSession], mine: set[uuid.UUID]) -> list[Seen]:
    wanted = {row.organisation_id for row in rows} | {row.partner_id for row in rows}
    names = cohorts.organisation_names(session, wanted)
    return [
        Seen(
            row,
            names[row.organisation_id],
            names[row.partner_id],
            OBSERVER if row.organisation_id in mine else COMMISSION,
        )
        for row in rows
    ]


def visible(
    session: Session, actor: Actor, permission: Permission = Permission.SEE_SESSIONS
) -> list[Seen]:
    """The sessions of the organisations in which this person may see them, by day."""
    mine = _reach(actor, permission)
    rows = session.scalars(
        sa.select(JointSession)
        .where(sa.or_(JointSession.organisation_id.in_(mine), JointSession.partner_id.in_(mine)))
        .order_by(JointSession.starts_on, JointSession.starts_time, JointSession.id)
    ).all()
    return _seen(session, rows, mine)


def one(
    session: Session,
    actor: Actor,
    session_id: uuid.UUID,
    permission: Permission = Permission.SEE_SESSIONS,
    *,
    locked: bool = False,
) -> Seen:
    """One session of an organisation in which the person holds this permission. Raises NotThere."""
    mine = _reach(actor, permission)
    statement = sa.select(JointSession).where(
        JointSession.id == session_id,
        sa.or_(JointSession.organisation_id.in_(mine), JointSession.partner_id.in_(mine)),
    )
    row = session.scalar(statement.with_for_update() if locked else statement)
    if row is None:
        raise NotThere
    return _seen(session, [row], mine)[0]


def may_conduct(seen: Seen) -> bool:
    """Whether the side of who asks may stand at the console: the host, and who co-holds."""
    return seen.hosts or seen.row.co_held


def is_trained(
    session: Session, actor: Actor, organisations: Iterable[uuid.UUID], on: date
) -> bool:
    """Whether a facilitator was trained as a trainer: certified, or accredited by a coordinator."""
    books = publishing.current(session)
    for held in certification.own(session, actor, on):
        programme = books.programmes.get(held.printed["programme"])
        if held.standing.holds and programme and programme["audience"] == "trainer":
            return True
    for organisation in organisations:
        found = signoffs.accredited(session, [actor.id], organisation).get(actor.id)
        if found is not None and found.until >= on:
            return True
    return False


# --- the library and the live state --------------------------------------------------------------


def books_of(session: Session, row: JointSession) -> Library:
    """The content as it was published when the session was planned."""
    return publishing.at(session, row.release_id)


def exercise_of(session: Session, row: JointSession) -> Exercise:
    return books_of(session, row).joint_exercise(row.exercise)


def live_of(session: Session, row: JointSession) -> Live:
    """Where the session stands: the replay of its events, without the roles that were dealt.

    Remembered by the number of the last event, which nothing but another event changes; a process
    that forgets it reads the events again.
    """
    return live_after(session, row.id, row.number)


def live_after(session: Session, session_id: uuid.UUID, number: int) -> Live:
    """The same of a session that was looked up, after its event of this number."""
    known = _remembered.get((session_id, number))
    if known is None:
        events = session.scalars(
            sa.select(JointEvent)
            .where(JointEvent.session_id == session_id, JointEvent.number <= number)
            .order_by(JointEvent.number)
        )
        known = live.replay(Event(e.number, e.kind, e.at, e.facts) for e in events)
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[session_id, number] = known
    return known


def with_roles(session: Session, row: JointSession, state: Live) -> Live:
    """The same with the role of every card. They stand on the cards, and go when it is closed."""
    rows = session.execute(
        sa.select(JointCard.id, JointCard.role_first, JointCard.role_second).where(
            JointCard.session_id == row.id, JointCard.role_first.is_not(None)
        )
    ).all()
    first = {str(card): role or "" for card, role, _ in rows}
    second = {str(card): role for card, _, role in rows if role is not None}
    return replace(state, roles={FIRST: first, SECOND: second})


def with_role(state: Live, mine: JointCard) -> Live:
    """The same with the roles of one card alone."""
    found = {FIRST: mine.role_first, SECOND: mine.role_second}
    roles: Roles = {half: {str(mine.id): role} if role else {} for half, role in found.items()}
    return replace(state, roles=roles)


MOST_REMEMBERED = 64
_remembered: dict[tuple[uuid.UUID, int], Live] = {}


# --- cards ---------------------------------------------------------------------------------------


def card_of(session: Session, code: Code) -> JointCard | None:
    """The card with this code, None when there is none or it was given back."""
    row = session.scalar(sa.select(JointCard).where(JointCard.selector == code.selector))
    fits = code_matches(row.secret_hash if row else None, code.secret)
    return row if row is not None and fits and not row.returned else None


def selectors(session: Session) -> set[str]:
    """What finds a card, of all that are out or were: a new one must be none of these."""
    return set(session.scalars(sa.select(JointCard.selector).execution_options(scope="all")))


def card(session: Session, card_id: uuid.UUID) -> tuple[JointCard, JointSession] | None:
    """A card that is still out, with its session."""
    row = session.execute(
        sa.select(JointCard, JointSession)
        .join(JointSession, JointSession.id == JointCard.session_id)
        .where(JointCard.id == card_id, JointCard.returned.is_(False))
    ).first()
    return (row[0], row[1]) if row else None


def cards_of(session: Session, session_id: uuid.UUID, side: str) -> list[JointCard]:
    """The cards of one side of a session that was looked up, by their numbers."""
    return list(
        session.scalars(
            sa.select(JointCard)
            .where(JointCard.session_id == session_id, JointCard.side == side)
            .order_by(JointCard.number)
        )
    )


def waiting_place(session: Session, row: JointSession, mine: JointCard) -> int:
    """The place on the waiting list of one's own side; 0 for a card that has a seat.

    Seats go by the numbers of the cards that are still out, so a card that is given back moves
    everybody behind it up.
    """
    return place_of(session, row.id, mine.side, mine.number, row.seats)


def place_of(session: Session, session_id: uuid.UUID, side: str, number: int, seats: int) -> int:
    """The same of a card by its number."""
    before = session.scalar(
        sa.select(sa.func.count())
        .select_from(JointCard)
        .where(
            JointCard.session_id == session_id,
            JointCard.side == side,
            JointCard.returned.is_(False),
            JointCard.number < number,
        )
    )
    return max(0, int(before or 0) - seats + 1)


def players(session: Session, row: JointSession) -> list[Player]:
    """The cards that have come in and have a seat."""
    return [
        Player(str(one.id), side)
        for side in (OBSERVER, COMMISSION)
        for one in seated(session, row, side)
    ]


def seated(session: Session, row: JointSession, side: str) -> list[JointCard]:
    """The cards of one side that have come in and have a seat."""
    out = [one for one in cards_of(session, row.id, side) if not one.returned]
    return [one for one in out[: row.seats] if one.joined]


# --- answers -------------------------------------------------------------------------------------


def votes_of(session: Session, session_id: uuid.UUID, scenes: Iterable[str]) -> list[Vote]:
    """Every answer to these scenes or questions of a session that was looked up."""
    rows = session.execute(
        sa.select(JointVote, JointCard.side)
        .join(JointCard, JointCard.id == JointVote.card_id)
        .where(JointVote.session_id == session_id, JointVote.scene.in_(list(scenes)))
    )
    return [
        Vote(str(v.key), str(v.card_id), v.scene, v.letter, v.turn, v.side, home)
        for v, home in rows
    ]


def own_answer(session: Session, card_id: uuid.UUID, scene: str) -> str | None:
    """The letter that a card chose last for a scene."""
    return session.scalar(
        sa.select(JointVote.letter)
        .where(JointVote.card_id == card_id, JointVote.scene == scene)
        .order_by(JointVote.turn.desc())
        .limit(1)
    )


def own_answers(session: Session, card_id: uuid.UUID) -> dict[str, str]:
    """Scene or question → the letter that a card chose last."""
    rows = session.execute(
        sa.select(JointVote.scene, JointVote.letter)
        .where(JointVote.card_id == card_id)
        .order_by(JointVote.turn)
    )
    return {row[0]: row[1] for row in rows}


def shares_of_scene(
    session: Session, row: JointSession, exercise: Exercise, state: Live, scene: str
) -> dict[str, dict[str, int] | None]:
    """Both sides' answers to a scene in tenths; None for a side of fewer than five.

    Remembered once they are laid open: everybody in the room asks for them at that moment.
    """
    if row.results is not None:
        kept: dict[str, dict[str, int] | None] = row.results["scenes"].get(
            scene, {OBSERVER: None, COMMISSION: None}
        )
        return kept
    known = _shares.get((row.id, scene))
    if known is None:
        counts = results.by_side(votes_of(session, row.id, [scene]), state.raised.get(scene))
        found = exercise.scene(scene)
        known = {side: results.tenths(counts[side], found.letters(side)) for side in counts}
        if scene in state.shown:  # nothing is added to them any more
            if len(_shares) >= MOST_REMEMBERED:
                _shares.clear()
            _shares[row.id, scene] = known
    return known


_shares: dict[tuple[uuid.UUID, str], dict[str, dict[str, int] | None]] = {}


def agenda_of(session: Session, row: JointSession, exercise: Exercise) -> list[dict[str, Any]]:
    """Where the two sides disagreed before they met, the largest disagreement first."""
    if row.results is not None:
        kept: list[dict[str, Any]] = row.results["agenda"]
        return kept
    votes = votes_of(session, row.id, [question.id for question in exercise.questions])
    return [
        {
            "question": point.question,
            "tenths": point.tenths,
            OBSERVER: dict(point.observer),
            COMMISSION: dict(point.commission),
        }
        for point in results.agenda(exercise, votes)
    ]


def answered_tenths(session: Session, row: JointSession, scene: str, side: str) -> int | None:
    """How many of one's own people have answered, in tenths; None while fewer than five are there.

    Not of the room: whoever knows their own people would count the others from it.
    """
    there = seated(session, row, side)
    if len(there) < results.LEAST_GROUP:
        return None
    answered = session.scalar(
        sa.select(sa.func.count(JointVote.card_id.distinct())).where(
            JointVote.session_id == row.id,
            JointVote.scene == scene,
            JointVote.card_id.in_([one.id for one in there]),
        )
    )
    return int(answered or 0) * results.TENTHS // len(there)


# --- attendance and afterwards -------------------------------------------------------------------


def reckoning(session: Session, session_id: uuid.UUID, side: str) -> Reckoning:
    """The three numbers of one's own side."""
    there = [one for one in cards_of(session, session_id, side) if one.present]
    counted = session.get(JointHeads, (session_id, side))
    return Reckoning(
        len(there), counted.heads if counted else None, counted.paper if counted else None
    )


def feedback_of(session: Session, session_id: uuid.UUID) -> list[JointFeedback]:
    """What people thought, in an order that says nothing; nothing below five of them."""
    rows = session.scalars(
        sa.select(JointFeedback)
        .where(JointFeedback.session_id == session_id)
        .order_by(JointFeedback.id)
    ).all()
    return list(rows) if len(rows) >= results.LEAST_GROUP else []


def receipts_of(session: Session, account_id: uuid.UUID) -> JointAttendance | None:
    """How many receipts somebody has redeemed. The caller asked whether the actor may know."""
    return session.get(JointAttendance, account_id)
