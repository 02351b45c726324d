"""Prepared statements answer as the session itself would."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError

from lms import db
from lms.accounts.models import Account, DeviceSession, RoleHeld
from lms.prepared import Prepared, Several, prepare_all
from tests.world import World

_BY_LOGIN = sa.select(Account.id, Account.login, Account.joined_on).where(
    Account.login_skeleton == sa.bindparam("login")
)


def test_rows_are_those_the_session_gives(app: Flask, world: World) -> None:
    with app.app_context():
        found = Prepared(_BY_LOGIN).all(db.session(), login="aida")
        asked = db.session().execute(_BY_LOGIN, {"login": "aida"}).all()
    assert [tuple(row) for row in found] == [tuple(row) for row in asked]
    assert found[0].id == world.ids["aida"]


def test_values_are_converted_both_ways(app: Flask, world: World) -> None:
    at = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
    begun = Prepared(
        sa.select(DeviceSession.account_id, DeviceSession.began_at, DeviceSession.digest).where(
            DeviceSession.account_id == sa.bindparam("account", type_=sa.Uuid()),
            DeviceSession.began_at == sa.bindparam("at", type_=DeviceSession.began_at.type),
        )
    )
    with app.app_context(), db.transaction() as session:
        session.add(
            DeviceSession(
                digest=b"\0" * 32,
                account_id=world.ids["aida"],
                began_at=at,
                seen_at=at,
                expires_at=at,
            )
        )
        # Not flushed yet: the statement sees it all the same, as a query of the session would.
        row = begun.first(session, account=world.ids["aida"], at=at)
        assert tuple(row) == (world.ids["aida"], at, b"\0" * 32)
        assert begun.first(session, account=uuid.uuid4(), at=at) is None


def test_fixed_values_of_the_statement_are_kept(app: Flask, world: World) -> None:
    everybody = sa.select(Account.login).order_by(Account.login).execution_options(scope="all")
    first = Prepared(everybody.limit(2))
    with app.app_context():
        assert [row.login for row in first.all(db.session())] == ["aida", "arman"]


def test_who_watches_the_statements_of_an_engine_sees_these_too(app: Flask, world: World) -> None:
    seen: list[object] = []
    statement = Prepared(_BY_LOGIN)
    with app.app_context():
        engine = db.database().engine

        def look(_connection: object, clause: object, *_rest: object) -> None:
            seen.append(clause)

        sa.event.listen(engine, "before_execute", look)
        try:
            statement.all(db.session(), login="aida")
        finally:
            sa.event.remove(engine, "before_execute", look)
    assert seen == [_BY_LOGIN]


def test_several_statements_say_the_same_about_one_person_as_about_many(
    app: Flask, world: World
) -> None:
    several = Several(
        logins=lambda of: sa.select(Account.id, Account.login).where(of(Account.id)),
        roles=lambda of: (
            sa.select(RoleHeld.account_id, RoleHeld.role, sa.func.count().label("times"))
            .where(of(RoleHeld.account_id))
            .group_by(RoleHeld.account_id, RoleHeld.role)
        ),
    )
    aida, bota = world.ids["aida"], world.ids["bota"]
    with app.app_context():
        both = several.rows(db.session(), [aida, bota])
        for person, login in ((aida, "aida"), (bota, "bota")):
            alone = several.rows(db.session(), [person])
            assert alone["logins"] == [(person, login)]
            assert alone["roles"] == [tuple(row) for row in both["roles"] if row[0] == person]
            assert alone["roles"][0][1:] == ("trainee", 1)


def test_a_list_cannot_be_prepared(app: Flask) -> None:
    listed = Prepared(sa.select(Account.id).where(Account.id.in_([uuid.uuid4(), uuid.uuid4()])))
    with app.app_context(), pytest.raises(ValueError, match="list"):
        listed.all(db.session())


def test_pages_read_through_a_connection_of_the_drivers_own(app: Flask, world: World) -> None:
    """The ordinary way of a page; elsewhere in the tests the engine is watched."""
    with app.app_context():
        alone = db.Database(app.config["LMS_SETTINGS"].database_url)
    with db.Reading(alone) as reading:
        assert Prepared(_BY_LOGIN).first(reading, login="aida").id == world.ids["aida"]
        assert not reading.in_transaction()
        lent = reading.driver()
        wrong = Prepared(sa.select(sa.column("nowhere")).where(sa.literal("secret") != ""))
        with pytest.raises(DBAPIError) as told:
            wrong.all(reading)
        assert "secret" not in str(told.value)
    with db.Reading(alone) as reading:
        if alone.is_sqlite:
            assert reading.driver() is lent  # taken back and lent again
        assert Prepared(_BY_LOGIN).first(reading, login="bota").id == world.ids["bota"]
    assert alone.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a queue
    alone.engine.dispose()


def test_each_page_sees_what_was_written_before_it(app: Flask, world: World) -> None:
    with app.app_context():
        alone = db.Database(app.config["LMS_SETTINGS"].database_url)
    with db.Reading(alone) as reading:
        assert Prepared(_BY_LOGIN).first(reading, login="nobody") is None
    with app.app_context(), db.transaction() as session:
        session.get_one(Account, world.ids["aida"]).login_skeleton = "nobody"
    with db.Reading(alone) as reading:
        assert Prepared(_BY_LOGIN).first(reading, login="nobody").id == world.ids["aida"]
    alone.engine.dispose()


def test_a_database_that_is_away_is_told_as_the_session_tells_it(tmp_path: Path) -> None:
    away = db.Database(f"sqlite:///{tmp_path}/nowhere/lms.sqlite")
    with db.Reading(away) as reading, pytest.raises(OperationalError):
        Prepared(_BY_LOGIN).all(reading, login="aida")


def test_trouble_is_told_as_the_session_tells_it_and_without_values(app: Flask) -> None:
    wrong = Prepared(sa.select(sa.column("nowhere")).where(sa.literal("secret") != ""))
    with app.app_context(), pytest.raises(DBAPIError) as told:
        wrong.all(db.session())
    assert "secret" not in str(told.value)


def test_rows_that_are_kept_are_read_from_the_database_all_the_same(
    app: Flask, world: World
) -> None:
    """What is remembered is how a row reads, never that it is there."""
    asked = sa.select(Account.id, Account.joined_on).where(
        Account.login_skeleton == sa.bindparam("login")
    )
    kept = Prepared(asked, kept=1)
    with app.app_context():
        first = kept.first(db.session(), login="aida")
        assert kept.first(db.session(), login="aida") == first
        assert kept.first(db.session(), login="bota").id == world.ids["bota"]
        with db.transaction() as session:
            session.execute(sa.update(Account).values(login_skeleton="elsewhere-" + Account.login))
        assert kept.first(db.session(), login="aida") is None


def test_connections_that_were_needed_for_a_moment_are_closed_again(tmp_path: Path) -> None:
    """To SQLite; those to a server are in the care of the pool."""
    database = db.Database(f"sqlite:///{tmp_path / 'lent.sqlite'}")
    lent = [database.lend() for _ in range(db.MOST_IDLE + 3)]
    for one in lent:
        database.take_back(one)
    opened = [one for one in lent if one.dbapi_connection is not None]
    assert len(opened) == db.MOST_IDLE
    assert database.lend() in opened
    for one in opened:
        one.close()
    database.engine.dispose()


def test_every_statement_of_the_rooms_can_be_worked_out_before_it_is_asked(app: Flask) -> None:
    """The application has imported the rooms; one that cannot would fail at its first use."""
    with app.app_context():
        db.session().execute(sa.text("SELECT 1"))  # an engine knows its database from then on
        assert prepare_all(db.database().engine.dialect) > 30
