"""The doctor finds each trouble, and none on a machine that is in order."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa

from lms import clock, config, db, doctor, schema


def troubles() -> list[str]:
    return [finding.what for finding in doctor.examine() if not finding.well]


@pytest.fixture
def well(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any trouble: backed up, and not served by root."""
    backups = machine / "backups"
    backups.mkdir(mode=0o700)
    (backups / "lms-2026.sqlite").touch(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(doctor, "_umask", lambda: 0o077)
    return machine


def test_a_machine_in_order_has_no_trouble(well: Path) -> None:
    findings = list(doctor.examine())
    assert [finding.what for finding in findings if not finding.well] == []
    assert len(findings) >= 30


def _release(instance: Path, statement: str) -> None:
    with sqlite.connect(instance / "lms.sqlite") as connection:
        connection.execute("PRAGMA foreign_keys=0")
        connection.execute(statement)
    connection.close()


def _without_releases(instance: Path) -> None:
    _release(instance, "DELETE FROM release_items")
    _release(instance, "DELETE FROM releases")


def _old_backup(instance: Path) -> None:
    then = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    os.utime(instance / "backups" / "lms-2026.sqlite", (then, then))


def _no_issuing_key(instance: Path) -> None:
    for key in (instance / "keys").glob("issuing-*"):
        key.unlink()


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "open folder": (lambda i: i.chmod(0o755), "folder instance: others can read it; chmod 700"),
    "open keys": (lambda i: (i / "keys").chmod(0o750), "folder keys: others can read it"),
    "open issuing key": (
        lambda i: [key.chmod(0o644) for key in (i / "keys").glob("issuing-*.key")],
        "others can read it; chmod 600",
    ),
    "open database": (
        lambda i: (i / "lms.sqlite").chmod(0o644),
        "database file lms.sqlite: others",
    ),
    "open backup": (
        lambda i: (i / "backups" / "lms-2026.sqlite").chmod(0o644),
        "backup lms-2026.sqlite: others can read it",
    ),
    "no backup": (
        lambda i: (i / "backups" / "lms-2026.sqlite").unlink(),
        "backup: none in instance/backups",
    ),
    "old backup": (_old_backup, "9 days old (at most 7)"),
    "no issuing key": (_no_issuing_key, "lms certificates new-key"),
    "no database": (lambda i: (i / "lms.sqlite").unlink(), "database: none yet; lms migrate"),
    "nothing published": (_without_releases, "nothing published; lms publish"),
    "old tables": (
        lambda i: _release(i, "UPDATE alembic_version SET version_num='0000'"),
        "lms migrate",
    ),
    "broken reference": (
        lambda i: _release(i, "DELETE FROM documents"),
        "references: broken in release_items",
    ),
    "no secret": (lambda i: (i / "keys" / "field.key").unlink(), "lms init"),
}


@pytest.mark.parametrize("trouble", BREAKS)
def test_each_trouble_is_found_alone(well: Path, trouble: str) -> None:
    do, words = BREAKS[trouble]
    do(well)
    found = troubles()
    assert len(found) == 1, found
    assert words in found[0]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FLASK_DEBUG", "1", "debug mode: on"),
        ("LMS_TRUSTED_HOSTS", "*", "trusted hosts"),
        ("LMS_TRUSTED_HOSTS", "127.0.0.1,.example.org", "trusted hosts"),
        ("LMS_PUBLIC_URL", "https://learn.example.org", "LMS_PROXY_HOPS"),
        ("LMS_WORKERS", "none", "LMS_WORKERS"),
        ("LMS_DATABASE_URL", "postgresql://lms@127.0.0.1:1/lms", "OperationalError"),
    ],
)
def test_a_bad_setting_is_found_alone(
    well: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    found = troubles()
    assert len(found) == 1, found
    assert words in found[0]


@pytest.mark.parametrize(("umask", "well_so"), [(0o077, True), (0o027, True), (0o022, False)])
def test_new_files_must_not_be_for_everybody(
    well: Path, monkeypatch: pytest.MonkeyPatch, umask: int, well_so: bool
) -> None:
    monkeypatch.setattr(doctor, "_umask", lambda: umask)
    assert (troubles() == []) == well_so


def test_root_is_trouble(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert troubles() == ["user: root; give the service a user of its own"]


def test_a_demo_on_a_public_address_is_trouble(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_DEMO", "yes")
    monkeypatch.setenv("LMS_PROXY_HOPS", "1")
    monkeypatch.setenv("LMS_PUBLIC_URL", "https://learn.example.org")
    assert troubles() == ["demo: on a public address; its secrets are known"]


def test_a_clock_before_the_product_was_built_is_trouble(
    well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert any("clock: 2020-01-01" in what for what in troubles())


def test_a_changed_trail_is_found_by_number(well: Path) -> None:
    from lms import create_app, trail

    app = create_app(config.load())
    with app.app_context():
        for number in range(3):
            with db.transaction() as session:
                trail.record(
                    session, "try", actor_id=None, subject=f"test:{number}", now=clock.now()
                )
        db.database().engine.dispose()
    assert troubles() == []
    _release(well, "UPDATE trail SET subject = 'test:9' WHERE number = 2")
    assert troubles() == ["trail: broken at entry 2"]


def test_an_entry_from_the_future_means_a_wrong_clock(
    well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms import create_app, trail

    with create_app(config.load()).app_context():
        with db.transaction() as session:
            later = clock.now() + timedelta(hours=1)
            trail.record(session, "try", actor_id=None, subject="test:1", now=later)
        db.database().engine.dispose()
    assert troubles() == ["clock: not before the last entry of the trail"]


def test_a_sqlite_that_can_corrupt_is_refused(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 40, 1))
    assert [what for what in troubles() if "at least 3.51.3" in what]


def test_the_doctor_changes_nothing(well: Path) -> None:
    (well / "lms.sqlite").unlink()
    before = sorted(path.name for path in well.rglob("*"))
    time.sleep(0.01)
    list(doctor.examine())
    assert sorted(path.name for path in well.rglob("*")) == before


@pytest.fixture
def server(database: db.Database, well: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A migrated database on a server, and the settings that lead to it."""
    schema.upgrade(database)
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("LMS_DATABASE_URL", url)
    yield url


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_is_asked_what_it_promises(server: str) -> None:
    findings = {finding.what: finding.well for finding in doctor.examine()}
    for promise in ("fsync = on", "full_page_writes = on", "synchronous_commit = on"):
        assert findings[f"PostgreSQL {promise} (wanted: on)"]
    assert findings["PostgreSQL TimeZone = UTC (wanted: UTC)"]
    assert findings["PostgreSQL server_encoding = UTF8 (wanted: UTF8)"]
    assert findings[f"tables: {schema.head()}"]
    superuser = "PostgreSQL role: a superuser; give the service a role of its own"
    assert troubles() == [superuser, "content: nothing published; lms publish"]


def test_the_interpreters_own_sqlite_is_not_used() -> None:
    """It may be an old one; the product brings its own."""
    assert db.sqlite is not sqlite3
    assert isinstance(sa.create_engine("sqlite://", module=db.sqlite).dialect, sa.Dialect)
