"""Databases in the making: an empty one of each kind, and a machine that is ready to serve."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms import config, create_app, db, schema
from lms.certification.keys import new_key
from lms.content.compiling import compile_tree
from lms.content.publishing import publish
from tests.conftest import START, TREE

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[db.Database]:
    """An empty database that nobody else uses."""
    if request.param == "sqlite":
        found = db.Database(f"sqlite:///{tmp_path}/lms.sqlite")
        yield found
        found.engine.dispose()
        return
    server = sa.create_engine(
        sa.make_url(os.environ["LMS_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
    )
    name = f"lms_ops_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    found = db.Database(server.url.set(database=name).render_as_string(hide_password=False))
    yield found
    found.engine.dispose()
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")
    server.dispose()


@pytest.fixture(scope="session")
def _ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with secrets, tables in the newest shape, and the test tree published."""
    instance = tmp_path_factory.mktemp("machine")
    instance.chmod(0o700)
    config.create_secrets(instance)
    app = create_app(config.load({"LMS_INSTANCE": str(instance), "LMS_CONTENT": str(TREE)}))
    new_key(instance / "keys", START)
    compiled = compile_tree(TREE)
    with app.app_context():
        schema.upgrade(db.database())
        with db.transaction() as session:
            publish(session, compiled.documents, compiled.files, now=START)
        db.database().engine.dispose()
    return instance


@pytest.fixture
def machine(_ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The instance folder of a machine in good order; the settings lead to it."""
    instance = tmp_path / "instance"
    shutil.copytree(_ready, instance)
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LMS_INSTANCE", str(instance))
    monkeypatch.setenv("LMS_CONTENT", str(TREE))
    return instance
