"""Turns: how the threads of a process go about their work without getting in each other's way."""

from __future__ import annotations

from collections import deque
from threading import Lock, local

from flask import current_app

# How long is waited for each turn, in seconds: twenty times what a page takes, and what a slow one
# may take; for a form, what the disk may take.
OF_PAGES = (0.05, 0.5)
OF_FORMS = (0.25,)


class Crowd:
    """Threads of which whoever asks at the right moment is served.

    Nobody is called, so that page follows upon page without waiting until a thread wakes.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience  # seconds
        self._served = Lock()

    def join(self) -> bool:
        """Wait for one's turn; False when it did not come in time."""
        return self._served.acquire(timeout=self._patience)

    def leave(self) -> None:
        self._served.release()

    def locked(self) -> bool:
        """Whether somebody is being served."""
        return self._served.locked()


class Line:
    """A line of threads: who comes first is served first.

    In a crowd some wait ten times as long as the others, and each turn of a form is longer than it
    takes to call the next.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience  # seconds
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._is_served = False

    def join(self) -> bool:
        """Wait for one's turn; False when it did not come in time."""
        with self._guard:
            if not self._is_served:
                self._is_served = True
                return True
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=self._patience):
            return True
        with self._guard:
            if called in self._waiting:
                self._waiting.remove(called)
                return False
        return True  # called at the last moment

    def leave(self) -> None:
        """Call the next."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_served = False

    def locked(self) -> bool:
        """Whether somebody is being served."""
        return self._is_served


class Turns:
    """One page at a time in each process, as long as none takes long and SQLite answers.

    Threads that draw pages together hand Python's one lock to each other at every statement,
    and each handing over costs more than the statement: sixteen readers at once made a page a
    third dearer, and an answer a quarter (docs/performance.md). Beside a slow page the
    others come in a second turn, one at a time again, so that few connections are in use; whoever
    has waited long enough in the last goes on all the same.
    """

    def __init__(self, *lines: Crowd | Line) -> None:
        self.lines = lines
        self.are_taken = False

    def next(self) -> Turn:
        """To be used in ``with``."""
        return Turn(self.lines if self.are_taken else ())


class Turn:
    """A place among others who do the same in this process."""

    _at_work = local()

    def __init__(self, lines: tuple[Crowd | Line, ...]) -> None:
        self._lines = lines
        self._held: Crowd | Line | None = None

    def __enter__(self) -> None:
        self._before: Turn | None = getattr(self._at_work, "turn", None)
        self._at_work.turn = self
        self._held = next((line for line in self._lines if line.join()), None)

    def __exit__(self, *_: object) -> None:
        self._at_work.turn = self._before
        self.give_up()

    def give_up(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.leave()


def step_aside() -> None:
    """Let the others go on: what this thread does next takes long and needs no turn."""
    turn: Turn | None = getattr(Turn._at_work, "turn", None)
    if turn is not None:
        turn.give_up()


def in_turn() -> Turn:
    """For a form that only looks: its turn among the pages of this process."""
    pages: Turns = current_app.pages  # type: ignore[attr-defined]  # of our own Flask
    return pages.next()
