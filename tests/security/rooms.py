"""What the rooms of sign-offs, messages and imports hold in the seeded world."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from lms import db
from lms.cohorts import actions as cohorts
from lms.cohorts import managing, queries
from lms.cohorts.importing import Row
from lms.content import publishing
from lms.content.library import Library
from lms.domain import paper
from lms.messages import actions as messages
from lms.messages.models import Message, MessageCopy
from lms.privacy import vault
from lms.signoffs import preparing, proofs
from lms.signoffs.models import Accreditation, SignoffEvent
from tests.world import World

if TYPE_CHECKING:
    from tests.security.seeding import Seeded

# trainee, cohort, their trainer, another trainer who has signed a sheet too
ROOMS = (
    ("aida", "North one", "tamara", "timur"),
    ("dana", "North two", "timur", "tamara"),
    ("erik", "South one", "saule", "timur"),
    ("oleg", "Members 17", "vera", "timur"),
)
KEY = {"sample-asks": {"asks": 1, "hands": 1}, "sample-touches": {"asks": 0, "hands": 0}}


def fill(seeded: Seeded, world: World, now: datetime) -> None:
    """Trainers who may assess, sheets, a filled form, messages, an import."""
    books = publishing.current(db.session())
    able(world, ("tamara", "timur", "saule", "vera"), now)
    with db.transaction() as session:
        for trainee, cohort, trainer, other in ROOMS:
            place = world.place(cohort)
            for name, who, kind in (("sheet", trainer, "mark"), ("waiting", other, "sign")):
                sheet = uuid.uuid4()
                marks = {"asks": 1} if kind == "mark" else {"asks": 1, "hands": 1}
                session.add(
                    SignoffEvent(
                        id=uuid.uuid4(),
                        sheet_id=sheet,
                        kind=kind,
                        account_id=world.ids[trainee],
                        cohort_id=place.cohort_id,
                        checklist="showing",
                        release_id=books.published,
                        assessor_id=world.ids[who],
                        origin_id=uuid.uuid4(),
                        counter=1,
                        marks=marks,
                        basis={},
                        happened_at=now,
                        received_at=now,
                    )
                )
                seeded.ids[f"{name} of {trainee}"] = str(sheet)
                session.flush()
            made = proofs.keep(
                session,
                world.ids[trainer],
                sheet,
                world.ids[trainee],
                place.cohort_id,
                b"pixels",
                vault=vault(),
                now=now,
            )
            seeded.ids[f"form of {trainee}"] = str(made)
            messages.send(
                session,
                world.actor(trainer),
                place.cohort_id,
                [world.ids[trainee]],
                "Come at six.",
                key=uuid.uuid4(),
                vault=vault(),
                now=now,
            )
            copy = (
                session.query(Message.id)
                .join(MessageCopy, MessageCopy.message_id == Message.id)
                .filter(MessageCopy.account_id == world.ids[trainee])
                .scalar()
            )
            seeded.ids[f"message to {trainee}"] = str(copy)
        _on_paper(session, seeded, world, books, now)
        card = managing.way_back(
            session,
            world.actor("tamara"),
            world.ids["North one"],
            world.ids["bota"],
            "in-person",
            vault=vault(),
            now=now,
        )
        seeded.ids |= {"reset of bota": card.code, "release": str(books.published)}
        for cohort, trainer in (("North one", "tamara"), ("South one", "saule")):
            found = queries.one(session, world.actor(trainer), world.ids[cohort])
            cohorts.import_people(
                session,
                world.actor(trainer),
                found,
                [Row(2, f"Imported {cohort}", "en")],
                vault=vault(),
                now=now,
            )
            seeded.ids[f"import of {cohort}"] = str(managing.undoable(session, found.id, now)[0].id)


def _on_paper(
    session: Session, seeded: Seeded, world: World, books: Library, now: datetime
) -> None:
    """A sheet that was printed for somebody, and what would be typed from it."""
    trainer, trainee = world.actor("tamara"), world.ids["aida"]
    cohort = queries.one(session, trainer, world.ids["North one"])
    code = preparing.print_sheets(session, trainer, books, cohort, "showing", [trainee], now=now)[
        trainee
    ]
    seeded.ids["paper of aida"] = paper.shown_code(code)
    seeded.ids["strip of aida"] = " ".join(
        paper.pair(code, number, line.top, line.top)
        for number, line in enumerate(books.checklist("showing").lines)
    )


def able(world: World, trainers: tuple[str, ...], now: datetime) -> None:
    """Let these trainers assess: accredited by a coordinator, and at one with the samples."""
    books = publishing.current(db.session())
    with db.transaction() as session:
        for login in trainers:
            actor = world.actor(login)
            session.add(
                Accreditation(
                    account_id=actor.id,
                    organisation_id=actor.held[0].organisation_id,
                    given_by=world.ids["kairat"],
                    given_at=now,
                    until=now.date().replace(year=now.year + 1),
                )
            )
            preparing.calibrate(session, actor, books, "showing", KEY, now=now)
