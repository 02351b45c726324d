"""The seeded world, put back before each test that asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lms.certification import working
from tests.conftest import Moment
from tests.security.seeding import Seeded, build, put_back

_kept: dict[str, Any] = {}


def put_all_back(app: Flask) -> None:
    """Make the seeded world as it was when it was built."""
    put_back(app, _kept["rows"])


@pytest.fixture
def seeded(app: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    """Two organisations, a commission, and something of every kind that belongs to somebody."""
    # Nothing goes on beside a test whose tables are put back under it.
    monkeypatch.setattr(working, "start", lambda *_given: None)
    if not _kept:
        _kept["world"], _kept["rows"] = build(app, now.at)
    else:
        put_all_back(app)
    world: Seeded = _kept["world"]
    world.app = app
    return world
