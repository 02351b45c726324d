"""Reports that are kept: worked out once, shown until what they rest on has changed.

A report on 100,000 attempts takes half a minute. Each process keeps the last ones, each with a mark
of what it rests on: the release, the corrections, and the attempts. A report from before another
release or correction is never shown. One that lacks only the newest attempts is shown for a quarter
of an hour, and says so, where working it out anew would take long.

Source: hard parts 5.3 (results are kept for 15 minutes).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.statistics.reports import Report

MOST_REPORTS = 16
# A kept mark takes six bytes, so that all reports of a process stay below some 30 MB.
MOST_MARKS = 5_000_000
STALE_FOR = timedelta(minutes=15)
SOON = 2.0  # seconds that somebody waits for figures without minding


@dataclass(frozen=True)
class Rests:
    """What a report rests on. ``rules`` are the release and the corrections in force, ``people``
    the attempts by language and cohort, ``attempts`` how many there are."""

    rules: Hashable
    people: Hashable
    attempts: int


@dataclass(frozen=True)
class Kept:
    """A report with the moment at which it was worked out; ``newer`` attempts are not in it yet."""

    report: Report | None
    at: datetime
    is_stale: bool = False
    newer: int = 0


@dataclass(frozen=True)
class _Entry:
    kept: Kept
    rests: Rests
    took: float


@dataclass
class Shelf:
    """The reports of one process. ``seconds`` is a clock that only goes forward."""

    seconds: Callable[[], float]
    _entries: OrderedDict[Hashable, _Entry] = field(default_factory=OrderedDict)
    _working: Lock = field(default_factory=Lock)

    def get(
        self,
        key: Hashable,
        rests: Rests,
        work: Callable[[], Report | None],
        now: datetime,
        *,
        fresh: bool = False,
    ) -> Kept:
        """The report of ``key``: the kept one where it will do, else what ``work`` works out.

        ``fresh`` refuses a stale one. Two who ask at once do not both work.
        """
        found = self._usable(key, rests, now, fresh=fresh)
        if found is not None:
            return found
        with self._working:
            found = self._usable(key, rests, now, fresh=fresh)
            if found is None:
                began = self.seconds()
                found = Kept(_slim(work()), now)
                self._keep(key, _Entry(found, rests, self.seconds() - began))
            return found

    def _usable(self, key: Hashable, rests: Rests, now: datetime, *, fresh: bool) -> Kept | None:
        entry = self._entries.get(key)
        if entry is None or entry.rests.rules != rests.rules:
            return None
        if entry.rests == rests:
            return entry.kept
        is_young = timedelta(0) <= now - entry.kept.at < STALE_FOR
        if fresh or not is_young or entry.took < SOON:
            return None
        newer = max(0, rests.attempts - entry.rests.attempts)
        return Kept(entry.kept.report, entry.kept.at, is_stale=True, newer=newer)

    def _keep(self, key: Hashable, entry: _Entry) -> None:
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > 1 and (
            len(self._entries) > MOST_REPORTS
            or sum(_marks(e.kept.report) for e in self._entries.values()) > MOST_MARKS
        ):
            self._entries.popitem(last=False)


def _marks(found: Report | None) -> int:
    return sum(len(column.who) for column in found.scores.columns) if found else 0


def _slim(found: Report | None) -> Report | None:
    return found.slim() if found else None
