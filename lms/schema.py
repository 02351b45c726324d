"""All tables, and how a database gets from one shape of them to the next."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lms.db import Base, Database

WITH_TABLES = (
    "accounts",
    "assessment",
    "certification",
    "cohorts",
    "content",
    "deployment",
    "drills",
    "learning",
)
for _room in WITH_TABLES:
    import_module(f"lms.{_room}.models")
import_module("lms.trail")

metadata = Base.metadata


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest shape this code knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RuntimeError("there are no migrations")
    return found


def present(database: Database) -> str | None:
    """The shape the database is in; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the tables to this shape. All of it happens, or nothing."""
    with _ddl(database) as connection:
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str) -> None:
    with _ddl(database) as connection:
        command.downgrade(_config(connection), to)


def write_revision(database: Database, message: str) -> None:
    """For developers: write the difference between models and database as a new migration."""
    with _ddl(database) as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _ddl(database: Database):  # type: ignore[no-untyped-def]  # a context manager of SQLAlchemy
    return database.writer.begin()
