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
SHOWN = ("ready",)  # has shown everything
BEGUN = ("trainee",)  # has shown one thing, without its knock-outs seen twice
# What an observer shows; the checklists of leads, trainers and commissions are left to be tried.
SHOWN_ON = ("opening", "tally", "protocol-drill", "removal-role-play", "writing-an-act")


def fill(
    session: Session, books: Library, vault: Vault, met: Mapping[str, Actor], now: datetime
) -> None:
    """Two trainers of Shymkent may assess; one trainee has shown everything, one has begun."""
    first, second = met[FIRST], met[SECOND]
    held = first.held[0]
    if held.cohort_id is None or held.organisation_id is None:
        return
    cohort = cohorts.one(session, first, held.cohort_id)
    for trainer in (first, second):
        preparing.accredit(session, met[COORDINATOR], held.organisation_id, trainer.id, now=now)
        for slug in SHOWN_ON:
            key = {sample.id: sample.key for sample in books.checklist(slug).samples}
            preparing.calibrate(session, trainer, books, slug, key, now=now)
    tell: dict[str, Any] = {"vault": vault, "now": now}
    for login in (*SHOWN, *BEGUN):
        for slug in SHOWN_ON if login in SHOWN else SHOWN_ON[:1]:
            checklist = books.checklist(slug)
            best = {line.id: line.top for line in checklist.lines}
            who = met[login].id
            sheet = actions.sign(
                session, first, books, cohort, who, slug, best, key=uuid.uuid4(), **tell
            )
            if login in SHOWN and checklist.knock_outs:
                seen = {line.id: line.top for line in checklist.knock_outs}
                actions.see_again(
                    session, second, books, cohort, sheet, seen, key=uuid.uuid4(), **tell
                )
    messages.send(
        session,
        first,
        cohort.id,
        [met[login].id for login in (*SHOWN, *BEGUN)],
        "Сабақ сенбіде, сағат онда. · Занятие в субботу, в десять.",
        key=uuid.uuid4(),
        **tell,
    )
