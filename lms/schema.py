"""All tables, and how a database gets from one shape of them to the next."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from lms.db import Base, Database

WITH_TABLES = (
    "accounts",
    "assessment",
    "calibration",
    "certification",
    "cohorts",
    "content",
    "counts",
    "deployment",
    "drills",
    "joint",
    "learning",
    "panels",
    "messages",
    "reviews",
    "signoffs",
)
for _room in WITH_TABLES:
    import_module(f"lms.{_room}.models")
import_module("lms.trail")

metadata = Base.metadata

# Any fixed number: on PostgreSQL it lets one process at a time change the tables.
MIGRATION_LOCK = 7_306_144


class BrokenReferences(Exception):
    """A migration would have left rows that refer to nothing; it was undone."""


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest shape this code knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def present(database: Database) -> str | None:
    """The shape the database is in; None for an empty one, and for one that does not exist."""
    if database.is_sqlite and not Path(database.url.database or "").exists():
        return None
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the tables to this shape. All of it happens, or nothing.

    Raises BrokenReferences, and SQLAlchemy's errors for a database that cannot be reached.
    """
    with _changing(database) as connection:
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str) -> None:
    """Take the tables back to an earlier shape, ``base`` for none; otherwise as upgrade."""
    with _changing(database) as connection:
        command.downgrade(_config(connection), to)


def write_revision(database: Database, message: str) -> Path:
    """For developers: write the difference between models and this database as a new migration."""
    with _changing(database) as connection:
        script = command.revision(
            _config(connection), message, autogenerate=True, rev_id=f"{int(head()) + 1:04}"
        )
    return Path(cast(Script, script).path)  # a list only for several heads, which we never have


@contextmanager
def _changing(database: Database) -> Iterator[sa.Connection]:
    """One transaction in which tables may be made anew; committed at the end, or undone."""
    if database.is_sqlite:
        with _changing_sqlite(database) as connection:
            yield connection
        return
    with database.writer.begin() as connection:
        # A migration may take longer than any page; two at once wait for each other.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        yield connection


@contextmanager
def _changing_sqlite(database: Database) -> Iterator[sa.Connection]:
    """SQLite cannot alter most things: a table is copied, dropped and renamed.

    Dropping it would delete what refers to it, so references are not enforced meanwhile (which can
    only be said outside a transaction) but all of them are looked at before the end.
    """
    # Made here rather than by SQLite, which would let others read it. Where it cannot be made,
    # SQLite says so in the same way as for every other trouble.
    with suppress(OSError):
        os.close(os.open(database.url.database or "", os.O_RDWR | os.O_CREAT, 0o600))
    with database.writer.connect() as connection:
        plain: Any = connection.connection.driver_connection
        plain.execute("PRAGMA foreign_keys=0")
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise BrokenReferences(f"Rows of {broken[0]} would refer to nothing.")
        finally:
            plain.execute("PRAGMA foreign_keys=1")
