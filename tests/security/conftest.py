"""The seeded world, put back before each test that asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Moment
from tests.security.seeding import Seeded, build, put_back

_kept: dict[str, Any] = {}


def put_all_back(app: Flask) -> None:
    """Make the seeded world as it was when it was built."""
    put_back(app, _kept["rows"])


@pytest.fixture
def seeded(app: Flask, now: Moment) -> Seeded:
    """Two organisations, a commission, and something of every kind that belongs to somebody."""
    if not _kept:
        _kept["world"], _kept["rows"] = build(app, now.at)
    else:
        put_all_back(app)
    world: Seeded = _kept["world"]
    world.app = app
    return world
