"""Deeds of somebody who sits a quiz: start, keep an answer, finish. Views commit, deeds flush."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import SystemRandom

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import dialects, trail
from lms.assessment import marking, queries, repairs, sittings
from lms.assessment.models import Attempt, Essay, Exposure, Step
from lms.assessment.sittings import Sitting
from lms.content.library import Library
from lms.db import new_id
from lms.domain import attempts as domain
from lms.domain import ending
from lms.domain.drawing import draw, seen_percent, worn_out
from lms.domain.errors import TooLate
from lms.domain.grading import Result
from lms.domain.mastery import evidence_of
from lms.domain.permissions import Actor
from lms.domain.questions import Answer
from lms.domain.quizzes import Quiz
from lms.learning.actions import keep_evidence
from lms.prepared import PreparedInsert, PreparedWrite

_ATTEMPT, _STEP = PreparedInsert(Attempt), PreparedInsert(Step)
_ENDED = PreparedWrite(
    sa.update(Attempt)
    .where(Attempt.id == sa.bindparam("of", type_=sa.Uuid()))
    .values(
        finished_at=sa.bindparam("at", type_=Attempt.finished_at.type),
        due_at=sa.null(),
        abandoned=sa.bindparam("abandoned", type_=sa.Boolean()),
    )
)


def start(
    session: Session,
    actor: Actor,
    books: Library,
    slug: str,
    *,
    day: date | None,
    client_key: uuid.UUID,
    now: datetime,
) -> uuid.UUID:
    """Begin an attempt, or go on with the one that is open; give its id.

    The paper and every random choice are made here, once, and kept in the first step. ``day`` is
    the election's, and with it the legal clock of the paper.
    Raises TooLate with ``used-up``, ``wait``, ``closed`` or ``repair``.
    """
    quiz = books.quiz(slug)
    for over in queries.open_attempts_over(session, actor, slug, now):
        finish(session, actor, over, client_key=uuid.uuid4(), now=now)
    hindrance = queries.hindrance(session, actor, quiz, now)
    if hindrance is not None:
        if hindrance.attempt is not None:
            open_id: uuid.UUID = hindrance.attempt.id
            return open_id
        raise TooLate(hindrance.reason, until=hindrance.until, allowed=hindrance.allowed)
    random = SystemRandom()
    ids = _draw(session, actor, books, quiz, random, day)
    extra = queries.granted(session, actor.id, slug).minutes
    first = domain.begin(
        [books.questions[q] for q in ids],
        random,
        minutes=None if quiz.minutes is None else quiz.minutes + extra,
        at=now,
        client_key=str(client_key),
        policy=quiz.policy,
        grace_minutes=quiz.grace_minutes,
        closes_at=queries.closes_at(session, actor, slug),
    )
    begun = domain.fold([first])
    attempt_id = new_id()
    _ATTEMPT.add(
        session,
        [
            {
                "id": attempt_id,
                "account_id": actor.id,
                "quiz": slug,
                "quiz_kind": quiz.kind,
                "release_id": books.release,
                "clock": day.isoformat() if day else None,
                "started_at": now,
                "deadline": begun.deadline,
                "due_at": begun.due_at,
                "finished_at": None,
                "abandoned": False,
            }
        ],
    )
    keep_step(session, attempt_id, first)
    if quiz.is_exam:
        trail.record(
            session,
            "start-exam",
            actor_id=actor.id,
            subject=f"attempt:{attempt_id}",
            facts={"quiz": slug, "release": str(books.release)},
            now=now,
        )
    if quiz.seen_percent is not None:
        _alert(session, actor, books, quiz, ids, day, now)
    return attempt_id


def _alert(
    session: Session,
    actor: Actor,
    books: Library,
    quiz: Quiz,
    drawn: tuple[str, ...],
    day: date | None,
    now: datetime,
) -> None:
    """Say in the trail that with this paper an account has met more of the bank than it should."""
    pool = books.drawable(quiz.slug, day)
    met = queries.questions_met(session, actor, quiz.slug)  # this paper included
    before = seen_percent(pool, [q for q, times in met.items() if times > (q in drawn)])
    after = seen_percent(pool, met)
    most = quiz.seen_percent or 100
    if before <= most < after:
        trail.record(
            session,
            "bank-seen",
            actor_id=actor.id,
            subject=f"account:{actor.id}",
            facts={"quiz": quiz.slug, "percent": after},
            now=now,
        )


def _draw(
    session: Session,
    actor: Actor,
    books: Library,
    quiz: Quiz,
    random: SystemRandom,
    day: date | None,
) -> tuple[str, ...]:
    worn: frozenset[str] = frozenset()
    if quiz.exposure_percent is not None:
        papers, drawn = queries.exposures(session, quiz.slug)
        worn = worn_out(drawn, papers, quiz.exposure_percent)
    ids = draw(
        quiz,
        [books.questions[q] for q in books.drawable(quiz.slug, day)],
        queries.questions_met(session, actor, quiz.slug),
        random,
        critical_rules=books.critical(day),
        on=day,
        worn=worn,
    )
    if quiz.exposure_percent is not None:
        _count_papers(session, quiz.slug, ids)
    return ids


def _count_papers(session: Session, quiz: str, ids: tuple[str, ...]) -> None:
    """Count one more paper (under no question) and its questions; the only writer of Exposure."""
    # In one order everywhere: two who start at once wait for each other instead of both for ever.
    rows = [{"quiz": quiz, "question": question, "drawn": 1} for question in sorted(("", *ids))]
    session.execute(
        dialects.insert(session, Exposure).on_conflict_do_update(
            index_elements=["quiz", "question"], set_={"drawn": Exposure.drawn + 1}
        ),
        rows,
    )


def keep_answer(
    session: Session,
    actor: Actor,
    attempt_id: uuid.UUID,
    question_id: str,
    answer: Answer | None,
    *,
    seen: int,
    client_key: uuid.UUID,
    now: datetime,
    certainty: int | None = None,
) -> None:
    """Keep one answer in one's own attempt, as ``keep`` does. Raises NotThere for others'."""
    sitting = sittings.own(session, actor, attempt_id, locked=True)
    keep(
        session,
        sitting,
        question_id,
        answer,
        seen=seen,
        client_key=client_key,
        now=now,
        certainty=certainty,
    )


def keep(
    session: Session,
    sitting: Sitting,
    question_id: str,
    answer: Answer | None,
    *,
    seen: int,
    client_key: uuid.UUID,
    now: datetime,
    certainty: int | None = None,
) -> None:
    """Keep one answer in an attempt that is locked. Until it ends a later answer replaces an
    earlier one; where feedback follows each answer, it stands once it is right or the tries are
    used.

    ``certainty`` is kept where the quiz asks for it.
    Raises TooLate once the attempt is finished, its time is up, or another page was quicker;
    nothing is changed then.
    """
    kept = domain.answer(
        sitting.attempt, question_id, answer, seen=seen, client_key=str(client_key), now=now
    )
    sequence = sitting.attempt.next_sequence
    if kept.is_new:
        if not sitting.may_answer(question_id):
            raise TooLate("answered")
        keep_step(session, sitting.id, kept.step)
        sittings.keep_in_mind(sitting, kept.step)
        sequence += 1
    if certainty is not None and sitting.quiz.confidence and sitting.attempt.is_open(now):
        said = ending.certain(sitting.attempt, question_id, certainty, now=now)
        if said is not None:
            keep_step(session, sitting.id, replace(said, sequence=sequence))


def finish(
    session: Session,
    actor: Actor,
    attempt_id: uuid.UUID,
    *,
    client_key: uuid.UUID,
    now: datetime,
) -> None:
    """Lock the answers, mark them, and keep the one result. Finishing again changes nothing.

    Whoever comes too late for an attempt that is not handed in by itself finds it abandoned.
    """
    sitting = sittings.own(session, actor, attempt_id, locked=True)
    _end(session, sitting, ending.finish(sitting.attempt, client_key=str(client_key), now=now), now)


def close(session: Session, attempt_id: uuid.UUID, *, now: datetime) -> None:
    """End somebody's attempt whose last moment has passed; before it nothing is changed."""
    sitting = sittings.of(session, attempt_id, locked=True)
    step = ending.close(sitting.attempt, now=now)
    if step is not None:
        _end(session, sitting, domain.Kept(step, is_new=True), now)


def _end(session: Session, sitting: Sitting, ended: domain.Kept, now: datetime) -> None:
    if not ended.is_new:
        return
    keep_step(session, sitting.id, ended.step)
    abandoned = ended.step.kind is domain.StepKind.ABANDON
    _ENDED.each(session, [{"of": sitting.id, "at": ended.step.at, "abandoned": abandoned}])
    if abandoned:
        return
    marking.hold_corrections(session)
    result = marking.result_now(session, sitting)
    for question in result.waiting:
        session.add(
            Essay(
                attempt_id=sitting.id,
                account_id=sitting.account_id,
                question=question,
                state="waiting",
                due_on=now.date() + timedelta(days=sitting.quiz.marking_days),
            )
        )
    if result.waiting:
        session.flush()
    else:
        conclude(session, sitting, result, now=now)


def conclude(session: Session, sitting: Sitting, result: Result, *, now: datetime) -> None:
    """Keep the result of an attempt that is wholly marked, and what follows from it."""
    marking.first_result(session, sitting, result, now=now)
    shown: dict[str, bool] = {}
    marked = replace(
        sitting.paper, questions=tuple(q for q in sitting.paper.questions if q.id in result.marks)
    )
    for piece in evidence_of(marked, result, now):
        # Two questions on one rule: known means both were right.
        shown[piece.rule] = shown.get(piece.rule, True) and piece.right
    keep_evidence(
        session, sitting.account_id, shown.items(), origin=f"attempt:{sitting.id}", now=now
    )
    if sitting.quiz.repair:
        repairs.demand(session, sitting, result, now=now)
    if sitting.quiz.is_exam:
        trail.record(
            session,
            "finish-exam",
            actor_id=sitting.account_id,
            subject=f"attempt:{sitting.id}",
            facts={
                "passed": result.passed,
                "earned": result.earned,
                "possible": result.possible,
            },
            now=now,
        )


def keep_step(session: Session, attempt_id: uuid.UUID, step: domain.Step) -> None:
    """Add one step to an attempt; two with one sequence or one key are refused by the table."""
    _STEP.add(
        session,
        [
            {
                "attempt_id": attempt_id,
                "sequence": step.sequence,
                "kind": step.kind.value,
                "question": step.question,
                "data": step.data,
                "client_key": uuid.UUID(step.client_key) if step.client_key else uuid.uuid4(),
                "at": step.at,
            }
        ],
    )
