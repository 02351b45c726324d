"""Reports that are kept: worked out once, shown until what they rest on has changed.

A report on 100,000 attempts takes a while. It is worked out beside the pages, in a thread that no
request waits for longer than a moment: whoever asks meanwhile is shown how far it is. Each process
keeps the last reports, each with a mark of what it rests on: the release, the corrections, and the
attempts. A report from before another release or correction is never shown. One that lacks only
the newest attempts is shown for a quarter of an hour, and says so, where working it out anew would
take long.

Source: hard parts 5.3 (results are kept for 15 minutes).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.statistics.reading import Progress
    from lms.statistics.reports import Report

MOST_REPORTS = 16
# A kept mark takes six bytes, so that all reports of a process stay below some 30 MB.
MOST_MARKS = 5_000_000
STALE_FOR = timedelta(minutes=15)
# Whoever wants it anew, or as a file, is content with one that was worked out just now: while an
# exam is being sat there is a newer attempt every second.
FRESH_FOR = timedelta(minutes=2)
# Counting what a large report rests on takes a second by itself: it is not done for every reader.
ASKED_FOR = timedelta(seconds=30)
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
class Working:
    """A report that is being worked out, and nothing to show before it is. ``share`` is done."""

    since: datetime
    share: float


Work = Callable[["Progress"], "Report | None"]


@dataclass
class _Entry:
    kept: Kept
    rests: Rests
    took: float
    said: Kept  # what was answered when somebody last looked what it rests on, and when that was
    asked_at: datetime


@dataclass
class _Job:
    """Work that is going on."""

    rests: Rests
    since: datetime
    share: float = 0.0
    done: Event = field(default_factory=Event)
    kept: Kept | None = None
    failure: Exception | None = None

    def tell(self, share: float) -> None:
        self.share = share


@dataclass
class Shelf:
    """The reports of one process. ``seconds`` says how long work took; ``patience`` is how
    long a request waits for it, in seconds."""

    seconds: Callable[[], float]
    patience: float = SOON
    _entries: OrderedDict[Hashable, _Entry] = field(default_factory=OrderedDict)
    _jobs: dict[Hashable, _Job] = field(default_factory=dict)
    _changing: Lock = field(default_factory=Lock)
    _working: Lock = field(default_factory=Lock)

    def get(
        self,
        key: Hashable,
        rules: Hashable,
        ask: Callable[[], Rests],
        work: Work,
        now: datetime,
        *,
        fresh: bool = False,
    ) -> Kept | Working:
        """The report of ``key``: the kept one where it will do, else what ``work`` works out.

        ``ask`` says what it rests on now, ``rules`` a part of that which is asked quickly.
        ``work`` runs in a thread of its own, one at a time, and tells its progress. ``fresh``
        refuses what is older than two minutes. Where the work takes longer than a moment, the
        last report that lacks only attempts is given, or how far the work is. Two who ask at once
        do not both work. Raises what ``work`` raised.
        """
        until = monotonic() + self.patience
        entry = self._entries.get(key)
        if entry is not None and entry.rests.rules == rules and not fresh:
            is_large = entry.took >= self.patience
            if is_large and timedelta(0) <= now - entry.asked_at < ASKED_FOR:
                return entry.said
        running = self._jobs.get(key)
        if entry is None and running is not None and running.rests.rules == rules:
            rests = running.rests  # whoever waits for the first figures counts nothing
        else:
            rests = ask()
        while True:
            with self._changing:
                found = self._usable(key, rests, now, FRESH_FOR if fresh else STALE_FOR)
                if found is not None:
                    return found
                job = self._jobs.get(key)
                if job is None or job.rests.rules != rests.rules:
                    job = self._begin(key, rests, work, now)
            if not job.done.wait(max(0.0, until - monotonic())):
                break
            if job.failure is not None:
                self._forget(key, job)
                raise job.failure
            if job.kept is not None and job.rests == rests:
                return job.kept
        with self._changing:
            old = None if fresh else self._usable(key, rests, now, timedelta.max)
        return old or Working(job.since, job.share)

    @property
    def is_working(self) -> bool:
        """Whether anything is being worked out now."""
        return any(not job.done.is_set() for job in list(self._jobs.values()))

    def _begin(self, key: Hashable, rests: Rests, work: Work, now: datetime) -> _Job:
        job = self._jobs[key] = _Job(rests, now)
        Thread(target=self._run, args=(key, job, work), daemon=True).start()
        return job

    def _run(self, key: Hashable, job: _Job, work: Work) -> None:
        try:
            with self._working:
                began = self.seconds()
                job.kept = Kept(work(job.tell), job.since)
                took = self.seconds() - began
            with self._changing:
                if self._jobs.get(key) is job:
                    self._keep(key, _Entry(job.kept, job.rests, took, job.kept, job.since))
            self._forget(key, job)
        except Exception as failure:  # raised again where somebody asks next
            job.failure = failure
        finally:
            job.done.set()

    def _forget(self, key: Hashable, job: _Job) -> None:
        with self._changing:
            if self._jobs.get(key) is job:
                del self._jobs[key]

    def _usable(
        self, key: Hashable, rests: Rests, now: datetime, longest: timedelta
    ) -> Kept | None:
        entry = self._entries.get(key)
        if entry is None or entry.rests.rules != rests.rules:
            return None
        said = entry.kept
        if entry.rests != rests:
            is_young = timedelta(0) <= now - entry.kept.at < longest
            if not is_young or entry.took < self.patience:
                return None
            newer = max(0, rests.attempts - entry.rests.attempts)
            said = Kept(entry.kept.report, entry.kept.at, is_stale=True, newer=newer)
        entry.said, entry.asked_at = said, now
        return said

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
