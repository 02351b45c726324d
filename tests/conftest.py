"""Fixtures of all tests: an application on a fresh database, people in it, and a browser to speak
to pages with. The same tests run on SQLite and, with LMS_TEST_DATABASE_URL, on PostgreSQL.
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from lms import clock, config, create_app, db, schema
from lms.accounts import secrets
from lms.certification import working
from lms.content.compiling import Compiled, compile_tree
from lms.content.models import PublishedFile
from lms.content.publishing import publish
from tests.journeys.site import Site
from tests.page import Page
from tests.security import guard
from tests.world import World

TREE = Path(__file__).parent / "tree"
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def pytest_collection_finish() -> None:
    """What was loaded and collected stays to the end: it is not searched for waste again and again,
    which took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def _fast_hashing() -> None:
    """Passwords hash fast in tests; benchmarks measure the real parameters."""
    secrets._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True, scope="session")
def _no_order_by_chance() -> None:
    """Rows for which no order was asked come in the opposite of the usual one, as they may on
    PostgreSQL: whoever relies on it is found out on SQLite too."""
    db.SQLITE_SETTINGS["reverse_unordered_selects"] = 1


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> config.Settings:
    """Settings of a throwaway instance that teaches tests/tree."""
    instance = tmp_path_factory.mktemp("instance")
    config.create_secrets(instance)
    environ = {"LMS_INSTANCE": str(instance), "LMS_CONTENT": str(TREE), "LMS_DEMO": "yes"}
    # A mail server that nobody runs: its pages are there, and no test can send anything.
    environ |= {"LMS_SMTP_HOST": "127.0.0.1", "LMS_SMTP_PORT": "9", "LMS_SMTP_SECURITY": "none"}
    environ["LMS_SMTP_FROM"] = "post@quiet.example"
    if url := os.environ.get("LMS_TEST_DATABASE_URL"):
        environ["LMS_DATABASE_URL"] = _own_database(url)
    return config.load(environ)


def _own_database(url: str) -> str:
    """A database of this process on the test server: parallel test processes do not meet."""
    name = f"lms_test_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def _published(settings: config.Settings) -> Path | None:
    """A migrated database with the test tree published; on SQLite the file to copy from."""
    app = create_app(settings)
    with app.app_context():
        database = db.database()
        schema.metadata.create_all(database.engine)
        compiled = compile_tree(TREE)
        assert not compiled.problems, [str(p) for p in compiled.problems]
        with db.transaction() as session:
            publish(
                session,
                compiled.documents,
                compiled.files,
                now=START,
                writings=compiled.writings,
            )
            _first_files[:] = session.scalars(sa.select(PublishedFile.digest))
        is_sqlite = database.is_sqlite
        path = Path(database.url.database or "")
        database.engine.dispose()
    if not is_sqlite:
        return None
    template = path.with_suffix(".template")
    shutil.copy(path, template)
    return template


CONTENT = {"documents", "published_files", "releases", "release_items"}
_first_files: list[str] = []  # the digests of the files of the first release


@pytest.fixture(scope="session")
def _application(settings: config.Settings, _published: Path | None) -> Flask:
    """One application for all tests of a process: what takes longest is its map of addresses."""
    app = create_app(settings)
    with app.app_context():
        guard.watch(db.database().engine)
    return app


@pytest.fixture
def app(_application: Flask, _published: Path | None) -> Iterator[Flask]:
    """The application on a database that holds the published test tree and nobody yet."""
    app = _application
    app.testing = True
    app.config["PROPAGATE_OURS"] = True
    with app.app_context():
        database = db.database()
    database.engine.dispose()
    if _published is None:
        _empty(database)
    else:
        path = Path(database.url.database or "")
        for old in path.parent.glob(f"{path.name}*"):
            if old.suffix != ".lock":  # a lock that is held by its name must stay that file
                old.unlink()
        shutil.copy(_published, path)
    yield app
    working.wait_for_all()
    database.engine.dispose()


def _empty(database: db.Database) -> None:
    """Take people and what they did out of a server's database, and all but the first release.

    Row by row: a truncated table gets new files, and each of them is waited for.
    """
    tables = [t.name for t in schema.metadata.tables.values() if t.name not in CONTENT]
    filled = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608 - names of our tables
        for name in tables
    )
    with database.writer.begin() as connection:
        # Without asking of each row whether another refers to it: those go too.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for name in connection.exec_driver_sql(filled).scalars().all():
            connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 - as above
        later = "(SELECT id FROM releases WHERE number > 1)"
        connection.exec_driver_sql(f"DELETE FROM release_items WHERE release_id IN {later}")  # noqa: S608 - fixed words
        connection.exec_driver_sql("DELETE FROM releases WHERE number > 1")
        connection.execute(
            sa.delete(PublishedFile).where(PublishedFile.digest.not_in(_first_files))
        )


@pytest.fixture
def world(app: Flask) -> World:
    """Two organisations of observers and one commission, each with cohorts and people."""
    return World(app, START)


class Moment:
    """The clock of a test: it stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """The present moment, 1 March 2026 09:00 UTC, moved by the test."""
    moment = Moment(START)
    monkeypatch.setattr(clock, "now", moment)
    return moment


@pytest.fixture(scope="session")
def between(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes share.

    LMS_BETWEEN is one that runs one after another share too, as the stages of bin/test do.
    """
    if given := os.environ.get("LMS_BETWEEN"):
        return Path(given)
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def shipped(between: Path) -> Compiled:
    """The courses of the project, compiled once for all processes."""
    file = between / "shipped.pickle"
    with (between / "shipped.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            whole = file.with_suffix(".new")
            whole.write_bytes(pickle.dumps(compile_tree(TREE.parents[1])))
            whole.rename(file)
    found: Compiled = pickle.loads(file.read_bytes())  # noqa: S301 - written four lines above
    return found


@pytest.fixture(scope="session")
def prepared(between: Path, shipped: Compiled) -> Path:
    """An instance with the real courses and the demo people, made once for all processes."""
    folder, done = between / "prepared", between / "prepared.done"
    with (between / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            Site(folder).prepare(shipped.documents)
            done.touch()
    return folder


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """A signed-out browser without JavaScript that checks every page it fetches."""
    return Page(client)


@pytest.fixture
def signed_in_as(app: Flask, world: World) -> Callable[[str], Page]:
    """A browser signed in as one of the world's people, by their login."""

    def open_for(login: str) -> Page:
        found = Page(app.test_client())
        found.sign_in(login, world.secret)
        return found

    return open_for
