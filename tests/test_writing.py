"""A writing session is one transaction of one connection, whichever way it is asked."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from lms import db
from lms.accounts.models import Account, DeviceSession
from lms.prepared import Prepared, PreparedInsert, PreparedWrite
from tests.world import World

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
_BEGIN = PreparedInsert(DeviceSession)
_BEGUN = Prepared(
    sa.select(DeviceSession.digest, DeviceSession.seen_at).where(
        DeviceSession.account_id == sa.bindparam("account", type_=sa.Uuid()),
        DeviceSession.began_at == sa.bindparam("at", type_=DeviceSession.began_at.type),
    )
)
_SEEN = PreparedWrite(
    sa.update(DeviceSession)
    .where(DeviceSession.digest == sa.bindparam("of"))
    .values(seen_at=sa.bindparam("at", type_=DeviceSession.seen_at.type))
)


def begun(world: World, mark: bytes) -> dict[str, Any]:
    who = {"account_id": world.ids["aida"], "digest": mark * 32}
    return {"id": uuid.uuid4(), **who, "began_at": AT, "seen_at": AT, "expires_at": AT}


@pytest.fixture
def alone(app: Flask) -> Iterator[db.Database]:
    """The database as servers use it; elsewhere in the tests its statements are watched."""
    with app.app_context():
        found = db.Database(app.config["LMS_SETTINGS"].database_url)
    yield found
    found.engine.dispose()


def of_aida(database: db.Database, world: World) -> dict[bytes, datetime]:
    with db.Reading(database) as reading:
        rows = _BEGUN.all(reading, account=world.ids["aida"], at=AT)
    return {row.digest[:1]: row.seen_at for row in rows}


def test_what_goes_either_way_is_kept_together(alone: db.Database, world: World) -> None:
    with alone.transaction() as session:
        _BEGIN.add(session, [begun(world, b"a")])
        session.add(DeviceSession(**begun(world, b"b")))
        # An object that was only added is there for a statement of the driver's, and its rows
        # for a query of the session's.
        assert len(_BEGUN.all(session, account=world.ids["aida"], at=AT)) == 2
        later = AT.replace(hour=10)
        _SEEN.each(session, [{"of": b"b" * 32, "at": later}])
        asked = sa.select(DeviceSession.seen_at).where(DeviceSession.digest == b"b" * 32)
        assert session.scalar(asked) == later
        assert of_aida(alone, world) == {}  # nobody else sees any of it yet
    assert of_aida(alone, world) == {b"a": AT, b"b": later}


def test_an_object_that_was_only_added_is_kept(alone: db.Database, world: World) -> None:
    with alone.transaction() as session:
        session.add(DeviceSession(**begun(world, b"c")))
    assert of_aida(alone, world) == {b"c": AT}


def test_what_goes_either_way_is_undone_together(alone: db.Database, world: World) -> None:
    with pytest.raises(ZeroDivisionError), alone.transaction() as session:
        _BEGIN.add(session, [begun(world, b"a")])
        session.add(DeviceSession(**begun(world, b"b")))
        session.flush()
        raise ZeroDivisionError
    assert of_aida(alone, world) == {}
    # The connection is lent again, and nothing of that is left on it.
    with alone.transaction() as session:
        _BEGIN.add(session, [begun(world, b"d")])
    assert of_aida(alone, world) == {b"d": AT}


def test_a_refused_row_is_told_as_the_session_tells_it(alone: db.Database, world: World) -> None:
    with pytest.raises(IntegrityError) as told, alone.transaction() as session:
        _BEGIN.add(session, [begun(world, b"a"), begun(world, b"a")])
    assert repr(b"aaa")[2:-1] not in str(told.value)
    assert of_aida(alone, world) == {}


def test_a_database_that_others_hold_is_told_as_the_session_tells_it(tmp_path: Path) -> None:
    """SQLite's own lock, should another program hold it; ours makes writers wait in turn."""
    url = f"sqlite:///{tmp_path / 'held.sqlite'}"
    holder, other = db.Database(url), db.Database(url)

    def impatient(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    sa.event.listen(other.engine, "connect", impatient)
    held = holder.lend(writes=True)
    with pytest.raises(OperationalError), other.transaction():
        raise AssertionError("the transaction has begun")
    holder.take_back(held)
    with other.transaction() as session:  # our own lock was given back
        session.execute(sa.text("CREATE TABLE written (at INTEGER)"))
    for database in (holder, other):
        database.engine.dispose()


def test_one_after_another_writes(alone: db.Database, world: World) -> None:
    def rename() -> None:
        with alone.transaction() as session:
            account = session.get_one(Account, world.ids["aida"], with_for_update=True)
            account.language = {"en": "ru", "ru": "kk"}.get(account.language, "en")

    with alone.transaction() as session:
        before = session.get_one(Account, world.ids["aida"]).language
    threads = [threading.Thread(target=rename) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with alone.transaction() as session:
        assert session.get_one(Account, world.ids["aida"]).language == before
