"""The life of an attempt, read from its steps, and when a new one may begin.

Steps are only ever added. Everything else (the paper, the answers, the deadline, the state)
is read from them, so that delivering a step twice, late or in another order changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from random import Random
from typing import Any, Protocol

from lms.domain.errors import NotThere, TooLate
from lms.domain.questions import Answer, Order, Question

# A post that left before the deadline may arrive a little after it.
GRACE = timedelta(seconds=30)


class State(Enum):
    """Where an attempt is in its life. ``SUBMITTED`` is locked, ``FINISHED`` also marked.

    Source: hard parts 5.2.
    """

    NOTSTARTED = "notstarted"
    INPROGRESS = "inprogress"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    FINISHED = "finished"
    ABANDONED = "abandoned"


class StepKind(StrEnum):
    """What a step records. ``MARK`` and ``ABANDON`` are the system's, the rest the trainee's."""

    START = "start"
    ANSWER = "answer"
    FINISH = "finish"
    MARK = "mark"
    ABANDON = "abandon"


@dataclass(frozen=True)
class Step:
    """One thing that happened in an attempt, never changed afterwards.

    ``sequence`` counts from 1 within the attempt. ``data`` is JSON: the paper of a start, the
    answer of an answer. ``client_key`` is what the sender called this delivery, so that the
    same one sent again is recognised. ``at`` is the server's moment of receiving it.
    """

    sequence: int
    kind: StepKind
    question: str | None
    data: Any
    client_key: str | None
    at: datetime


@dataclass(frozen=True)
class Kept:
    """The receipt of a step: the step itself, and whether it has yet to be stored."""

    step: Step
    is_new: bool


@dataclass(frozen=True)
class Attempt:
    """One trainee's attempt, as its steps tell it."""

    id: str
    steps: tuple[Step, ...] = field(default=())

    @property
    def _start(self) -> Step | None:
        return self.steps[0] if self.steps else None

    @property
    def questions(self) -> tuple[str, ...]:
        """The ids on the paper, in the order in which this trainee sees them."""
        return tuple(self._start.data["questions"]) if self._start else ()

    @property
    def order(self) -> Mapping[str, Order]:
        """How the parts of each question lie for this trainee, as drawn at the start."""
        return self._start.data["order"] if self._start else {}

    @property
    def started_at(self) -> datetime | None:
        """The moment of the start, or None."""
        return self._start.at if self._start else None

    @property
    def deadline(self) -> datetime | None:
        """The last moment for an answer, or None without a limit. Fixed at the start."""
        minutes = self._start.data["minutes"] if self._start else None
        if self._start is None or minutes is None:
            return None
        return self._start.at + timedelta(minutes=minutes)

    @property
    def ended_at(self) -> datetime | None:
        """The moment from which the answers were locked, or None while they are not."""
        return next(
            (s.at for s in self.steps if s.kind in (StepKind.FINISH, StepKind.ABANDON)), None
        )

    @property
    def answers(self) -> dict[str, Answer | None]:
        """The latest answer to each question that was answered; None for one taken back."""
        return {s.question: s.data for s in self.steps if s.kind is StepKind.ANSWER and s.question}

    @property
    def next_sequence(self) -> int:
        """The sequence of the step to come."""
        return self.steps[-1].sequence + 1 if self.steps else 1

    def latest(self, question_id: str) -> int:
        """The sequence of the latest answer to a question, 0 when there is none.

        A page carries it, so that an answer from an older page can be told from a newer one.
        """
        return max((s.sequence for s in self.steps if s.question == question_id), default=0)

    def is_open(self, now: datetime) -> bool:
        """Whether an answer that arrives now would still be kept, the grace included."""
        return self._start is not None and self.ended_at is None and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether the deadline and the grace after it have passed."""
        return self.deadline is not None and now > self.deadline + GRACE

    def state(self, now: datetime) -> State:
        """The state at a moment. Overdue means that the deadline has passed and nobody finished."""
        kinds = {step.kind for step in self.steps}
        if StepKind.ABANDON in kinds:
            return State.ABANDONED
        if StepKind.FINISH in kinds:
            return State.FINISHED if StepKind.MARK in kinds else State.SUBMITTED
        if not kinds:
            return State.NOTSTARTED
        late = self.deadline is not None and now > self.deadline
        return State.OVERDUE if late else State.INPROGRESS


def fold(steps: Iterable[Step], id: str = "") -> Attempt:
    """Make the attempt of its steps, however often and in whatever order they are given.

    Raises ValueError when two different steps claim one sequence, or when the first is not
    the start: such rows did not come from here.
    """
    by_sequence: dict[int, Step] = {}
    for step in steps:
        if by_sequence.setdefault(step.sequence, step) != step:
            raise ValueError(f"two steps with sequence {step.sequence}")
    ordered = tuple(by_sequence[number] for number in sorted(by_sequence))
    if ordered and ordered[0].kind is not StepKind.START:
        raise ValueError("an attempt begins with its start")
    return Attempt(id, ordered)


def begin(
    questions: Sequence[Question],
    random: Random,
    *,
    minutes: int | None,
    at: datetime,
    client_key: str | None = None,
) -> Step:
    """The first step: the paper, the drawn order of each question's parts, and the time allowed.

    ``minutes`` is what this trainee has, extra time included. Nothing is drawn later, so an
    attempt reads the same on every page and after every change of content.

    Source: hard parts 5.1; security, C-71 and C-73.
    """
    data = {
        "questions": [question.id for question in questions],
        "order": {q.id: order for q in questions if (order := q.shuffled(random))},
        "minutes": minutes,
    }
    return Step(1, StepKind.START, None, data, client_key, at)


def answer(
    attempt: Attempt,
    question_id: str,
    data: Answer | None,
    *,
    seen: int,
    client_key: str | None,
    now: datetime,
) -> Kept:
    """Keep an answer; until the attempt ends a later one replaces an earlier one.

    ``seen`` is the sequence of the answer that the page showed (``Attempt.latest``). The same
    delivery again, and an answer that changes nothing, give the receipt of the step that is
    already there. Raises NotThere for a question that is not on the paper, and TooLate with
    ``not-started``, ``finished``, ``time-over``, or ``stale`` when another page was quicker.

    Source: security, C-73 and C-74.
    """
    known = _delivered(attempt, client_key)
    if known is not None and known.question == question_id and known.data == data:
        return Kept(known, is_new=False)
    if question_id not in attempt.questions:
        if not attempt.steps:
            raise TooLate("not-started")
        raise NotThere
    if attempt.ended_at is not None:
        raise TooLate("finished", ended_at=attempt.ended_at)
    if attempt.is_over(now):
        raise TooLate("time-over", deadline=attempt.deadline)
    # A key used before for other words is an old page sent again: not to be lost, nor to win.
    latest = attempt.latest(question_id)
    if known is not None or seen != latest:
        raise TooLate("stale", latest=latest)
    if latest and attempt.answers[question_id] == data:
        return Kept(_step(attempt, latest), is_new=False)
    step = Step(attempt.next_sequence, StepKind.ANSWER, question_id, data, client_key, now)
    return Kept(step, is_new=True)


def finish(attempt: Attempt, *, client_key: str | None, now: datetime) -> Kept:
    """Lock the answers; finishing twice gives the first receipt again.

    After the deadline the attempt ends as of the deadline, whoever notices it.
    Raises TooLate with ``not-started`` or ``abandoned``.

    Source: hard parts 5.2.
    """
    if not attempt.steps:
        raise TooLate("not-started")
    for step in attempt.steps:
        if step.kind is StepKind.ABANDON:
            raise TooLate("abandoned", ended_at=step.at)
        if step.kind is StepKind.FINISH:
            return Kept(step, is_new=False)
    at = now if attempt.deadline is None else min(now, attempt.deadline)
    step = Step(attempt.next_sequence, StepKind.FINISH, None, None, client_key, at)
    return Kept(step, is_new=True)


def mark(attempt: Attempt, result: Any, *, now: datetime) -> Kept:
    """Record that a locked attempt was marked; marking twice gives the first receipt again.

    ``result`` is JSON. Raises TooLate with ``not-finished`` while answers can still change.
    """
    kinds = {step.kind: step for step in attempt.steps}
    if StepKind.MARK in kinds:
        return Kept(kinds[StepKind.MARK], is_new=False)
    if StepKind.FINISH not in kinds:
        raise TooLate("not-finished")
    return Kept(Step(attempt.next_sequence, StepKind.MARK, None, result, None, now), is_new=True)


def abandon(attempt: Attempt, *, now: datetime) -> Kept:
    """Close an attempt without marking it; it still counts as one of those allowed.

    Raises TooLate with ``not-started`` or ``finished``.
    """
    if not attempt.steps:
        raise TooLate("not-started")
    for step in attempt.steps:
        if step.kind is StepKind.ABANDON:
            return Kept(step, is_new=False)
        if step.kind is StepKind.FINISH:
            raise TooLate("finished", ended_at=step.at)
    return Kept(Step(attempt.next_sequence, StepKind.ABANDON, None, None, None, now), is_new=True)


def _delivered(attempt: Attempt, client_key: str | None) -> Step | None:
    if not client_key:
        return None
    return next((step for step in attempt.steps if step.client_key == client_key), None)


def _step(attempt: Attempt, sequence: int) -> Step:
    return next(step for step in attempt.steps if step.sequence == sequence)


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

    ``reason`` is ``open`` (``attempt`` is to be resumed), ``used-up`` (``allowed`` were), or
    ``wait`` (the next may begin at ``until``).
    """

    reason: str
    attempt: Earlier | None = None
    allowed: int | None = None
    until: datetime | None = None


def may_start(previous: Collection[Earlier], quiz: Limits, now: datetime) -> Hindrance | None:
    """Whether a new attempt may begin: None, or the first thing that is in the way.

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
    if quiz.attempts is not None and len(started) >= quiz.attempts:
        return Hindrance("used-up", allowed=quiz.attempts)
    if ends and quiz.wait_hours is not None:
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
