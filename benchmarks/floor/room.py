"""A bare event stream: one number of the database, looked at once a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pysqlite3.dbapi2 as sqlite
from flask import Flask, Response

SECONDS_OPEN = 45


def register(app: Flask, path: str) -> None:
    # One connection for all threads of a process: each of its own would be a thousand open files.
    lock, kept = threading.Lock(), list[Any]()

    def number(session: str) -> int:
        with lock:
            if not kept:
                kept.append(sqlite.connect(path, check_same_thread=False, isolation_level=None))
            found: int = (
                kept[0]
                .execute("SELECT number FROM joint_sessions WHERE id = ?", (session,))
                .fetchone()[0]
            )
            return found

    @app.get("/stream/<session>")
    def stream(session: str) -> Response:
        def told() -> Iterator[str]:
            last, ends = -1, time.monotonic() + SECONDS_OPEN
            while time.monotonic() < ends:
                if (now := number(session)) != last:
                    last = now
                    yield f"data: {now}\n\n"
                time.sleep(1.0)

        return Response(told(), mimetype="text/event-stream")
