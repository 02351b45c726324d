"""Rows and transactions: the base of all tables, moments in UTC, and the two ways to the database.

``session()`` reads; ``with transaction() as session`` writes and commits. Both lend prepared
statements (lms/prepared.py) a connection of the driver's own: what SQLAlchemy does around one costs
more than the statements of a page. On SQLite a write begins with BEGIN IMMEDIATE behind a lock
shared by all processes: deferred transactions fail with "database is locked", and a busy timeout
alone lets a writer starve for seconds (docs/decisions/002).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy.orm import DeclarativeBase, Session

from lms.config import ConfigurationError

# Versions 3.7.0 to 3.51.2 can corrupt a WAL database when two processes write and checkpoint.
LEAST_SQLITE = (3, 51, 3)
SQLITE_SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an acknowledged answer survives a power cut
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,  # what is erased leaves no bytes behind in free pages
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    # By itself each connection would keep 2 MB of pages; what it has not, the system has.
    "cache_size": -256,
}
# Connections to SQLite that stay open for the next page: pages come in turn (web/application.py),
# so that more are needed for moments only, and each costs half a megabyte.
MOST_IDLE = 3
MOST_AT_ONCE = 15
POSTGRES_OPTIONS = (
    "-c timezone=UTC -c synchronous_commit=on -c lock_timeout=5000 -c statement_timeout=30000 "
    "-c idle_in_transaction_session_timeout=60000"
)


class UTCDateTime(sa.TypeDecorator[datetime]):
    """A moment, aware and in UTC on both databases. A naive moment is refused."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime(),
        uuid.UUID: sa.Uuid(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


def new_id() -> uuid.UUID:
    """An id that nobody can guess or count (122 random bits)."""
    return uuid.uuid4()


class Database:
    """One engine and its writing discipline."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock = _WriteLock(Path(f"{self.url.database}.lock")) if self.is_sqlite else None
        self.engine = self._sqlite() if self.is_sqlite else self._postgres()
        self.writer = self.engine.execution_options(writes=True)
        # Connections that nobody uses at the moment.
        self._idle: list[sa.PoolProxiedConnection] = []
        sa.event.listen(self.engine, "engine_disposed", lambda _: self._close_idle())

    def _sqlite(self) -> sa.Engine:
        if sqlite.sqlite_version_info < LEAST_SQLITE:
            raise ConfigurationError(
                f"SQLite {sqlite.sqlite_version} can corrupt a database that two processes write; "
                f"at least {'.'.join(map(str, LEAST_SQLITE))} is needed."
            )
        engine = sa.create_engine(
            self.url,
            module=sqlite,
            connect_args={"check_same_thread": False},
            pool_size=MOST_IDLE,
            max_overflow=MOST_AT_ONCE - MOST_IDLE,
            pool_use_lifo=True,
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgres(self) -> sa.Engine:
        return sa.create_engine(
            self.url.set(drivername="postgresql+psycopg"),
            connect_args={"options": POSTGRES_OPTIONS},
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
        )

    def lend(self, *, writes: bool = False) -> sa.PoolProxiedConnection:
        """A connection in a transaction. Raises SQLAlchemy's OperationalError.

        On SQLite they are kept beside the pool, whose care for each loan costs as much as a
        statement and is for servers that may be away. One transaction for all the statements of a
        page spares the file locks that each would take for itself.
        """
        try:
            if not self.is_sqlite:
                return self.engine.raw_connection()
            lent = self._unused()
            try:
                lent.cursor().execute(_BEGIN[writes])
            except sqlite.Error:
                lent.close()
                raise
            return lent
        except self.engine.dialect.loaded_dbapi.Error as problem:
            raise in_our_words(problem, self.engine.dialect) from problem

    def _unused(self) -> sa.PoolProxiedConnection:
        try:
            return self._idle.pop()
        except IndexError:
            found = self.engine.raw_connection()
            found.detach()
            return found

    def take_back(self, lent: sa.PoolProxiedConnection) -> None:
        """Undo what was not committed on a lent connection, and keep it for the next."""
        if not self.is_sqlite:
            lent.close()  # the pool undoes it
            return
        try:
            lent.rollback()
        except sqlite.Error:
            lent.close()
            raise
        if len(self._idle) < MOST_IDLE:
            self._idle.append(lent)
        else:
            lent.close()

    def forget_connections(self) -> None:
        """In a new process: leave the connections to the process that opened them."""
        self._idle.clear()
        self.engine.dispose(close=False)

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends, and undoes everything if it fails."""
        with self._lock or nullcontext(), Writing(self) as session:
            yield session
            session.commit()


class _WriteLock:
    """One writer at a time over all threads and processes, in roughly the order of asking."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._handle: int | None = None
        self._pid: int | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._handle is None or self._pid != os.getpid():
                self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
                self._pid = os.getpid()
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            if self._handle is not None:
                fcntl.flock(self._handle, fcntl.LOCK_UN)
        finally:
            self._threads.release()


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for name, value in SQLITE_SETTINGS.items():
        connection.execute(f"PRAGMA {name}={value}")


_BEGIN = {False: "BEGIN", True: "BEGIN IMMEDIATE"}


def _begin_sqlite(connection: sa.Connection) -> None:
    driver = connection.connection
    if driver.in_transaction:  # begun when it was lent
        return
    begin = _BEGIN[connection.get_execution_options().get("writes", False)]
    try:
        # The driver is asked directly: this runs before every page.
        driver.cursor().execute(begin)
    except sqlite.Error as problem:
        raise in_our_words(problem, connection.dialect, begin) from problem


class Direct(Session):
    """A session that lends prepared statements a connection of the driver's own.

    Hot pages ask for nothing else: what SQLAlchemy's session keeps is made when it is asked for.
    """

    def __init__(self, of: Database, engine: sa.Engine) -> None:
        self.engine = engine
        self._of = of
        self._lent: sa.PoolProxiedConnection | None = None

    @property
    def is_used(self) -> bool:
        """Whether anything was asked for through SQLAlchemy itself."""
        return "identity_map" in vars(self)

    def __getattr__(self, name: str) -> Any:
        """For whatever is not there yet: all that SQLAlchemy's session keeps."""
        if self.is_used:
            raise AttributeError(name)
        super().__init__(self.engine, expire_on_commit=False)
        return getattr(self, name)

    def driver(self) -> sa.PoolProxiedConnection:
        """The driver's connection, in a transaction until the session is closed."""
        raise NotImplementedError

    def close(self) -> None:
        lent, self._lent = self._lent, None
        try:
            if self.is_used and self.in_transaction():
                super().close()
        finally:
            if lent is not None:
                self._of.take_back(lent)


class Reading(Direct):
    """A session that reads.

    What is asked through SQLAlchemy takes another connection than prepared statements. The two see
    the database at moments of their own, as two statements on PostgreSQL do.
    """

    def __init__(self, of: Database) -> None:
        super().__init__(of, of.engine)

    def driver(self) -> sa.PoolProxiedConnection:
        if self._lent is None:
            self._lent = self._of.lend()
        return self._lent


class Writing(Direct):
    """A session that writes, all of it in one transaction of one connection.

    What is asked through SQLAlchemy finds its own kind of connection put around the driver's.
    """

    def __init__(self, of: Database) -> None:
        super().__init__(of, of.writer)
        self._lent = self._driver = of.lend(writes=True)
        self._around: sa.Connection | None = None

    def driver(self) -> sa.PoolProxiedConnection:
        if self.is_used:
            self.flush()  # what was added is there for whoever asks next
        return self._driver

    def get_bind(self, *_about: Any, **_more: Any) -> sa.Connection:
        if self._around is None:
            self._around = sa.Connection(self.engine, self._driver)
        return self._around

    def commit(self) -> None:
        """Keep all that was written. Raises SQLAlchemy's exceptions; nothing is kept then."""
        if self.is_used:
            self.flush()
            if self.in_transaction():
                super().commit()
        try:
            self._driver.commit()
        except self.engine.dialect.loaded_dbapi.Error as problem:
            raise in_our_words(problem, self.engine.dialect, "COMMIT") from problem


def in_our_words(problem: Exception, dialect: sa.Dialect, sql: str = "") -> Exception:
    """What the driver says, as SQLAlchemy would say it, without the values that were asked for."""
    return sa.exc.DBAPIError.instance(
        sql, None, problem, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )


def init_app(app: Flask, url: str) -> None:
    app.extensions["lms.db"] = Database(url)
    app.teardown_appcontext(lambda _: _close())


def database() -> Database:
    found: Database = current_app.extensions["lms.db"]
    return found


def session() -> Session:
    """The reading session of this request. Nothing read through it is locked or changed."""
    if "db_session" not in g:
        g.db_session = Reading(database())
    reading: Session = g.db_session
    return reading


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing session: commits at the end of the block, undoes everything on an exception.

    The reading session is closed first, so that what is read afterwards is what was written.
    """
    _close()
    try:
        with database().transaction() as writing:
            yield writing
    except BaseException:
        g.pop("trail_written", None)  # the entry was undone with the deed
        raise


def give_up_reading() -> None:
    """After a failure: end what this request was reading, so that its error page starts anew."""
    with contextlib.suppress(sa.exc.SQLAlchemyError, sqlite.Error):
        _close()


def _close() -> None:
    reading: Session | None = g.pop("db_session", None)
    if reading is not None:
        reading.close()
