"""Deeds about changes of the law: announce one, and learn what changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.accounts.models import Account
from lms.certification import histories, law
from lms.certification.ending import add_event, publish_list
from lms.certification.keys import Keyring
from lms.certification.law import TopUp
from lms.certification.models import Certificate, LawChange, LawChangeItem, TopUpStep
from lms.content.library import Library
from lms.domain.certification import Kind, Status, refusal, status_at
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.impact import LESSON, SCENARIO, Decision, Item, remaining
from lms.domain.permissions import Actor, Permission, Place, may
from lms.drills import queries as drills

MOST_DAYS = 365


class NotRight(Exception):
    """An answer of a top-up that is not right yet: nothing was kept, and it may be tried again."""


def announce(
    session: Session,
    actor: Actor,
    organisation_id: uuid.UUID,
    source: str,
    decisions: Mapping[Item, Decision],
    due: date,
    *,
    now: datetime,
    library: Library,
) -> tuple[uuid.UUID, int]:
    """Announce a change of the law to the holders of an organisation's certificates.

    Gives the id of the change and how many certificates are now *valid, top-up due*. Each touched
    item has to be decided, and a day within a year to be named.
    Raises NotThere for a source that is not published, NotYours, TooLate("changed") when other
    items are touched than were decided, and ValueError for a day that cannot be.
    """
    if not may(actor, Permission.CHANGE_LAW, Place(organisation_id)):
        raise NotYours
    if source not in library.sources:
        raise NotThere
    if not now.date() <= due <= now.date() + timedelta(days=MOST_DAYS):
        raise ValueError("a day that cannot be")
    if set(decisions) != set(law.touched(library, source)):
        raise TooLate("changed")
    change = LawChange(
        organisation_id=organisation_id,
        source_id=source,
        release_id=library.published,
        announced_at=now,
        announced_by=actor.id,
        due=due,
    )
    session.add(change)
    session.flush()
    session.add_all(
        LawChangeItem(change_id=change.id, kind=item.kind, item=item.id, decision=decision.value)
        for item, decision in decisions.items()
    )
    asked = 0
    for row in law.concerned(session, now, law.reach(session, actor, organisation_id), decisions):
        history = histories.one(session, row.serial, row)
        if refusal(history, Kind.TOP_UP_ASKED, now, str(change.id)) is None:
            add_event(
                session,
                row,
                Kind.TOP_UP_ASKED,
                actor=actor,
                now=now,
                change=str(change.id),
                due=due,
            )
            asked += 1
    facts: dict[str, Any] = {"change": str(change.id), "due": due.isoformat(), "asked": asked}
    trail.record(
        session,
        "announce-change",
        actor_id=actor.id,
        subject=f"source:{source}",
        facts=facts,
        now=now,
    )
    return change.id, asked


def take_back(
    session: Session, actor: Actor, change_id: uuid.UUID, *, now: datetime, keys: Keyring
) -> int:
    """Take back a change that was announced by mistake; gives how many certificates are free of it.

    What was learned stays written down. Raises NotThere for a change of another organisation, and
    TooLate("taken-back") the second time.
    """
    change = session.scalar(sa.select(LawChange).where(LawChange.id == change_id).with_for_update())
    if change is None or not may(actor, Permission.CHANGE_LAW, Place(change.organisation_id)):
        raise NotThere
    if change.taken_back_at is not None:
        raise TooLate("taken-back", href="/law-changes/")
    change.taken_back_at = now
    was_listed, freed = False, 0
    for row in law.asked_by(session, change_id):
        history = histories.one(session, row.serial, row)
        if refusal(history, Kind.TOP_UP_WAIVED, now, str(change_id)) is not None:
            continue  # learned already, or over for another reason
        was_listed = was_listed or status_at(history, now) is Status.TOP_UP_OVERDUE
        add_event(session, row, Kind.TOP_UP_WAIVED, actor=actor, now=now, change=str(change_id))
        freed += 1
    trail.record(
        session,
        "take-back-change",
        actor_id=actor.id,
        subject=f"law-change:{change_id}",
        facts={"freed": freed},
        now=now,
    )
    if was_listed and keys.issuing is not None:
        publish_list(session, keys, now=now)
    return freed


def learn(
    session: Session,
    actor: Actor,
    change_id: uuid.UUID,
    item: Item,
    answer: Any,
    *,
    now: datetime,
    library: Library,
    keys: Keyring,
) -> bool:
    """Do one item of one's own top-up; the last one completes it. True once it is complete.

    A lesson is read, a question answered rightly, a scenario passed since the change. Raises
    NotThere for an item that is not part of it, and NotRight.
    """
    # Whoever answers in two tabs at once waits here, so that one of them completes it.
    session.execute(sa.select(Account.id).where(Account.id == actor.id).with_for_update())
    session.execute(
        sa.select(Certificate.serial).where(Certificate.account_id == actor.id).with_for_update()
    )
    found = law.top_up(session, actor, change_id)
    if item not in found.items:
        raise NotThere
    if item not in found.done:
        _must_be_done(session, actor, found, item, answer, library)
        session.add(
            TopUpStep(
                change_id=change_id,
                account_id=actor.id,
                kind=item.kind,
                item=item.id,
                done_at=now,
            )
        )
        session.flush()
    if remaining(found.items, found.done | {item}):
        return False
    _complete(session, actor, found, now, keys)
    return True


def _must_be_done(
    session: Session, actor: Actor, found: TopUp, item: Item, answer: Any, library: Library
) -> None:
    if item.kind == LESSON:
        return
    if item.kind == SCENARIO:
        if not drills.has_passed_since(session, actor, item.id, found.announced_at):
            raise NotRight
        return
    question = library.questions.get(item.id)
    # What was withdrawn since is nobody's fault, and asks for nothing any more.
    if question is not None and question.earned(answer) < question.points:
        raise NotRight


def _complete(session: Session, actor: Actor, found: TopUp, now: datetime, keys: Keyring) -> None:
    was_listed = False
    for serial in found.serials:
        row = session.get_one(Certificate, serial)
        history = histories.one(session, serial, row)
        if refusal(history, Kind.TOPPED_UP, now, str(found.change_id)) is not None:
            continue
        was_listed = was_listed or status_at(history, now) is Status.TOP_UP_OVERDUE
        add_event(session, row, Kind.TOPPED_UP, actor=actor, now=now, change=str(found.change_id))
        trail.record(
            session,
            "top-up",
            actor_id=actor.id,
            subject=f"certificate:{serial}",
            facts={"change": str(found.change_id)},
            now=now,
        )
    if was_listed and keys.issuing is not None:
        publish_list(session, keys, now=now)
