"""A house of joint sessions alone: ``LMS_ROOMS=joint``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from lms import config, create_app
from lms.web.access import audience_of
from tests.joint.rooms import Room
from tests.page import Page
from tests.world import World

LEFT = {"home", "accounts", "joint", "assets", "styleguide"}


@pytest.fixture
def alone(settings: config.Settings) -> Iterator[Flask]:
    app = create_app(replace(settings, rooms=frozenset({"joint"})))
    app.testing = True
    app.config["PROPAGATE_OURS"] = True
    yield app
    app.extensions["lms.db"].engine.dispose()


def test_it_serves_nothing_else_and_its_pages_lead_nowhere_else(
    room: Room, alone: Flask, world: World
) -> None:
    assert {rule.endpoint.split(".")[0] for rule in alone.url_map.iter_rules()} <= LEFT
    assert all(audience_of(alone, rule.endpoint) for rule in alone.url_map.iter_rules())
    (card,) = room.cards("observer", 1)
    tamara = Page(alone.test_client())
    tamara.sign_in("tamara", world.secret)
    left, seen = ["/", f"/sessions/{room.id}/console"], set()
    while left:
        address = left.pop()
        if address in seen or not address.startswith("/"):
            continue
        seen.add(address)
        tamara.get(address)
        if tamara.answer.mimetype == "text/html":
            left += [link.partition("#")[0] for link in tamara.sheet.links]
    assert f"/sessions/{room.id}" in seen
    assert f"/sessions/{room.id}/wall" in seen
    phone = Page(alone.test_client())
    phone.get("/sessions/join").post("/sessions/join", {"code": card.code})
    assert "The session has not begun" in phone.text
    tamara.get(f"/sessions/{room.id}/console").submit("/console").submit("/console")
    assert "You play" in phone.get("/sessions/room").text
    phone.get("/courses/", 404)


def test_a_room_that_does_not_exist_stops_the_start(settings: config.Settings) -> None:
    environ = {"LMS_INSTANCE": str(settings.instance), "LMS_CONTENT": str(settings.content)}
    with pytest.raises(config.ConfigurationError, match="LMS_ROOMS names 'jiont'"):
        config.load({**environ, "LMS_ROOMS": "jiont"})
    assert config.load({**environ, "LMS_ROOMS": "joint"}).rooms == {"joint"}
