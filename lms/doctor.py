"""A look at this machine before people rely on it: each finding is a line.

Looks only. What would have to be made or changed is named, with the command that does it.
Source: security, C-93.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa

from lms import clock, config, db, schema, trail
from lms.certification import logbook
from lms.certification.auditing import audit
from lms.certification.keys import ROOT_FILE, NoKey, keyring
from lms.messages import letters, post

LEAST_FREE = 500 * 1024 * 1024
OLDEST_BACKUP = timedelta(days=7)
LATEST_LETTER = timedelta(days=2)
LEAST_DAYS = 14  # for which the root still stands for the issuing key
LEAST_POSTGRES = 140000  # as server_version_num counts: the oldest that still gets corrections
# Built after this day, so an earlier clock is wrong.
BUILT_AFTER = datetime(2026, 11, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Finding:
    """One line: whether it is well, and what was found, with the remedy where it is not."""

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
    yield from _process(settings)
    yield from _doors(settings)
    yield from _files(settings)
    yield from _clock()
    yield from _backups(settings)
    yield from _issuing_key(settings)
    yield from _mail(settings)
    try:
        database = db.Database(settings.database_url)
    except config.ConfigurationError as problem:  # a SQLite that can corrupt opens nothing
        yield Finding(False, str(problem))
        return
    try:
        yield from _database(database)
    except sa.exc.SQLAlchemyError as problem:
        yield Finding(False, f"database: {type(problem).__name__}; is it there, and up?")
    finally:
        database.engine.dispose()


def _process(settings: config.Settings) -> Iterator[Finding]:
    yield Finding(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}")
    yield Finding(sys.flags.optimize == 0, "Python keeps assertions (no -O, no PYTHONOPTIMIZE)")
    debug = os.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "no", "false")
    yield Finding(not debug, f"debug mode: {'on; unset FLASK_DEBUG' if debug else 'off'}")
    umask = _umask()
    yield Finding(
        umask & 0o027 == 0o027 or settings.demo,
        f"umask {umask:03o} (027 or 077: new files are not for everybody)",
    )
    root = os.geteuid() == 0
    yield Finding(
        not root or settings.demo,
        "user: root; give the service a user of its own" if root else "user: not root",
    )


def _umask() -> int:
    """This process's umask. Asking means setting; it is set back at once."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def _doors(settings: config.Settings) -> Iterator[Finding]:
    local = settings.host in config.LOOPBACK
    yield Finding(
        settings.secure or local,
        "cookies travel only over https" if settings.secure else "plain http, this machine only",
    )
    wild = [host for host in settings.trusted_hosts if host.startswith(("*", ".")) or not host]
    yield Finding(not wild, "trusted hosts: each named" if not wild else f"trusted hosts: {wild}")
    yield Finding(
        settings.proxy_hops > 0 or not (settings.secure and local),
        f"proxies in front: {settings.proxy_hops} (https on loopback needs LMS_PROXY_HOPS)",
    )
    yield Finding(
        not (settings.demo and settings.secure),
        "demo: on a public address; its secrets are known" if settings.demo else "demo: no",
    )


def _files(settings: config.Settings) -> Iterator[Finding]:
    yield _private("folder", settings.instance)
    yield _private("folder", settings.keys)
    for path in sorted(settings.keys.iterdir()):
        if path.suffix != ".pub":
            yield _private("key", path)
    file = settings.instance / "settings.toml"
    if file.exists():
        yield _private("settings", file)
    yield Finding(os.access(settings.instance, os.W_OK), "folder: writable")
    free = shutil.disk_usage(settings.instance).free
    yield Finding(free > LEAST_FREE, f"disk: {free // 2**20} MiB free (at least 500)")


def _private(kind: str, path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    remedy = f"others can read it; chmod {'700' if path.is_dir() else '600'} {path}"
    return Finding(not mode & 0o077, f"{kind} {path.name}: {remedy if mode & 0o077 else 'private'}")


def _clock() -> Iterator[Finding]:
    now = clock.now()
    yield Finding(BUILT_AFTER <= now <= LATEST, f"clock: {now:%Y-%m-%d %H:%M} UTC")
    try:
        offset = datetime(2026, 12, 1, tzinfo=ZoneInfo("Asia/Almaty")).utcoffset()
    except ZoneInfoNotFoundError:
        offset = None
    yield Finding(
        offset == timedelta(hours=5),
        "time zones: Almaty is UTC+5 (older tables say +6, and an exam would end an hour wrong)",
    )


def _backups(settings: config.Settings) -> Iterator[Finding]:
    """The newest file in ``backups``: docs/operations.md puts them there before they leave."""
    folder = settings.instance / "backups"
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    if not files:
        yield Finding(settings.demo, "backup: none in instance/backups (docs/operations.md)")
        return
    newest = max(files, key=lambda path: path.stat().st_mtime)
    age = clock.now() - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    yield Finding(age <= OLDEST_BACKUP, f"backup: {newest.name}, {age.days} days old (at most 7)")
    yield _private("backup", newest)


def _issuing_key(settings: config.Settings) -> Iterator[Finding]:
    found = sorted(settings.keys.glob("issuing-*.key"))
    if (settings.keys / ROOT_FILE).exists():
        yield _root_of_keys(settings)
        return
    remedy = "" if found else "; lms certificates new-key"
    yield Finding(bool(found), f"issuing keys: {len(found)}{remedy}")


def _mail(settings: config.Settings) -> Iterator[Finding]:
    """Whether the mail server answers, is who it says, and lets us in. No letter is sent."""
    if settings.smtp is None:
        return
    try:
        with post.line(settings.smtp):
            yield Finding(True, "e-mail: the server answers and lets us in")
    except post.Away as problem:
        yield Finding(False, f"e-mail: {problem}; see LMS_SMTP_… in docs/operations.md")


def _root_of_keys(settings: config.Settings) -> Finding:
    """Under a root: whether it stands for a key here, and for how long."""
    try:
        ring = keyring(settings.keys)
        issuing = ring.must_issue()
    except NoKey as problem:
        return Finding(False, f"issuing keys: {problem}")
    last = ring.listed.keys[issuing.id].last if ring.listed else clock.now().date()
    days = (last - clock.now().date()).days
    return Finding(days >= LEAST_DAYS, f"issuing key: the root stands for it for {days} days more")


def _database(database: db.Database) -> Iterator[Finding]:
    if database.is_sqlite:
        path = Path(database.url.database or "")
        yield _version_of_sqlite()
        if not path.exists():
            yield Finding(False, "database: none yet; lms migrate")
            return
        yield from _sqlite_files(path)
    with database.engine.connect() as connection:
        yield from (_sqlite if database.is_sqlite else _postgres)(connection)
    at, head = schema.present(database), schema.head()
    yield Finding(at == head, f"tables: {at or 'none'}" + ("" if at == head else "; lms migrate"))
    if at == head:
        yield from _rows(database)


def _version_of_sqlite() -> Finding:
    least = ".".join(map(str, db.LEAST_SQLITE))
    return Finding(
        sqlite.sqlite_version_info >= db.LEAST_SQLITE,
        f"SQLite {sqlite.sqlite_version} (at least {least}: earlier ones can corrupt a database "
        "that two processes write)",
    )


def _sqlite_files(path: Path) -> Iterator[Finding]:
    yield Finding(os.access(path, os.W_OK), "database file: writable")
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        if name.exists():
            yield _private("database file", name)


def _sqlite(connection: sa.Connection) -> Iterator[Finding]:
    ask: Callable[[str], object] = lambda text: connection.exec_driver_sql(text).scalar()  # noqa: E731
    for name, wanted in db.SQLITE_SETTINGS.items():
        found = ask(f"PRAGMA {name}")
        yield Finding(str(found) == str(wanted), f"SQLite {name} = {found} (wanted: {wanted})")
    sound = ask("PRAGMA quick_check(1)")
    yield Finding(sound == "ok", f"database file: {'sound' if sound == 'ok' else sound}")
    orphan = ask("PRAGMA foreign_key_check")
    yield Finding(
        orphan is None, "references: whole" if orphan is None else f"references: broken in {orphan}"
    )


def _postgres(connection: sa.Connection) -> Iterator[Finding]:
    def show(name: str) -> str:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar())

    version = int(show("server_version_num"))
    yield Finding(version >= LEAST_POSTGRES, f"PostgreSQL {show('server_version')} (at least 14)")
    for name, wanted in (
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ):
        found = show(name)
        yield Finding(found == wanted, f"PostgreSQL {name} = {found} (wanted: {wanted})")
    above = connection.exec_driver_sql(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).scalar()
    yield Finding(
        not above,
        "PostgreSQL role: a superuser; give the service a role of its own"
        if above
        else "PostgreSQL role: no superuser",
    )


def _rows(database: db.Database) -> Iterator[Finding]:
    with sa.orm.Session(database.engine) as session:
        number = session.scalar(sa.text("SELECT max(number) FROM releases"))
        published = f"release {number}" if number else "nothing published; lms publish"
        yield Finding(number is not None, f"content: {published}")
        entries = session.scalars(
            sa.select(trail.Entry).order_by(trail.Entry.number).execution_options(yield_per=500)
        )
        broken = trail.first_break(entries)
        yield Finding(
            broken is None, f"trail: broken at entry {broken}" if broken else "trail: whole"
        )
        flaws = len({flaw.serial for flaw in audit(session)})
        yield Finding(
            not flaws,
            f"certificates: {flaws} with a flaw; lms certificates audit"
            if flaws
            else "certificates: each rests on a passed exam",
        )
        torn = logbook.first_break(session)
        yield Finding(
            torn is None,
            f"log of certificates: rewritten before entry {torn}"
            if torn
            else "log of certificates: as its checkpoints say",
        )
        number, since = letters.waiting(session)
        late = since is not None and clock.now() - since > LATEST_LETTER
        yield Finding(
            not late,
            f"letters: {number} wait since {since:%Y-%m-%d %H:%M}; lms messages deliver"
            if late
            else f"letters: {number} wait",
        )
        last = session.scalar(sa.select(sa.func.max(trail.Entry.at)))
    if last is not None:
        yield Finding(last <= clock.now(), "clock: not before the last entry of the trail")
