"""Deeds of joint training: plan, hand out cards, conduct, answer, be there, redeem."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts.codes import new_code
from lms.accounts.secrets import hash_code
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content.library import Library
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.joint import live
from lms.domain.joint.aliases import HOW_MANY, draw_alias
from lms.domain.joint.exercise import SIDES, Exercise
from lms.domain.joint.live import Draft, Live
from lms.domain.permissions import Actor, Permission, may
from lms.joint import queries
from lms.joint.models import (
    JointAttendance,
    JointCard,
    JointEvent,
    JointHeads,
    JointSession,
    JointVote,
    SpentReceipt,
)
from lms.joint.receipts import Receipt
from lms.joint.traces import write_cards

# More than a room holds; a slip of the finger should not print a thousand cards.
MOST_CARDS = 100
# Half of the aliases. Were all of them for both, whoever uses up what is left would know how many
# cards the other side has.
MOST_OF_A_SIDE = HOW_MANY // 2
RANDOM = secrets.SystemRandom()


@dataclass(frozen=True)
class Terms:
    """What may still be changed of a session that is planned."""

    co_held: bool
    language: str
    starts_on: date
    starts_time: str
    place: str
    seats: int


@dataclass(frozen=True)
class Plan(Terms):
    """What a session is to be."""

    exercise: str
    partner_id: uuid.UUID


@dataclass(frozen=True)
class NewCard:
    """A card as it is printed, once: afterwards nobody can read its code anywhere."""

    number: int
    side: str
    code: str
    waits: bool


def plan(
    session: Session,
    actor: Actor,
    organisation_id: uuid.UUID,
    books: Library,
    wanted: Plan,
    *,
    now: datetime,
) -> uuid.UUID:
    """Plan a session of this organisation with a commission. Raises NotThere and NotYours."""
    held = actor.places_where(Permission.HOLD_SESSIONS)
    if organisation_id not in {one.organisation_id for one in held}:
        raise NotYours
    if wanted.exercise not in books.joint:
        raise NotThere
    if cohorts.kind_of(session, organisation_id) != "observers":
        raise NotYours
    if cohorts.kind_of(session, wanted.partner_id) != "commission":
        raise NotThere
    row = JointSession(
        organisation_id=organisation_id,
        partner_id=wanted.partner_id,
        co_held=wanted.co_held,
        exercise=wanted.exercise,
        release_id=books.published,
        language=wanted.language,
        starts_on=wanted.starts_on,
        starts_time=wanted.starts_time,
        place=wanted.place,
        seats=wanted.seats,
        wall_key=secrets.token_bytes(32),
        results=None,
    )
    session.add(row)
    session.flush()
    _record(session, "plan-session", actor, row, now)
    return row.id


def change(
    session: Session, actor: Actor, session_id: uuid.UUID, terms: Terms, *, now: datetime
) -> None:
    """Move a session, or change its seats. Cards stay as they are; with more seats whoever waits
    moves up. Raises NotThere for who does not host it, TooLate once it has begun."""
    seen = queries.one(session, actor, session_id, Permission.HOLD_SESSIONS, locked=True)
    if not seen.hosts:
        raise NotThere
    if seen.row.state != "planned":
        raise TooLate("stale")
    for name, value in asdict(terms).items():
        setattr(seen.row, name, value)
    _record(session, "change-session", actor, seen.row, now)


def cancel(session: Session, actor: Actor, session_id: uuid.UUID, *, now: datetime) -> None:
    """Call a session off. Raises TooLate once it has begun."""
    seen = queries.one(session, actor, session_id, Permission.HOLD_SESSIONS, locked=True)
    if not seen.hosts:
        raise NotThere
    if seen.row.state != "planned":
        raise TooLate("stale")
    seen.row.state = "cancelled"
    _record(session, "cancel-session", actor, seen.row, now)


def hand_out(session: Session, actor: Actor, session_id: uuid.UUID, how_many: int) -> list[NewCard]:
    """Make cards of one's own side. Beyond the seats they are cards of the waiting list.

    Raises TooLate when the session is over or the side has all its cards, ValueError for a number
    that is not 1 to MOST_CARDS.
    """
    if not 1 <= how_many <= MOST_CARDS:
        raise ValueError("so many cards")
    seen = queries.one(session, actor, session_id, Permission.HOLD_SESSIONS, locked=True)
    row = seen.row
    if row.state not in ("planned", "open"):
        raise TooLate("stale")
    mine = queries.cards_of(session, row.id, seen.side)
    number = max((one.number for one in mine), default=0)
    if number + how_many > MOST_OF_A_SIDE:
        raise TooLate("joint-cards", href=f"/sessions/{row.id}")
    taken = {one.alias for side in SIDES for one in queries.cards_of(session, row.id, side)}
    selectors = queries.selectors(session)
    out = sum(not one.returned for one in mine)
    made = []
    for _ in range(how_many):
        number, out, code = number + 1, out + 1, new_code(selectors.__contains__)
        name = draw_alias(taken, RANDOM)
        taken.add(name)
        selectors.add(code.selector)
        session.add(
            JointCard(
                session_id=row.id,
                side=seen.side,
                number=number,
                selector=code.selector,
                secret_hash=hash_code(code.secret),
                alias=name,
            )
        )
        made.append(NewCard(number, seen.side, str(code), out > row.seats))
    session.flush()
    return made


def give_back(session: Session, actor: Actor, session_id: uuid.UUID, number: int) -> None:
    """A card of one's own side comes back and opens nothing any more. Raises NotThere."""
    seen = queries.one(session, actor, session_id, Permission.HOLD_SESSIONS, locked=True)
    found = session.scalar(
        sa.select(JointCard).where(
            JointCard.session_id == session_id,
            JointCard.side == seen.side,
            JointCard.number == number,
        )
    )
    if found is None:
        raise NotThere
    if seen.row.state not in ("planned", "open"):
        raise TooLate("stale")
    found.returned = True
    session.flush()


# --- the console ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """What the facilitator asks for. ``number`` is the last event their page knew, ``console`` the
    device that asks."""

    name: str
    number: int
    console: str
    inject: str = ""
    side: str = ""
    counts: Mapping[str, int] | None = None


def conduct(
    session: Session, actor: Actor, session_id: uuid.UUID, deed: Deed, *, now: datetime
) -> int:
    """Do what the facilitator asks; the number of the last event afterwards.

    Raises NotThere for a side that does not hold the session, TooLate(``stale``) when the session
    has moved on since their page was drawn or another device is in charge, ValueError for counts
    that cannot be.
    """
    seen = queries.one(session, actor, session_id, Permission.HOLD_SESSIONS, locked=True)
    row = seen.row
    if not queries.may_conduct(seen):
        raise NotThere
    if row.state not in ("planned", "open"):
        raise TooLate("stale")
    state = queries.live_of(session, row)
    if deed.name == "take":
        return _add(session, row, (Draft("taken", {"console": deed.console}),), now)
    if deed.number != row.number or (state.console and state.console != deed.console):
        raise TooLate("stale")
    exercise = queries.exercise_of(session, row)
    if deed.name in ("next", "back"):
        state = queries.with_roles(session, row, state)
    drafts = _drafts(session, row, exercise, state, deed, now)
    if deed.name == "open":
        row.state = "open"
        drafts = (*drafts, Draft("taken", {"console": deed.console}))
        _record(session, "open-session", actor, row, now)
    number = _add(session, row, drafts, now)
    if deed.name == "close":
        _close(session, row, exercise, state)
        _record(session, "close-session", actor, row, now)
    return number


def _drafts(
    session: Session,
    row: JointSession,
    exercise: Exercise,
    state: Live,
    deed: Deed,
    now: datetime,
) -> tuple[Draft, ...]:
    if deed.name == "open":
        return live.opening(exercise, state)
    if deed.name in ("next", "back"):
        way = live.onward if deed.name == "next" else live.backward
        return way(exercise, state, queries.players(session, row), RANDOM)
    if deed.name == "show":
        return live.showing(exercise, state)
    if deed.name == "inject":
        return live.injecting(exercise, state, deed.inject, now)
    if deed.name == "raise":
        return live.raising(exercise, state, deed.side, deed.counts or {})
    return live.turning(exercise, state, deed.name)


def _add(session: Session, row: JointSession, drafts: tuple[Draft, ...], now: datetime) -> int:
    deal(session, row.id, drafts)
    for draft in drafts:
        if draft.kind == "dealt":
            continue
        row.number += 1
        session.add(
            JointEvent(
                session_id=row.id,
                number=row.number,
                kind=draft.kind,
                at=now,
                facts=dict(draft.facts),
            )
        )
    session.flush()
    return row.number


def deal(session: Session, session_id: uuid.UUID, drafts: Iterable[Draft]) -> None:
    """Write the roles that these deal on their cards, where they go when the session is closed."""
    roles = {
        "role_first" if draft.facts["half"] == live.FIRST else "role_second": {
            uuid.UUID(card): role for card, role in draft.facts["roles"].items()
        }
        for draft in drafts
        if draft.kind == "dealt"
    }
    write_cards(session, session_id, **roles)


def _close(session: Session, row: JointSession, exercise: Exercise, state: Live) -> None:
    """Keep what groups answered, and let go of what anybody answered and which role they had."""
    scenes = {
        scene.id: queries.shares_of_scene(session, row, exercise, state, scene.id)
        for scene in exercise.scenes
        if scene.id in state.shown
    }
    agenda = queries.agenda_of(session, row, exercise)
    row.results = {"scenes": scenes, "agenda": agenda}
    row.state = "closed"
    session.execute(sa.delete(JointVote).where(JointVote.session_id == row.id))
    session.execute(
        sa.delete(JointEvent).where(JointEvent.session_id == row.id, JointEvent.kind == "raised")
    )
    session.execute(
        sa.update(JointCard)
        .where(JointCard.session_id == row.id)
        .values(role_first=None, role_second=None)
    )
    session.flush()


# --- attendance and receipts ---------------------------------------------------------------------


def count_heads(
    session: Session,
    actor: Actor,
    session_id: uuid.UUID,
    heads: int | None,
    paper: int | None,
) -> None:
    """Write down what one counted of one's own side; None is a number nobody has."""
    seen = queries.one(session, actor, session_id, Permission.HOLD_SESSIONS, locked=True)
    row = session.get(JointHeads, (session_id, seen.side))
    if row is None:
        row = JointHeads(session_id=session_id, side=seen.side)
        session.add(row)
    row.heads, row.paper = heads, paper
    session.flush()


def redeem(
    session: Session,
    actor: Actor,
    cohort: CohortView,
    account_id: uuid.UUID,
    receipt: Receipt,
    *,
    now: datetime,
) -> None:
    """Count a receipt for one of the trainer's people. Raises NotYours, and TooLate when it was
    used or is too old.

    The trail says nothing of it: its entries have a moment, and here a day is all that is kept.
    """
    if not may(actor, Permission.ASSESS, cohort.place):
        raise NotYours
    if account_id == actor.id:
        raise TooLate("oneself")
    if not receipt.is_current(now.date()) or session.get(SpentReceipt, receipt.digest) is not None:
        raise TooLate("used-receipt")
    session.add(SpentReceipt(digest=receipt.digest))
    row = session.get(JointAttendance, account_id)
    if row is None:
        row = JointAttendance(account_id=account_id, receipts=0, last_on=now.date())
        session.add(row)
    row.receipts += 1
    row.last_on = now.date()
    session.flush()


def _record(session: Session, deed: str, actor: Actor, row: JointSession, now: datetime) -> None:
    trail.record(session, deed, actor_id=actor.id, subject=f"joint-session:{row.id}", now=now)
