"""What the demo world holds of sign-offs in the room and of messages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.cohorts import queries as cohorts
from lms.content.library import Library
from lms.domain.permissions import Actor
from lms.messages import actions as messages
from lms.privacy import Vault
from lms.signoffs import actions, preparing

FIRST, SECOND, COORDINATOR = "trainer2", "trainer4", "coordinator"
SHOWN = "ready"  # has shown everything
BEGUN = "trainee"  # has shown one thing, without its knock-outs seen twice
# What an observer shows; the checklists of leads and trainers are left to be tried.
SHOWN_ON = ("opening", "tally", "protocol-drill", "removal-role-play", "writing-an-act")
# The same of a commission: its two trainers, who may assess, and the member who has shown all.
MEMBERS = ("chair", "secretary", "district", "member2")
MEMBERS_SHOW = ("mock-commission-meeting", "commission-night")


class _Room:
    """A cohort with two trainers of it who may assess."""

    def __init__(
        self, session: Session, books: Library, first: Actor, second: Actor, tell: dict[str, Any]
    ) -> None:
        self.session, self.books, self.tell = session, books, tell
        self.first, self.second = first, second
        self.organisation_id = first.held[0].organisation_id or uuid.UUID(int=0)
        self.cohort = cohorts.one(session, first, first.held[0].cohort_id or uuid.UUID(int=0))

    def prepare(self, coordinator: Actor, slugs: tuple[str, ...]) -> None:
        """Accredit and calibrate both trainers."""
        now = self.tell["now"]
        for trainer in (self.first, self.second):
            preparing.accredit(self.session, coordinator, self.organisation_id, trainer.id, now=now)
            for slug in slugs:
                key = {sample.id: sample.key for sample in self.books.checklist(slug).samples}
                preparing.calibrate(self.session, trainer, self.books, slug, key, now=now)

    def show(self, who: uuid.UUID, slug: str, *, twice: bool) -> None:
        """Somebody shows everything on a checklist; ``twice``: both trainers saw the knock-outs."""
        checklist, same = self.books.checklist(slug), (self.session, self.books, self.cohort)
        best = {line.id: line.top for line in checklist.lines}
        sheet = actions.sign(
            same[0], self.first, *same[1:], who, slug, best, key=uuid.uuid4(), **self.tell
        )
        if twice and checklist.knock_outs:
            seen = {line.id: line.top for line in checklist.knock_outs}
            actions.see_again(
                same[0], self.second, *same[1:], sheet, seen, key=uuid.uuid4(), **self.tell
            )


def fill(
    session: Session, books: Library, vault: Vault, met: Mapping[str, Actor], now: datetime
) -> None:
    """Two trainers of Shymkent and two of the commission may assess. One trainee and one member
    have shown everything, one trainee has begun."""
    tell: dict[str, Any] = {"vault": vault, "now": now}
    chair, secretary, district, member = (met[login] for login in MEMBERS)
    commission = _Room(session, books, chair, secretary, tell)
    commission.prepare(district, MEMBERS_SHOW)
    for slug in MEMBERS_SHOW:
        commission.show(member.id, slug, twice=True)

    first = met[FIRST]
    room = _Room(session, books, first, met[SECOND], tell)
    room.prepare(met[COORDINATOR], SHOWN_ON)
    for slug in SHOWN_ON:
        room.show(met[SHOWN].id, slug, twice=True)
    room.show(met[BEGUN].id, SHOWN_ON[0], twice=False)
    messages.send(
        session,
        first,
        room.cohort.id,
        [met[login].id for login in (SHOWN, BEGUN)],
        "Сабақ сенбіде, сағат онда. · Занятие в субботу, в десять.",
        key=uuid.uuid4(),
        **tell,
    )
