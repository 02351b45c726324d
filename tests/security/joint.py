"""What joint training holds in the seeded world."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import current_app

from lms import db
from lms.content import publishing
from lms.domain.joint.attendance import code_at
from lms.joint import actions, answering, queries, receipts
from lms.joint.actions import Deed, Plan
from lms.joint.models import JointCard, JointSession
from tests.world import World

if TYPE_CHECKING:
    from tests.security.seeding import Seeded

DEVICE = "b" * 16


def fill(seeded: Seeded, world: World, now: datetime) -> None:
    """Sessions that are planned, in a scene and at their end, and a phone in each of the two."""
    for name, organisation, trainer, co_held in (
        ("session of North", "North", "tamara", True),
        ("session of South", "South", "saule", False),
        ("scene of North", "North", "tamara", True),
        ("end of North", "North", "tamara", True),
    ):
        plan(seeded, world, name, organisation, trainer, co_held=co_held, now=now)
    _conduct(seeded, world, "scene of North", ("open", "next"), now)
    _conduct(seeded, world, "end of North", ("open", "next", "show", "next", "show", "next"), now)
    seeded.ids["digits"] = _digits(seeded, "scene of North", now)
    _phone(seeded, "guest", "scene of North")
    _phone(seeded, "leaver", "end of North")
    folder = current_app.config["LMS_SETTINGS"].keys
    made = receipts.new_receipt(receipts.private_key(folder), now.date())
    seeded.ids["receipt"] = made


def plan(
    seeded: Seeded,
    world: World,
    name: str,
    organisation: str,
    trainer: str,
    *,
    co_held: bool,
    now: datetime,
) -> None:
    """A session with the commission, three cards of each side, all of them in the room."""
    books = publishing.current(db.session())
    with db.transaction() as session:
        made = actions.plan(
            session,
            world.actor(trainer),
            world.ids[organisation],
            books,
            Plan(
                exercise="copy",
                partner_id=world.ids["Commission 17"],
                co_held=co_held,
                language="en",
                starts_on=date(2026, 3, 1),
                starts_time="14:00",
                place="House of culture",
                seats=20,
            ),
            now=now,
        )
        codes = []
        for who in (trainer, "vera"):
            codes += [card.code for card in actions.hand_out(session, world.actor(who), made, 3)]
        for side in ("observer", "commission"):
            for card in queries.cards_of(session, made, side):
                answering.come_in(session, card.id)
    seeded.ids |= {name: str(made), f"card of {name}": codes[0]}
    seeded.ids[f"member's card of {name}"] = codes[3]


def _conduct(
    seeded: Seeded, world: World, name: str, deeds: tuple[str, ...], now: datetime
) -> None:
    made = uuid.UUID(seeded.ids[name])
    for deed in deeds:
        with db.transaction() as session:
            number = session.get_one(JointSession, made).number
            asked = Deed(deed, number, DEVICE)
            actions.conduct(session, world.actor("tamara"), made, asked, now=now)


def _digits(seeded: Seeded, name: str, now: datetime) -> str:
    row = db.session().get_one(JointSession, uuid.UUID(seeded.ids[name]))
    return code_at(row.wall_key, now)


def _phone(seeded: Seeded, name: str, session_name: str) -> None:
    """A browser without an account that has come in with a card, and was there."""
    from tests.security.seeding import COOKIE, token_of

    client = seeded.app.test_client()
    token = token_of(client.get("/sessions/join").get_data(as_text=True))
    fields = {"csrf_token": token, "code": seeded.ids[f"card of {session_name}"]}
    assert client.post("/sessions/join", data=fields).status_code == 303
    seeded.tokens[name] = token_of(client.get("/sessions/room").get_data(as_text=True))
    cookie = client.get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    seeded.cookies[name] = cookie.value
    if name == "leaver":
        with db.transaction() as session:
            first = queries.cards_of(session, uuid.UUID(seeded.ids[session_name]), "observer")[0]
            session.get_one(JointCard, first.id).present = True
