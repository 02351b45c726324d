"""Trainers who may assess, and the events that their phones send."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from lms import db
from lms.content import publishing
from tests.conftest import START, Moment
from tests.page import Page
from tests.security.rooms import able
from tests.world import World


@pytest.fixture
def assessors(app: Flask, world: World, now: Moment) -> World:
    """Tamara and Timur both train North one, are accredited and agree with the samples."""
    from lms.accounts.actions import add_role
    from lms.domain.permissions import Role

    with app.app_context():
        with db.transaction() as session:
            add_role(session, world.ids["timur"], Role.TRAINER, world.place("North one"), now=now())
        able(world, ("tamara", "timur"), START)
    return world


Event = dict[str, Any]


@pytest.fixture
def an_event(app: Flask, world: World) -> Callable[..., Event]:
    """What a phone of Tamara's sends: a signature about Aida, unless told otherwise."""
    with app.app_context():
        release = str(publishing.current(db.session()).published)

    def make(kind: str = "sign", by: str = "tamara", about: str = "aida", **changes: Any) -> Event:
        marks = {"sign": {"asks": 1, "hands": 1}, "mark": {"asks": 1}, "countersign": {"hands": 1}}
        return {
            "id": str(uuid.uuid4()),
            "sheet": str(uuid.uuid4()),
            "kind": kind,
            "assessor": str(world.ids[by]),
            "trainee": str(world.ids[about]),
            "checklist": "showing",
            "device": str(uuid.uuid4()),
            "counter": 1,
            "at": START.isoformat(),
            "marks": marks.get(kind, {}),
            "cohort": str(world.ids["North one"]),
            "release": release,
            **changes,
        }

    return make


def send(page: Page, *events: Event, status: int = 200) -> dict[str, str]:
    """Post events as sheets.js does; what became of each."""
    page.get("/sheets/")
    data = {"csrf_token": page.token(), "events": json.dumps(list(events))}
    answer = page.client.post("/sheets/events", data=data)
    assert answer.status_code == status, answer.text
    said: dict[str, str] = answer.get_json()["said"]
    return said


def at(moment: datetime) -> str:
    return moment.isoformat()
