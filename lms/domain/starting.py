"""When a new attempt may begin: the limits of a quiz, what one has been granted, what is open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from lms.domain.attempts import GRACE


class Limits(Protocol):
    """What a quiz says about starting it again; None means that it says nothing."""

    @property
    def attempts(self) -> int | None: ...
    @property
    def wait_hours(self) -> int | None: ...


class Earlier(Protocol):
    """An attempt as far as the next one is concerned; an ``Attempt`` is one, a row may be."""

    @property
    def id(self) -> Any: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def deadline(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Hindrance:
    """Why no new attempt may begin.

    ``reason`` is ``open`` (``attempt`` is to be resumed), ``closed`` (the quiz closed at
    ``until``), ``used-up`` (``allowed`` were), ``wait`` (the next may begin at ``until``), or
    ``repair`` (what was missed has to be mended first).
    """

    reason: str
    attempt: Earlier | None = None
    allowed: int | None = None
    until: datetime | None = None


def may_start(
    previous: Collection[Earlier],
    quiz: Limits,
    now: datetime,
    *,
    extra_attempts: int = 0,
    closes_at: datetime | None = None,
) -> Hindrance | None:
    """Whether a new attempt may begin: None, or the first thing that is in the way.

    ``extra_attempts`` is what this person was granted beyond the quiz's own; whoever was granted
    one does not wait for it. ``closes_at`` is when the quiz closes for this person's cohort.

    An attempt whose time is over counts as ended at its deadline even if nobody has closed
    it. Every attempt that was started counts, the abandoned ones too, for each shows a paper.

    Source: docs/authoring.md, "A quiz"; security, C-75.
    """
    started = [attempt for attempt in previous if attempt.started_at is not None]
    ends = []
    for attempt in started:
        ended = _ended(attempt, now)
        if ended is None:
            return Hindrance("open", attempt=attempt)
        ends.append(ended)
    if closes_at is not None and now >= closes_at:
        return Hindrance("closed", until=closes_at)
    allowed = None if quiz.attempts is None else quiz.attempts + extra_attempts
    if allowed is not None and len(started) >= allowed:
        return Hindrance("used-up", allowed=allowed)
    granted = quiz.attempts is not None and len(started) >= quiz.attempts
    if ends and quiz.wait_hours is not None and not granted:
        until = max(ends) + timedelta(hours=quiz.wait_hours)
        if now < until:
            return Hindrance("wait", until=until)
    return None


def _ended(attempt: Earlier, now: datetime) -> datetime | None:
    if attempt.ended_at is not None:
        return attempt.ended_at
    if attempt.deadline is not None and now > attempt.deadline + GRACE:
        return attempt.deadline
    return None
