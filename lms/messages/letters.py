"""Telling somebody by e-mail that a message waits: who wishes it, what is due, what was sent.

Off unless the machine has a mail server and the person gave an address. A letter says that there is
a message, and nothing else; at most one a day, and none once everything was read. What is due is a
row, taken for a while and then sent, so a server that is away or a process that dies loses nothing:
a letter may then come twice, never not at all. Source: beyond the peers 24.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from lms.messages.models import LetterDue, LetterWish, MessageCopy
from lms.privacy import CannotOpen, Vault

IN_WISH = "letter_wishes.deliver_to_sealed"
TAKEN_FOR = timedelta(minutes=15)  # after this somebody else may take what a dead process took
AGAIN = timedelta(minutes=5)  # doubled with each try, up to a day
MOST_DOUBLINGS = 8
MORNING = time(4, tzinfo=UTC)  # nine in Almaty
EVERYBODYS = {"scope": "all"}  # the job looks at everybody's


@dataclass(frozen=True)
class Letter:
    """One that is due: to whom, in which language."""

    account_id: uuid.UUID
    to: str
    language: str


@dataclass(frozen=True)
class Wish:
    """What one asked for oneself. ``refused`` says that the last letter could not be delivered."""

    to: str
    refused: bool


# --- one's own wish ------------------------------------------------------------------------------


def own_wish(session: Session, actor: Actor, vault: Vault) -> Wish | None:
    """One's own address, if one has given one that can still be opened."""
    row = session.get(LetterWish, actor.id)
    if row is None:
        return None
    key = accounts.person_key(session, actor.id)
    try:
        to = vault.open(actor.id, key, IN_WISH, row.deliver_to_sealed)
    except CannotOpen:
        return None
    return Wish(to, row.refused_on is not None)


def wish(session: Session, actor: Actor, to: str, *, vault: Vault, now: datetime) -> None:
    """Ask for letters to this address from now on, instead of any other."""
    key = accounts.person_key(session, actor.id)
    if key is None:
        raise NotThere
    unwish(session, actor)
    session.add(
        LetterWish(
            account_id=actor.id,
            deliver_to_sealed=vault.seal(actor.id, key, IN_WISH, to),
            since=now.date(),
        )
    )
    session.flush()


def unwish(session: Session, actor: Actor) -> None:
    """Ask for no letters any more; the address is forgotten at once."""
    session.execute(sa.delete(LetterDue).where(LetterDue.account_id == actor.id))
    session.execute(sa.delete(LetterWish).where(LetterWish.account_id == actor.id))
    session.flush()


# --- what is due ---------------------------------------------------------------------------------


def ask_for(session: Session, people: Sequence[uuid.UUID], *, now: datetime) -> int:
    """A letter is due to those of these people who wish it, however many messages wait; how many
    were not due before."""
    wanted = session.scalars(
        sa.select(LetterWish.account_id)
        .outerjoin(LetterDue, LetterDue.account_id == LetterWish.account_id)
        .where(LetterWish.account_id.in_(people), LetterDue.account_id.is_(None))
    ).all()
    session.add_all(
        LetterDue(account_id=person, asked_at=now, next_at=now, tries=0) for person in wanted
    )
    session.flush()
    return len(wanted)


def take(session: Session, most: int, *, vault: Vault, now: datetime) -> list[Letter]:
    """Take letters that are due, so that nobody else does meanwhile. Commit before sending.

    What nobody waits for any more is dropped; who had a letter today has the next tomorrow.
    """
    rows = session.execute(
        sa.select(LetterDue, LetterWish)
        .outerjoin(LetterWish, LetterWish.account_id == LetterDue.account_id)
        .where(LetterDue.next_at <= now)
        .order_by(LetterDue.next_at, LetterDue.account_id)
        .limit(most)
        .with_for_update(of=LetterDue, skip_locked=True)
        .execution_options(**EVERYBODYS)
    ).all()
    people = [due.account_id for due, _wish in rows]
    unread = set(
        session.scalars(
            sa.select(MessageCopy.account_id).where(
                MessageCopy.account_id.in_(people), MessageCopy.read_on.is_(None)
            )
        )
    )
    languages = accounts.languages_of(session, people)
    keys = accounts.person_keys(session, people)
    found = []
    for due, wished in rows:
        person = due.account_id
        if wished is None or person not in unread:
            session.delete(due)
            continue
        if wished.last_on == now.date():
            due.next_at = datetime.combine(now.date() + timedelta(days=1), MORNING)
            continue
        try:
            to = vault.open(person, keys.get(person), IN_WISH, wished.deliver_to_sealed)
        except CannotOpen:  # the account was erased
            session.delete(due)
            continue
        due.tries += 1
        due.next_at = now + TAKEN_FOR
        found.append(Letter(person, to, languages[person]))
    session.flush()
    return found


def sent(session: Session, account_id: uuid.UUID, *, now: datetime) -> None:
    """The server has the letter."""
    _ended(session, account_id, {"last_on": now.date(), "refused_on": None})


def refused(session: Session, account_id: uuid.UUID, *, now: datetime) -> None:
    """The server takes no letter to this address; its owner sees that on their page."""
    _ended(session, account_id, {"refused_on": now.date()})


def _ended(session: Session, account_id: uuid.UUID, about: dict[str, object]) -> None:
    session.execute(sa.delete(LetterDue).where(LetterDue.account_id == account_id))
    session.execute(
        sa.update(LetterWish).where(LetterWish.account_id == account_id).values(**about)
    )


def put_back(session: Session, people: Sequence[uuid.UUID], *, now: datetime) -> None:
    """The server is away: try these again later, each time after a longer while."""
    rows = session.scalars(sa.select(LetterDue).where(LetterDue.account_id.in_(people))).all()
    for row in rows:
        doublings = min(max(row.tries - 1, 0), MOST_DOUBLINGS)
        row.next_at = now + AGAIN * 2**doublings
    session.flush()


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many letters wait, and since when the oldest does. For the operator."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.min(LetterDue.asked_at))
        .select_from(LetterDue)
        .execution_options(**EVERYBODYS)
    ).one()
    return row[0], row[1]
