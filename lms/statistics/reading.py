"""Answers in bulk by question: who was asked it, and which of the different answers they gave.

A hundred thousand people give few different answers to one question. Each different one is read
and kept once, so that a mark takes eight bytes and is worked out once, not once for each person.
"""

from __future__ import annotations

import json
import uuid
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import RoleHeld
from lms.assessment.models import Attempt, Step
from lms.domain.attempts import ANSWERS, StepKind
from lms.domain.permissions import Role

LEARNERS = (Role.TRAINEE, Role.OFFICIAL)
AT_A_TIME = 20_000
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Asked:
    """One question: ``who`` are the numbers of the papers that held it, rising; ``given`` says of
    each which of ``values`` was answered last. ``values[0]`` is None: nothing was."""

    who: array[int]
    given: array[int]
    values: Sequence[Any]


@dataclass
class _Gathered:
    """The same while it is being read, in whatever order the rows come."""

    on: array[int] = field(default_factory=lambda: array("I"))
    who: array[int] = field(default_factory=lambda: array("I"))
    sequence: array[int] = field(default_factory=lambda: array("I"))
    which: array[int] = field(default_factory=lambda: array("I"))
    known: dict[str | None, int] = field(default_factory=lambda: {None: 0})

    def sorted(self) -> Asked:
        latest: dict[int, tuple[int, int]] = {}
        for who, sequence, which in zip(self.who, self.sequence, self.which, strict=True):
            if who not in latest or latest[who][0] < sequence:
                latest[who] = (sequence, which)
        on = array("I", sorted(self.on))
        given = array("I", [latest[who][1] if who in latest else 0 for who in on])
        return Asked(on, given, [None if t is None else json.loads(t) for t in self.known])


def asked_in(
    session: Session,
    papers: Sequence[uuid.UUID],
    quiz: str,
    cohort_ids: Collection[uuid.UUID],
    *,
    without: Collection[str] = (),
    progress: Progress = lambda _share: None,
) -> Mapping[str, Asked]:
    """What stood on these papers and what was answered, by question; a later answer replaces an
    earlier one.

    ``papers`` are the ids of attempts at ``quiz`` by learners of these cohorts; their place is
    their number. ``without`` names questions whose answers are left out (texts are long, and no
    machine marks them). ``progress`` is told the share of papers that were read.
    """
    numbers: dict[Any, int] = {}
    for number, paper in enumerate(papers):
        # SQLite gives the id as it is kept, PostgreSQL's driver as an id.
        numbers[paper] = numbers[paper.hex] = number
    found: defaultdict[str, _Gathered] = defaultdict(_Gathered)
    read = 0
    for attempt, sequence, kind, question, data in _rows(session, quiz, cohort_ids, without):
        place = numbers.get(attempt)
        if place is None:
            continue
        if kind == StepKind.START:
            for slug in json.loads(data)["questions"]:
                found[slug].on.append(place)
            read += 1
            if read % 1_000 == 0:
                progress(read / len(papers))
        else:
            one = found[question]
            one.who.append(place)
            one.sequence.append(sequence)
            one.which.append(one.known.setdefault(data, len(one.known)))
    return {slug: found.pop(slug).sorted() for slug in sorted(found)}


def _rows(
    session: Session, quiz: str, cohort_ids: Collection[uuid.UUID], without: Collection[str]
) -> Iterable[Any]:
    """Steps of attempts at a quiz, ids and JSON as the driver gives them: nobody waits for more."""
    people = sa.select(RoleHeld.account_id).where(
        RoleHeld.role.in_(LEARNERS), RoleHeld.cohort_id.in_(cohort_ids)
    )
    statement = (
        sa.select(
            sa.type_coerce(Step.attempt_id, sa.String),
            Step.sequence,
            Step.kind,
            Step.question,
            sa.cast(Step.data, sa.Text),
        )
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(
            Attempt.quiz == quiz,
            Attempt.account_id.in_(people),
            sa.or_(
                Step.kind == StepKind.START,
                sa.and_(Step.kind.in_(ANSWERS), Step.question.not_in(without)),
            ),
        )
    )
    # Not by the session, which would look into every row for objects of ours.
    options = {"yield_per": AT_A_TIME}
    return session.connection().execute(statement, execution_options=options)
