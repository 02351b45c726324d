"""A look at this machine before people rely on it: each finding is a line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa

from lms import clock, config, db, schema, trail

LEAST_FREE = 500 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    well: bool
    what: str


def examine() -> Iterator[Finding]:
    """Every finding, the settings first. Stops early only where nothing further can be asked."""
    try:
        settings = config.load()
    except config.ConfigurationError as problem:
        yield Finding(False, str(problem))
        return
    for name, value in settings.shown().items():
        yield Finding(True, f"{name}: {value}")
    yield from _files(settings)
    database = db.Database(settings.database_url)
    if database.is_sqlite:
        yield from _sqlite(database)
    try:
        yield from _database(database)
    except sa.exc.SQLAlchemyError as problem:
        yield Finding(False, f"database: {type(problem).__name__}; is the server up?")
    yield from _issuing_key(settings)


def _files(settings: config.Settings) -> Iterator[Finding]:
    for path in sorted(settings.keys.iterdir()):
        private = not path.stat().st_mode & 0o077 or path.suffix == ".pub"
        yield Finding(private, f"key {path.name}: {'private' if private else 'others can read it'}")
    free = shutil.disk_usage(settings.instance).free
    yield Finding(free > LEAST_FREE, f"disk: {free // 2**20} MiB free")
    year = clock.now().year
    yield Finding(2026 <= year <= 2100, f"clock: {clock.now():%Y-%m-%d %H:%M} UTC")


def _sqlite(database: db.Database) -> Iterator[Finding]:
    version = sqlite.sqlite_version_info
    yield Finding(
        version >= db.LEAST_SQLITE,
        f"SQLite {sqlite.sqlite_version} (at least "
        f"{'.'.join(map(str, db.LEAST_SQLITE))}: earlier ones can corrupt a WAL database)",
    )
    with database.engine.connect() as connection:
        for name, wanted in db.SQLITE_SETTINGS.items():
            found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            yield Finding(str(found) == str(wanted), f"SQLite {name} = {found}")
    path = Path(database.url.database or "")
    if path.exists():
        shared = path.stat().st_mode & 0o077
        yield Finding(not shared, f"database file: {'others can read it' if shared else 'private'}")
        yield Finding(os.access(path, os.W_OK), "database file: writable")


def _database(database: db.Database) -> Iterator[Finding]:
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                found = connection.exec_driver_sql(f"SHOW {name}").scalar()
                yield Finding(found == "on", f"PostgreSQL {name} = {found}")
    at, head = schema.present(database), schema.head()
    yield Finding(at == head, f"tables: {at or 'none'}" + ("" if at == head else "; lms migrate"))
    if at != head:
        return
    with database.engine.connect() as connection:
        number = connection.exec_driver_sql("SELECT max(number) FROM releases").scalar()
        published = f"release {number}" if number else "nothing published; lms publish"
        yield Finding(number is not None, f"content: {published}")
    with sa.orm.Session(database.engine) as session:
        entries = session.scalars(
            sa.select(trail.Entry).order_by(trail.Entry.number).execution_options(yield_per=500)
        )
        broken = trail.first_break(entries)
        last = session.scalar(sa.select(sa.func.max(trail.Entry.at)))
    yield Finding(broken is None, "trail: " + (f"broken at {broken}" if broken else "whole"))
    if last is not None:
        yield Finding(last <= clock.now(), f"clock: not before the last entry of the trail")


def _issuing_key(settings: config.Settings) -> Iterator[Finding]:
    found = sorted(settings.keys.glob("issuing-*.key"))
    yield Finding(bool(found), f"issuing keys: {len(found)}" + ("" if found else "; lms certificates new-key"))
