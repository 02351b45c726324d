"""Forced repair: whoever was knocked out reads the passage and answers another question first.

The question asked is never one that this person missed on the rule. Two wrong in a row, or no other
question to ask, need a trainer.

Source: beyond the peers, 17.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from random import SystemRandom
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.assessment.models import Repair
from lms.assessment.sittings import Sitting
from lms.content import publishing
from lms.content.library import Library
from lms.domain.errors import NotThere, TooLate
from lms.domain.grading import Result
from lms.domain.permissions import Actor
from lms.domain.questions import POINTS, Answer, Question
from lms.domain.repairing import next_item

MOST_MISSES = 2


def demand(session: Session, sitting: Sitting, result: Result, *, now: datetime) -> None:
    """Open a repair for each critical rule that was missed and each choice that disqualified.

    A rule that is contested, or not critical on the day of the paper, asks for none.
    """
    missed: dict[str, list[str]] = {}
    paper = sitting.paper
    for question in paper.questions:
        wrong = question.id in result.knocked_out
        for rule in question.rules:
            lacks = rule in result.missed_critical and result.marks.get(question.id, 1) < POINTS
            settled = rule in sitting.books.rules and not sitting.books.rules[rule].contested
            if settled and (lacks or (wrong and rule == question.rules[0])):
                missed.setdefault(rule, []).append(question.id)
    for rule, questions in sorted(missed.items()):
        repair = Repair(
            account_id=sitting.account_id,
            attempt_id=sitting.id,
            quiz=sitting.quiz.slug,
            rule=rule,
            release_id=sitting.books.published,
            met=sorted(questions),
            question=None,
            order={},
            misses=0,
            state="open",
            at=now,
        )
        _ask(repair, sitting.books, sitting.day)
        session.add(repair)
    session.flush()


def _ask(repair: Repair, books: Library, day: Any) -> None:
    """Put the next question, one that was never missed here; without one a trainer is needed."""
    random = SystemRandom()
    found = next_item(books.questions.values(), repair.rule, repair.met, day, random)
    if found is None:
        repair.question, repair.state = None, "trainer"
        return
    repair.question, repair.order = found.id, found.shuffled(random)


def own(session: Session, actor: Actor, repair_id: uuid.UUID, *, locked: bool = False) -> Repair:
    """One's own repair. Raises NotThere for anybody else's."""
    statement = sa.select(Repair).where(Repair.id == repair_id, Repair.account_id == actor.id)
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise NotThere
    return found


def question_of(session: Session, repair: Repair) -> Question | None:
    """The question that is asked now; None when a trainer is needed or all is mended."""
    if repair.question is None:
        return None
    return publishing.at(session, repair.release_id).questions[repair.question]


def answer(
    session: Session,
    actor: Actor,
    repair_id: uuid.UUID,
    question_id: str,
    given: Answer | None,
    *,
    day: Any,
    now: datetime,
) -> bool:
    """Answer the question of a repair; whether it was right. Raises TooLate with ``stale``.

    Right: mended. Wrong: another question, or a trainer after two.
    """
    repair = own(session, actor, repair_id, locked=True)
    asked = question_of(session, repair)
    if asked is None or asked.id != question_id or repair.state != "open":
        raise TooLate("stale")
    repair.at = now
    if asked.earned(given) == POINTS:
        repair.state, repair.question = "done", None
        session.flush()
        return True
    repair.misses += 1
    repair.met = sorted({*repair.met, asked.id})
    if repair.misses >= MOST_MISSES:
        repair.state, repair.question = "trainer", None
    else:
        _ask(repair, publishing.at(session, repair.release_id), day)
    session.flush()
    return False


def clear(session: Session, actor: Actor, repair: Repair, *, now: datetime) -> None:
    """A trainer has gone through the rule with the person. Raises TooLate when it was mended."""
    if repair.state == "done":
        raise TooLate("finished")
    repair.state, repair.question, repair.closed_by, repair.at = "done", None, actor.id, now
    session.flush()
    trail.record(
        session,
        "clear-repair",
        actor_id=actor.id,
        subject=f"account:{repair.account_id}",
        facts={"rule": repair.rule, "quiz": repair.quiz, "attempt": str(repair.attempt_id)},
        now=now,
    )
