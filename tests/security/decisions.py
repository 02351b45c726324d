"""What was decided for everybody in the seeded world: corrections, and a change of the law."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lms import db
from lms.assessment import correcting, handing
from lms.assessment.models import Attempt
from lms.certification import changing, law
from lms.content import publishing
from lms.domain.impact import LESSON, QUESTION, Decision, Item
from tests.world import World

if TYPE_CHECKING:
    from tests.security.seeding import Seeded


def correct(seeded: Seeded, world: World, now: datetime) -> None:
    """In each organisation one correction that is proposed, and one applied that shall go."""
    for name, trainer, coordinator in (("North", "tamara", "kairat"), ("South", "saule", "zhan")):
        with db.transaction() as session:
            for kind, question in (("correction", "q-see"), ("applied correction", "q-look")):
                found = correcting.propose(
                    session,
                    world.actor(trainer),
                    question,
                    "void",
                    None,
                    "ambiguous",
                    organisation_id=world.ids[name],
                    now=now,
                )
                seeded.ids[f"{kind} of {name}"] = str(found.id)
            correcting.apply(session, world.actor(coordinator), found.id, now=now)
            correcting.ask_undo(session, world.actor(trainer), found.id, "mistaken", now=now)


def hand_in(seeded: Seeded, world: World, now: datetime) -> None:
    """For everybody with an open attempt a file of answers waits for a second member of staff."""
    trainers = {"aida": "tamara", "dana": "timur", "erik": "saule", "oleg": "vera"}
    for login, trainer in trainers.items():
        attempt = seeded.ids[f"attempt of {login}"]
        with db.transaction() as session:
            row = session.get_one(Attempt, uuid.UUID(attempt))
            text = f'attempt = "{attempt}"\nanswers = []\n'
            found = handing.hand_in(
                session, world.actor(trainer), row, text, reason="network", now=now
            )
        seeded.ids[f"file of {login}"] = str(found.id)


def change_law(seeded: Seeded, world: World, now: datetime) -> None:
    """A paragraph has changed; those certified in North have a lesson and a question to learn."""
    books = publishing.current(db.session())
    again = {Item(LESSON, "basics/seeing"), Item(QUESTION, "q-see")}
    decided = {
        item: Decision.RETEST if item in again else Decision.STILL_RIGHT
        for item in law.touched(books, "src-confirmed")
    }
    with db.transaction() as session:
        change, _asked = changing.announce(
            session,
            world.actor("kairat"),
            world.ids["North"],
            "src-confirmed",
            decided,
            now.date() + timedelta(days=30),
            now=now,
            library=books,
        )
    seeded.ids["change of the law"] = str(change)
