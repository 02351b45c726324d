"""The seeded world, put back before each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask

from lms import db
from lms.certification import working
from tests.conftest import Moment
from tests.security.seeding import Seeded, build, put_back

_kept: dict[str, Any] = {}


def put_all_back(app: Flask) -> None:
    """Make the seeded world as it was when it was built: on SQLite page by page, which takes a
    twentieth of the time that row by row does."""
    file = _file_of(app)
    if file is None:
        put_back(app, _kept["rows"])
        return
    with _opened(_kept["file"]) as kept, _opened(file) as there:
        kept.backup(there)


def _file_of(app: Flask) -> Path | None:
    with app.app_context():
        database = db.database()
    return Path(database.url.database or "") if database.is_sqlite else None


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    with closing(sqlite.connect(file)) as base:
        base.execute("PRAGMA synchronous = OFF")  # of a test, which no loss of power outlives
        yield base


def _keep(app: Flask) -> None:
    """Copy the world that was built."""
    if file := _file_of(app):
        _kept["file"] = file.with_suffix(".seeded")
        with _opened(file) as there, _opened(_kept["file"]) as kept:
            there.backup(kept)


@pytest.fixture
def seeded(app: Flask, now: Moment, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    """Two organisations, a commission, and something of every kind that belongs to somebody."""
    # Nothing goes on beside a test whose tables are put back under it.
    monkeypatch.setattr(working, "start", lambda *_given: None)
    if not _kept:
        _kept["world"], _kept["rows"] = build(app, now.at)
        _keep(app)
    else:
        put_all_back(app)
    world: Seeded = _kept["world"]
    world.app = app
    return world
