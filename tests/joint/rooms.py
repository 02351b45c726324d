"""Putting a joint session together in a test, and playing it through pages as phones do."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date

from flask import Flask

from lms import db
from lms.content import publishing
from lms.domain.permissions import Role
from lms.joint import actions, answering, queries
from lms.joint.actions import Deed, NewCard, Plan
from lms.signoffs import preparing
from tests.conftest import START
from tests.page import Page
from tests.world import World

DEVICE = "a" * 16


class Room:
    """A session of *North* with *Commission 17*: ``tamara`` holds it, ``vera`` co-holds it."""

    def __init__(
        self, app: Flask, world: World, *, seats: int = 20, exercise: str = "copy"
    ) -> None:
        self.app, self.world = app, world
        if "vera" not in world.ids:
            world.add_person("vera", Role.TRAINER, "Members 17")
        self.host, self.guest = world.actor("tamara"), world.actor("vera")
        with app.app_context():
            books = publishing.current(db.session())
            with db.transaction() as session:
                preparing.accredit(
                    session, world.actor("kairat"), world.ids["North"], self.host.id, now=START
                )
                self.id = actions.plan(
                    session,
                    self.host,
                    world.ids["North"],
                    books,
                    Plan(
                        exercise=exercise,
                        partner_id=world.ids["Commission 17"],
                        co_held=True,
                        language="en",
                        starts_on=date(2026, 3, 1),
                        starts_time="14:00",
                        place="House of culture, second floor",
                        seats=seats,
                    ),
                    now=START,
                )

    def cards(self, side: str, how_many: int) -> list[NewCard]:
        """Cards of a side, as its own trainer makes them."""
        actor = self.host if side == "observer" else self.guest
        with self.app.app_context(), db.transaction() as session:
            return actions.hand_out(session, actor, self.id, how_many)

    def ids_of(self, side: str) -> list[uuid.UUID]:
        with self.app.app_context():
            return [card.id for card in queries.cards_of(db.session(), self.id, side)]

    def come(self, card_id: uuid.UUID) -> None:
        with self.app.app_context(), db.transaction() as session:
            answering.come_in(session, card_id)

    def crowd(self, observers: int, members: int) -> list[uuid.UUID]:
        """So many cards of each side, all of them in the room."""
        self.cards("observer", observers)
        self.cards("commission", members)
        found = self.ids_of("observer") + self.ids_of("commission")
        for card_id in found:
            self.come(card_id)
        return found

    def do(self, *deeds: str, **more: object) -> None:
        """What the facilitator does, one after the other, on one device."""
        for name in deeds:
            with self.app.app_context(), db.transaction() as session:
                number = queries.one(session, self.host, self.id).row.number
                deed = Deed(name, number, DEVICE, **more)  # type: ignore[arg-type]  # a test's own
                actions.conduct(session, self.host, self.id, deed, now=_now())

    def vote(
        self, card_id: uuid.UUID, scene: str, letter: str, key: uuid.UUID | None = None
    ) -> None:
        with self.app.app_context(), db.transaction() as session:
            answering.answer(session, card_id, scene, letter, key=key or uuid.uuid4())

    def phone(self, code: str) -> Page:
        """A phone without script that has come in with this card."""
        phone = Page(self.app.test_client())
        phone.get("/sessions/join")
        phone.post("/sessions/join", {"code": code})
        return phone

    def phone_refused(self, code: str) -> Page:
        """A phone whose card opens nothing."""
        phone = Page(self.app.test_client())
        return phone.get("/sessions/join").post("/sessions/join", {"code": code}, 422)


def _now():  # type: ignore[no-untyped-def]  # the test's clock
    from lms import clock

    return clock.now()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


Browser = Callable[[str], Page]
