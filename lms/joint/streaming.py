"""Event streams: told at once where a thread can be spared, asked for every few seconds elsewhere.

A stream holds a thread of its process, so there are never more than leave room for pages; whoever
gets none is answered 204, after which a browser does not try again and the page asks by itself.
What a stream looks at is the number of the session's last event in the database, once a second.
Nothing is passed from process to process: on PostgreSQL any
number of them, on any number of hosts, see the same number. Source: docs/decisions/008.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator

from flask import Response, current_app

from lms import clock, db
from lms.joint import queries

# Threads that stay free for pages, answers and the facilitator.
LEFT_FOR_PAGES = 4
SECONDS_OPEN = 45
PAUSE = 1.0
# Proxies close a line on which nothing is said.
BEATS = 15


class _Streams:
    """How many streams this process holds at the moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.held = 0

    def take(self, most: int) -> bool:
        with self._lock:
            if self.held >= most:
                return False
            self.held += 1
            return True

    def give_back(self) -> None:
        with self._lock:
            self.held -= 1


_streams = _Streams()


def stream(card_id: uuid.UUID) -> Response:
    """A stream of marks for one card, or 204 when no thread can be spared."""
    threads = current_app.config["LMS_SETTINGS"].threads
    if not _streams.take(max(0, threads - LEFT_FOR_PAGES)):
        return Response(status=204, mimetype="text/event-stream")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's proxy

    def told() -> Iterator[str]:
        try:
            with app.app_context():
                yield from _marks(card_id)
        finally:
            _streams.give_back()

    answer = Response(told(), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    # Should nobody ever read from it: the place is given back when the answer is closed.
    return answer


def _marks(card_id: uuid.UUID) -> Iterator[str]:
    yield "retry: 3000\n\n"
    last, quiet, ends = "", 0.0, time.monotonic() + SECONDS_OPEN
    while time.monotonic() < ends:
        mark = queries.mark_of(db.session(), card_id, clock.now())
        db.give_up_reading()  # every look is a fresh one
        if mark is None:
            yield "data: none\n\n"
            return
        if mark != last:
            last, quiet = mark, 0.0
            yield f"data: {mark}\n\n"
        elif quiet >= BEATS:
            quiet = 0.0
            yield ": still here\n\n"
        time.sleep(PAUSE)
        quiet += PAUSE
