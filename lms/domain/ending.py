"""How an attempt ends: handed in, run out, abandoned, opened again, marked, taken in by staff."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from lms.domain.attempts import Attempt, Kept, Step, StepKind, delivered, step_of
from lms.domain.errors import NotThere, TooLate
from lms.domain.questions import Answer


def finish(attempt: Attempt, *, client_key: str | None, now: datetime) -> Kept:
    """Lock the answers; finishing twice gives the first receipt again.

    After the deadline the attempt ends as of the deadline, whoever notices it; only where the
    policy is ``grace`` is the moment of handing in kept. Whoever comes after the last moment of
    an attempt that is not handed in by itself gets the step that abandons it.
    Raises TooLate with ``not-started`` or ``abandoned``.

    Source: hard parts 5.2.
    """
    if not attempt.steps:
        raise TooLate("not-started")
    if attempt.end is not None:
        if attempt.end.kind is StepKind.ABANDON:
            raise TooLate("abandoned", ended_at=attempt.end.at)
        return Kept(attempt.end, is_new=False)
    over = close(attempt, now=now)
    if over is not None:
        return Kept(replace(over, client_key=client_key), is_new=True)
    late = attempt.policy == "grace" or attempt.deadline is None
    at = now if late or attempt.deadline is None else min(now, attempt.deadline)
    step = Step(attempt.next_sequence, StepKind.FINISH, None, None, client_key, at)
    return Kept(step, is_new=True)


def mark(attempt: Attempt, result: Any, *, now: datetime) -> Kept:
    """Record that a locked attempt was marked; marking twice gives the first receipt again.

    ``result`` is JSON. Raises TooLate with ``not-finished`` while answers can still change.
    """
    for step in attempt.steps:
        if step.kind is StepKind.MARK:
            return Kept(step, is_new=False)
    if attempt.end is None or attempt.end.kind is not StepKind.FINISH:
        raise TooLate("not-finished")
    return Kept(Step(attempt.next_sequence, StepKind.MARK, None, result, None, now), is_new=True)


def abandon(attempt: Attempt, *, now: datetime) -> Kept:
    """Close an attempt without marking it; it still counts as one of those allowed.

    Raises TooLate with ``not-started`` or ``finished``.
    """
    if not attempt.steps:
        raise TooLate("not-started")
    if attempt.end is not None:
        if attempt.end.kind is StepKind.FINISH:
            raise TooLate("finished", ended_at=attempt.end.at)
        return Kept(attempt.end, is_new=False)
    return Kept(Step(attempt.next_sequence, StepKind.ABANDON, None, None, None, now), is_new=True)


def close(attempt: Attempt, *, now: datetime) -> Step | None:
    """The step that ends an attempt whose last moment has passed; None while it has not.

    What was saved in time is handed in as of the deadline where the policy is ``submit``; otherwise
    the attempt is abandoned, as of the deadline or of the end of its grace.

    Source: hard parts 5.2.
    """
    if attempt.end is not None or attempt.due_at is None or now <= attempt.due_at:
        return None
    # Whoever was let in again once has their answers counted.
    reopened = any(step.kind is StepKind.REOPEN for step in attempt.steps)
    counts = attempt.policy == "submit" or reopened
    kind = StepKind.FINISH if counts else StepKind.ABANDON
    at = attempt.due_at if kind is StepKind.ABANDON and attempt.policy == "grace" else None
    at = at or attempt.deadline
    return Step(attempt.next_sequence, kind, None, None, None, at or now)


def reopen(attempt: Attempt, *, until: datetime | None, now: datetime) -> Step:
    """Let an abandoned attempt go on until a moment; None: without a limit.

    A moment that has passed lets nothing more be answered: what was saved is then handed in as of
    that moment. Raises TooLate with ``open`` or ``finished``.

    Source: hard parts 5.2.
    """
    if attempt.end is None:
        raise TooLate("open")
    if attempt.end.kind is StepKind.FINISH:
        raise TooLate("finished", ended_at=attempt.end.at)
    data = {"until": until.isoformat() if until else None}
    return Step(attempt.next_sequence, StepKind.REOPEN, None, data, None, now)


def certain(attempt: Attempt, question_id: str, level: int, *, now: datetime) -> Step | None:
    """How certain the trainee says to be of an answer; None when that was said already.

    ``level`` is 1 to 3. To be asked only beside an answer, which refuses what comes too late.
    """
    if attempt.certainties.get(question_id) == level:
        return None
    return Step(attempt.next_sequence, StepKind.CERTAINTY, question_id, level, None, now)


def hand_over(
    attempt: Attempt, question_id: str, data: Answer | None, *, client_key: str, now: datetime
) -> Kept:
    """Keep an answer that a trainer took in from a file, whatever the clock says.

    The trainer vouches for it. An answer that changes nothing and one that was delivered before
    give the receipt of the step that is there. Raises NotThere.
    """
    if question_id not in attempt.questions:
        raise NotThere
    known = delivered(attempt, client_key)
    if known is not None:
        return Kept(known, is_new=False)
    latest = attempt.latest(question_id)
    if latest and attempt.answers[question_id] == data:
        return Kept(step_of(attempt, latest), is_new=False)
    step = Step(attempt.next_sequence, StepKind.HANDED, question_id, data, client_key, now)
    return Kept(step, is_new=True)
