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

from flask import Flask, Response, current_app

from lms import clock, db
from lms.domain.joint.exercise import SIDES
from lms.joint import marks

# Threads that stay free for pages, answers and the facilitator.
LEFT_FOR_PAGES = 4
SECONDS_OPEN = 45
PAUSE = 1.0
# The mark is said again even when nothing is new: a phone that hears nothing for longer knows that
# its line is dead (which a browser does not say by itself), and proxies leave the line open.
BEATS = 2


class Streams:
    """How many streams this process holds at the moment, for each side apart.

    Whether a phone is given one must not tell it how many of the other side are there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.held = dict.fromkeys(SIDES, 0)

    def take(self, side: str, most: int) -> bool:
        with self._lock:
            if self.held[side] >= most:
                return False
            self.held[side] += 1
            return True

    def give_back(self, side: str) -> None:
        with self._lock:
            self.held[side] -= 1


streams = Streams()


def most_of(side: str, threads: int) -> int:
    """How many streams a process of so many threads gives to one side."""
    spare = max(0, threads - LEFT_FOR_PAGES)
    return spare // 2 + (spare % 2 if side == SIDES[0] else 0)


def stream(card_id: uuid.UUID, side: str) -> Response:
    """A stream of marks for one card, or 204 when no thread can be spared."""
    if not streams.take(side, most_of(side, current_app.config["LMS_SETTINGS"].threads)):
        return Response(status=204, mimetype="text/event-stream")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's proxy

    answer = Response(_marks(app, card_id), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    # Not in the generator: one from which nobody ever read (HEAD) does not come to its end.
    answer.call_on_close(lambda: streams.give_back(side))
    return answer


def _marks(app: Flask, card_id: uuid.UUID) -> Iterator[str]:
    yield "retry: 3000\n\n"
    last, quiet, ends = "", 0.0, time.monotonic() + SECONDS_OPEN
    # A process that is to end waits for its answers: a stream is no reason to.
    goes_on = app.extensions.get("lms.goes_on", lambda: True)
    while time.monotonic() < ends and goes_on():
        with app.app_context():  # every look is a fresh one, and holds nothing until the next
            mark = marks.mark_of(db.session(), card_id, clock.now())
        if mark is None:
            yield "data: none\n\n"
            return
        if mark != last or quiet >= BEATS:
            last, quiet = mark, 0.0
            yield f"data: {mark}\n\n"
        time.sleep(PAUSE)
        quiet += PAUSE
