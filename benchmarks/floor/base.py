"""What every bare job shares: the database, the cookie, one connection for each thread."""

from __future__ import annotations

import hashlib
import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import pysqlite3.dbapi2 as sqlite
from flask import abort, request

COOKIE = "handbook"
# The same promises as lms/db.py makes: write-ahead log, a sync for every commit, erased is erased.
SETTINGS = ("journal_mode=wal", "synchronous=2", "foreign_keys=1", "busy_timeout=5000")
SETTINGS += ("secure_delete=1", "trusted_schema=0", "cell_size_check=1", "mmap_size=0")

_here = threading.local()
_path = ""


def use(path: str) -> None:
    global _path
    _path = path


def database() -> Any:
    """This thread's connection."""
    found = getattr(_here, "connection", None)
    if found is None:
        found = _here.connection = sqlite.connect(_path, isolation_level=None)
        for setting in SETTINGS:
            found.execute(f"PRAGMA {setting}")
    return found


def who() -> str:
    """The account behind the cookie, by one look-up; 403 for nobody."""
    secret = request.cookies.get(COOKIE, "")
    row = (
        database()
        .execute(
            "SELECT a.id FROM device_sessions s JOIN accounts a ON a.id = s.account_id "
            "WHERE s.digest = ? AND s.expires_at > ? AND a.suspended_on IS NULL",
            (hashlib.sha256(secret.encode()).digest(), now()),
        )
        .fetchone()
    )
    if row is None:
        abort(403)
    account: str = row[0]
    return account


def now() -> str:
    """A moment as the product's columns hold it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def new_id() -> str:
    return uuid.uuid4().hex
