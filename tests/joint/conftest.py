"""A joint session for the tests of the room."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import Moment
from tests.joint.rooms import Room
from tests.world import World


@pytest.fixture
def room(app: Flask, world: World, now: Moment) -> Room:
    return Room(app, world)
