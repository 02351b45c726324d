"""Deeds in the room: take what phones send, sign, see again, withdraw."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms import dialects, trail
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.content import publishing
from lms.content.library import Library
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.permissions import Actor, Permission
from lms.domain.signoffs import (
    KINDS,
    Assessor,
    Checklist,
    Event,
    Stage,
    bars,
    merge,
    receive,
    unfit,
)
from lms.learning import actions as learning
from lms.privacy import Vault
from lms.signoffs import assessors, queries
from lms.signoffs.assessors import Basis
from lms.signoffs.models import SignoffEvent

# A phone's clock may run ahead; further than this it is wrong, and so would be every deadline.
MOST_AHEAD = timedelta(days=1)
WEB = uuid.UUID("5b0fe2d4-3c5e-4d5c-9a55-6a1f2f9f1c07")


@dataclass(frozen=True)
class Sent:
    """An event as it came in, with where it happened and on which wording."""

    event: Event
    cohort_id: uuid.UUID
    release_id: uuid.UUID


def take(
    session: Session,
    actor: Actor,
    books: Library,
    sent: Iterable[Sent],
    *,
    vault: Vault,
    now: datetime,
) -> dict[uuid.UUID, str]:
    """Keep what is new of what a device sent; each event's id with what became of it.

    ``kept`` and ``known`` may be forgotten by the device; any other word says why an event was
    refused, and it stays there. The order and number of sends do not matter.
    """
    by_id = {one.event.id: one for one in sent}
    found = receive(queries.kept(session, by_id), (one.event for one in by_id.values()))
    said = dict.fromkeys(found.known, "known") | dict.fromkeys(found.clashing, "changed")
    judge = _Judge(session, actor, books, vault, now)
    good = []
    for event in found.new:
        said[event.id] = judge.refusal(by_id[event.id]) or "kept"
        if said[event.id] == "kept":
            good.append(by_id[event.id])
    added = _add(session, good, judge, now)
    said |= {one.event.id: "known" for one in good if one.event.id not in added}
    if added:
        _leave_evidence(session, books, {o.event.sheet for o in good}, now)
        _record(session, actor, [o for o in good if o.event.id in added], now)
    return said


class _Judge:
    """Says of each event why it cannot be taken. What is the same for many is looked up once."""

    def __init__(
        self, session: Session, actor: Actor, books: Library, vault: Vault, now: datetime
    ) -> None:
        self.session, self.actor, self.books, self.vault, self.now = (
            session,
            actor,
            books,
            vault,
            now,
        )
        self._cohorts: dict[uuid.UUID, CohortView | None] = {}
        self._people: dict[uuid.UUID, set[uuid.UUID]] = {}
        self._rights: dict[tuple[uuid.UUID, str], tuple[Basis, Assessor]] = {}

    def refusal(self, sent: Sent) -> str | None:
        event, cohort = sent.event, self.cohort(sent.cohort_id)
        if event.assessor != self.actor.id:
            return "not-yours"
        if cohort is None or event.trainee not in self._people_of(cohort):
            return "not-there"
        checklist = self._checklist(sent)
        if checklist is None:
            return "unknown-content"
        if event.kind not in KINDS or not self._fits(event, checklist):
            return "unfit"
        if event.at > self.now + MOST_AHEAD:
            return "clock"
        _basis, assessor = self.right(cohort, event.checklist)
        found = bars(assessor, event.trainee, self.now.date())
        return found[0] if found and event.kind != "void" else None

    def right(self, cohort: CohortView, checklist: str) -> tuple[Basis, Assessor]:
        """What the right to assess on a checklist rests on, and whether there is one."""
        key = (cohort.id, checklist)
        if key not in self._rights:
            self._rights[key] = assessors.right_of(
                self.session, self.books, self.actor, cohort, checklist, self.now.date()
            )
        return self._rights[key]

    def cohort(self, cohort_id: uuid.UUID) -> CohortView | None:
        if cohort_id not in self._cohorts:
            try:
                found = cohorts.one(self.session, self.actor, cohort_id, Permission.ASSESS)
            except NotThere:
                found = None
            self._cohorts[cohort_id] = found
        return self._cohorts[cohort_id]

    def _people_of(self, cohort: CohortView) -> set[uuid.UUID]:
        if cohort.id not in self._people:
            people = cohorts.learners(self.session, [cohort.id], self.vault)
            self._people[cohort.id] = {person.id for _c, person in people}
        return self._people[cohort.id]

    def _checklist(self, sent: Sent) -> Checklist | None:
        try:
            books = publishing.at(self.session, sent.release_id)
        except KeyError:
            return None
        slug = sent.event.checklist
        return books.checklist(slug) if slug in books.checklists else None

    @staticmethod
    def _fits(event: Event, checklist: Checklist) -> bool:
        named = set(event.marks)
        if event.kind == "mark" and len(named) != 1:
            return False
        if event.kind == "countersign" and named != {x.id for x in checklist.knock_outs}:
            return False
        if event.kind == "void":
            return not named
        return not unfit(checklist, event.marks, whole=event.kind == "sign")


def _add(session: Session, good: list[Sent], judge: _Judge, now: datetime) -> set[uuid.UUID]:
    """Write the rows that are not there yet; of two sends at once each event enters with one."""
    if not good:
        return set()
    rows = [
        {
            "id": one.event.id,
            "sheet_id": one.event.sheet,
            "kind": one.event.kind,
            "account_id": one.event.trainee,
            "cohort_id": one.cohort_id,
            "checklist": one.event.checklist,
            "release_id": one.release_id,
            "assessor_id": one.event.assessor,
            "origin_id": one.event.device,
            "counter": one.event.counter,
            "marks": dict(one.event.marks),
            "basis": _basis(judge, one),
            "happened_at": one.event.at,
            "received_at": now,
        }
        for one in good
    ]
    insert = dialects.insert(session, SignoffEvent).values(rows)
    statement = insert.on_conflict_do_nothing(index_elements=["id"])
    return set(session.scalars(statement.returning(SignoffEvent.id)))


def _basis(judge: _Judge, sent: Sent) -> dict[str, object]:
    cohort = judge.cohort(sent.cohort_id)
    if cohort is None:
        raise NotThere
    basis, _assessor = judge.right(cohort, sent.event.checklist)
    return basis.as_document()


def _leave_evidence(
    session: Session, books: Library, sheets: set[uuid.UUID], now: datetime
) -> None:
    """What a sheet that counts showed of each rule, once."""
    events = queries.events_of_sheets(session, sheets)
    for sheet in merge(events, queries.checklists(books)).values():
        if not sheet.counts or sheet.checklist not in books.checklists:
            continue
        shown = [
            (rule, sheet.marks.get(line.id, 0) == line.top)
            for line in books.checklist(sheet.checklist).lines
            for rule in line.rules
        ]
        learning.keep_evidence(
            session, sheet.trainee, _all_of(shown), origin=f"sheet:{sheet.id}", now=now
        )


def _all_of(shown: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """A rule on several lines was shown when all of them were."""
    found: dict[str, bool] = {}
    for rule, right in shown:
        found[rule] = found.get(rule, True) and right
    return list(found.items())


def _record(session: Session, actor: Actor, added: list[Sent], now: datetime) -> None:
    """One entry for all that came in, which commits to every event of it."""
    lines = [
        [str(o.event.id), str(o.event.sheet), o.event.kind, dict(sorted(o.event.marks.items()))]
        for o in sorted(added, key=lambda o: o.event.place)
    ]
    digest = hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()
    trail.record(
        session,
        "sign-off",
        actor_id=actor.id,
        subject=f"sheet:{added[0].event.sheet}",
        facts={
            "events": len(added),
            "release": str(added[0].release_id),
            "checklist": added[0].event.checklist,
            "sha256": digest,
        },
        now=now,
    )


# --- on the page ---------------------------------------------------------------------------------


def sign(
    session: Session,
    actor: Actor,
    books: Library,
    cohort: CohortView,
    trainee: uuid.UUID,
    checklist: str,
    marks: Mapping[str, int],
    *,
    key: uuid.UUID,
    vault: Vault,
    now: datetime,
) -> uuid.UUID:
    """Sign a whole sheet at once; gives the sheet. The same key again changes nothing.

    Raises TooLate with what bars this trainer, NotThere for somebody who does not learn here.
    """
    sheet = uuid.uuid5(key, f"sheet {trainee}")
    event = Event(
        uuid.uuid5(key, f"sign {trainee}"),
        sheet,
        "sign",
        actor.id,
        trainee,
        checklist,
        WEB,
        1,
        now,
        dict(marks),
    )
    _must_be_taken(session, actor, books, Sent(event, cohort.id, books.published), vault, now)
    return sheet


def see_again(
    session: Session,
    actor: Actor,
    books: Library,
    cohort: CohortView,
    sheet_id: uuid.UUID,
    marks: Mapping[str, int],
    *,
    key: uuid.UUID,
    vault: Vault,
    now: datetime,
) -> None:
    """Give the second opinion on the knock-out lines of a sheet that waits for one.

    Raises NotYours on one's own sheet, TooLate when the sheet waits no longer or the trainer is
    barred.
    """
    found = queries.sheet(session, books, sheet_id, cohort.id)
    if found.assessor == actor.id:
        raise NotYours
    if found.stage is not Stage.WAITING:
        raise TooLate("stale")
    event = Event(
        uuid.uuid5(key, "countersign"),
        sheet_id,
        "countersign",
        actor.id,
        found.trainee,
        found.checklist,
        WEB,
        1,
        now,
        dict(marks),
    )
    _must_be_taken(session, actor, books, Sent(event, cohort.id, books.published), vault, now)


def withdraw(
    session: Session,
    actor: Actor,
    books: Library,
    cohort: CohortView,
    sheet_id: uuid.UUID,
    *,
    key: uuid.UUID,
    vault: Vault,
    now: datetime,
) -> None:
    """Take one's own sheet back. It stays in the record and counts no more."""
    found = queries.sheet(session, books, sheet_id, cohort.id)
    if found.assessor != actor.id:
        raise NotYours
    event = Event(
        uuid.uuid5(key, "void"),
        sheet_id,
        "void",
        actor.id,
        found.trainee,
        found.checklist,
        WEB,
        1,
        now,
    )
    _must_be_taken(session, actor, books, Sent(event, cohort.id, books.published), vault, now)


def _must_be_taken(
    session: Session, actor: Actor, books: Library, sent: Sent, vault: Vault, now: datetime
) -> None:
    # The same form sent twice differs in its moment alone: the first one stands.
    if queries.kept(session, [sent.event.id]):
        return
    said = take(session, actor, books, [sent], vault=vault, now=now)[sent.event.id]
    if said == "not-there":
        raise NotThere
    if said not in ("kept", "known"):
        raise TooLate(said)
