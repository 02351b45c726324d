"""Tables arrive, leave and come back, and are then what the models say."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from lms import db, schema
from lms.cohorts.models import Cohort, Organisation
from tests.conftest import START


def shape(database: db.Database) -> dict[str, Any]:
    """Every table as the database describes it, in a form that two databases can be compared in."""
    inspector = sa.inspect(database.engine)
    found = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c["default"])
                for c in inspector.get_columns(table)
            },
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "references": _sorted(inspector.get_foreign_keys(table)),
            "once": _sorted(inspector.get_unique_constraints(table)),
            "checks": _sorted(inspector.get_check_constraints(table)),
            "indexes": _sorted(inspector.get_indexes(table)),
        }
    return found


def _sorted(items: list[Any]) -> list[str]:
    return sorted(str(_plain(item)) for item in items)


EMPTY = ([], "", "[]", "None", "False", "0")


def _plain(thing: Any) -> Any:
    """Words instead of objects, in one order, without what is empty."""
    if isinstance(thing, dict):
        plain = ((key, _plain(value)) for key, value in thing.items())
        return sorted((key, value) for key, value in plain if value not in EMPTY)
    return str(thing)


def test_migrating_makes_what_the_models_say(database: db.Database) -> None:
    schema.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, schema.metadata) == []


def test_migrating_makes_every_constraint_of_the_models(database: db.Database) -> None:
    """Checks and partial indexes too, which the comparison above does not look at."""
    schema.upgrade(database)
    migrated = shape(database)
    schema.downgrade(database, "base")
    schema.metadata.create_all(database.engine)
    assert shape(database) == migrated


def test_tables_leave_and_come_back(database: db.Database) -> None:
    schema.upgrade(database)
    first = shape(database)
    assert len(first) > 15
    schema.downgrade(database, "base")
    assert shape(database) == {}
    assert schema.present(database) is None
    schema.upgrade(database)
    assert shape(database) == first
    assert schema.present(database) == schema.head()


def test_migrating_twice_changes_nothing(database: db.Database) -> None:
    schema.upgrade(database)
    before = shape(database)
    schema.upgrade(database)
    assert shape(database) == before


def test_two_who_migrate_at_once_do_it_once(database: db.Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(schema.upgrade, database) for _ in range(2)]:
            done.result(timeout=60)
    assert schema.present(database) == schema.head()


def test_a_migration_that_fails_half_way_leaves_the_tables_as_they_were(
    database: db.Database,
) -> None:
    schema.upgrade(database)
    before = shape(database)
    with pytest.raises(RuntimeError), schema._changing(database) as connection:
        operations = Operations(MigrationContext.configure(connection))
        operations.drop_table("alembic_version")
        with operations.batch_alter_table("cohorts") as table:
            table.add_column(sa.Column("place", sa.String(20)))
        raise RuntimeError
    assert shape(database) == before
    assert schema.present(database) == schema.head()


def test_a_table_made_anew_keeps_what_refers_to_it(tmp_path: Path) -> None:
    database = db.Database(f"sqlite:///{tmp_path}/lms.sqlite")
    schema.upgrade(database)
    with database.transaction() as session:
        organisation = Organisation(name="North", kind="observers")
        session.add(organisation)
        session.flush()
        cohort = Cohort(
            organisation_id=organisation.id, name="One", programme="p", created_on=START.date()
        )
        session.add(cohort)
    with schema._changing(database) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("organisations", recreate="always") as table:
            table.add_column(sa.Column("place", sa.String(20)))
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM cohorts").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.engine.dispose()


def test_a_migration_that_would_leave_rows_in_the_air_is_undone(tmp_path: Path) -> None:
    database = db.Database(f"sqlite:///{tmp_path}/lms.sqlite")
    schema.upgrade(database)
    with database.transaction() as session:
        organisation = Organisation(name="North", kind="observers")
        session.add(organisation)
        session.flush()
        session.add(
            Cohort(
                organisation_id=organisation.id, name="One", programme="p", created_on=START.date()
            )
        )
    with pytest.raises(schema.BrokenReferences), schema._changing(database) as connection:
        connection.exec_driver_sql("DELETE FROM organisations")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM organisations").scalar() == 1
    database.engine.dispose()


def test_a_new_database_file_is_private(tmp_path: Path) -> None:
    database = db.Database(f"sqlite:///{tmp_path}/lms.sqlite")
    assert schema.present(database) is None
    assert not list(tmp_path.iterdir()), "asking must not make a file"
    schema.upgrade(database)
    database.engine.dispose()
    assert stat.S_IMODE((tmp_path / "lms.sqlite").stat().st_mode) == 0o600


def test_migrations_follow_each_other_in_one_line() -> None:
    scripts = list(ScriptDirectory.from_config(schema._config()).walk_revisions())
    numbers = [script.revision for script in reversed(scripts)]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    for script in scripts:
        assert Path(script.path).name.startswith(script.revision)
