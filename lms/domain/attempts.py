"""The life of an attempt, read from its steps.

Steps are only ever added. Everything else (the paper, the answers, the deadline, the state)
is read from them, so that delivering a step twice, late or in another order changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from functools import cached_property
from random import Random
from typing import Any

from lms.domain.errors import NotThere, TooLate
from lms.domain.questions import Answer, Order, Question

# A post that left before the deadline may arrive a little after it.
GRACE = timedelta(seconds=30)
POLICIES = ("submit", "grace", "abandon")


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
    """What a step records.

    ``MARK`` and ``ABANDON`` are the system's, ``REOPEN`` and ``HANDED`` (an answer that a trainer
    took in from a file) are staff's, the rest the trainee's.
    """

    START = "start"
    ANSWER = "answer"
    CERTAINTY = "certainty"
    FINISH = "finish"
    MARK = "mark"
    ABANDON = "abandon"
    REOPEN = "reopen"
    HANDED = "handed"


ANSWERS = (StepKind.ANSWER, StepKind.HANDED)
_ENDS = (StepKind.FINISH, StepKind.ABANDON)


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

    @cached_property
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

    @cached_property
    def deadline(self) -> datetime | None:
        """The last moment for an answer, or None without a limit.

        The strictest of the time allowed and the day on which the quiz closes, both fixed at the
        start; who reopens an attempt says until when.
        """
        if self._start is None:
            return None
        for step in reversed(self.steps):
            if step.kind is StepKind.REOPEN:
                return _moment(step.data["until"])
        minutes, closes = self._start.data["minutes"], _moment(self._start.data.get("closes"))
        ends = [closes] if closes is not None else []
        if minutes is not None:
            ends.append(self._start.at + timedelta(minutes=minutes))
        return min(ends, default=None)

    @property
    def policy(self) -> str:
        """What happens when the time is over: ``submit``, ``grace`` or ``abandon``."""
        return self._start.data.get("policy", "submit") if self._start else "submit"

    @cached_property
    def due_at(self) -> datetime | None:
        """The moment after which somebody has to close the attempt; None without a deadline."""
        if self._start is None or self.deadline is None:
            return None
        minutes = self._start.data.get("grace_minutes", 0) if self.policy == "grace" else 0
        return self.deadline + max(GRACE, timedelta(minutes=minutes))

    @cached_property
    def end(self) -> Step | None:
        """The step that locked the answers, or None while nothing has, or it was undone."""
        for step in reversed(self.steps):
            if step.kind is StepKind.REOPEN:
                return None
            if step.kind in _ENDS:
                return step
        return None

    @property
    def ended_at(self) -> datetime | None:
        """The moment from which the answers were locked, or None while they are not."""
        return self.end.at if self.end else None

    @cached_property
    def answers(self) -> Mapping[str, Answer | None]:
        """The latest answer to each question that was answered; None for one taken back."""
        return {s.question: s.data for s in self.steps if s.kind in ANSWERS and s.question}

    @cached_property
    def tries(self) -> Mapping[str, int]:
        """How many different answers each question was given, one after another."""
        found: dict[str, int] = {}
        for step in self.steps:
            if step.kind in ANSWERS and step.question:
                found[step.question] = found.get(step.question, 0) + 1
        return found

    @cached_property
    def certainties(self) -> Mapping[str, int]:
        """How certain the trainee was of each answer: 1 low, 2 medium, 3 high."""
        return {
            s.question: s.data for s in self.steps if s.kind is StepKind.CERTAINTY and s.question
        }

    @property
    def next_sequence(self) -> int:
        """The sequence of the step to come."""
        return self.steps[-1].sequence + 1 if self.steps else 1

    def then(self, step: Step) -> Attempt:
        """The attempt after one more step. Raises ValueError unless it is the one to come."""
        if step.sequence != self.next_sequence:
            raise ValueError(f"{self.next_sequence} is to come, not {step.sequence}")
        return Attempt(self.id, (*self.steps, step))

    def latest(self, question_id: str) -> int:
        """The sequence of the latest answer to a question, 0 when there is none.

        A page carries it, so that an answer from an older page can be told from a newer one.
        """
        return self._latest.get(question_id, 0)

    @cached_property
    def _latest(self) -> Mapping[str, int]:
        return {s.question: s.sequence for s in self.steps if s.kind in ANSWERS and s.question}

    def is_open(self, now: datetime) -> bool:
        """Whether an answer that arrives now would still be kept, the grace included."""
        return self._start is not None and self.ended_at is None and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether the deadline and the grace after it have passed."""
        return self.deadline is not None and now > self.deadline + GRACE

    def state(self, now: datetime) -> State:
        """The state at a moment. Overdue means that the deadline has passed and nobody finished."""
        if not self.steps:
            return State.NOTSTARTED
        if self.end is not None:
            if self.end.kind is StepKind.ABANDON:
                return State.ABANDONED
            marked = any(step.kind is StepKind.MARK for step in self.steps)
            return State.FINISHED if marked else State.SUBMITTED
        late = self.deadline is not None and now > self.deadline
        return State.OVERDUE if late else State.INPROGRESS


def fold(steps: Iterable[Step], id: str = "") -> Attempt:
    """Make the attempt of its steps, however often and in whatever order they are given.

    Raises ValueError when two different steps claim one sequence, or when the first is not
    the start: such rows did not come from here.
    """
    by_sequence: dict[int, Step] = {}
    for step in steps:
        known = by_sequence.setdefault(step.sequence, step)
        if known is not step and known != step:
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
    policy: str = "submit",
    grace_minutes: int = 0,
    closes_at: datetime | None = None,
) -> Step:
    """The first step: the paper, the drawn order of each question's parts, and the time allowed.

    ``minutes`` is what this trainee has, extra time included. Nothing is drawn later, so an
    attempt reads the same on every page and after every change of content. Raises ValueError for
    a policy that is none.

    Source: hard parts 5.1; security, C-71 and C-73.
    """
    if policy not in POLICIES:
        raise ValueError(f"unknown policy {policy!r}")
    data: dict[str, Any] = {
        "questions": [question.id for question in questions],
        "order": {q.id: order for q in questions if (order := q.shuffled(random))},
        "minutes": minutes,
    }
    if policy != "submit":
        data |= {"policy": policy, "grace_minutes": grace_minutes}
    if closes_at is not None:
        data["closes"] = closes_at.isoformat()
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
    known = delivered(attempt, client_key)
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
        return Kept(step_of(attempt, latest), is_new=False)
    step = Step(attempt.next_sequence, StepKind.ANSWER, question_id, data, client_key, now)
    return Kept(step, is_new=True)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def delivered(attempt: Attempt, client_key: str | None) -> Step | None:
    if not client_key:
        return None
    return next((step for step in attempt.steps if step.client_key == client_key), None)


def step_of(attempt: Attempt, sequence: int) -> Step:
    return next(step for step in attempt.steps if step.sequence == sequence)
