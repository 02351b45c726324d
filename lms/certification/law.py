"""Changes of the law, as questions: what a source touches, whom, and what is left to learn."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.assessment.models import Attempt, Step
from lms.certification import histories
from lms.certification.models import (
    Certificate,
    CertificateEvent,
    LawChange,
    LawChangeItem,
    TopUpStep,
)
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.content.library import Library
from lms.domain.certification import History, Kind, Status, status_at
from lms.domain.errors import NotThere
from lms.domain.impact import LESSON, QUESTION, SCENARIO, Decision, Item, in_order, to_learn
from lms.domain.permissions import Actor, Permission

# A certificate in one of these states will not come back, or has not to be learned for.
OVER = frozenset({Status.REVOKED, Status.REPLACED, Status.EXPIRED})


@dataclass(frozen=True)
class Impact:
    """Everything that rests on a source. ``certificates`` are the serials of those that are not
    over; ``attempts`` the open ones whose paper asks for something touched."""

    source: str
    rules: tuple[str, ...]
    items: tuple[Item, ...]
    quizzes: tuple[str, ...]
    programmes: tuple[str, ...]
    attempts: tuple[uuid.UUID, ...]
    certificates: tuple[str, ...]


def impact(
    session: Session,
    library: Library,
    source: str,
    at: datetime,
    cohort_ids: Sequence[uuid.UUID] | None = None,
) -> Impact:
    """What a source touches, down to open attempts and certificates of these cohorts (None: all).

    Raises NotThere for a source that is not published.
    """
    if source not in library.sources:
        raise NotThere
    found = library.resting_on(source)
    items = touched(library, source)
    return Impact(
        source,
        found["rules"],
        items,
        found["quizzes"],
        found["programmes"],
        _open_attempts(session, items, cohort_ids),
        tuple(sorted(row.serial for row, _h in _holding(session, at, cohort_ids, set(items)))),
    )


def touched(library: Library, source: str) -> tuple[Item, ...]:
    """The lessons, questions and scenarios that rest on a source, in order."""
    found = library.resting_on(source)
    return in_order(
        Item(kind, id_)
        for kind, name in ((LESSON, "lessons"), (QUESTION, "questions"), (SCENARIO, "scenarios"))
        for id_ in found[name]
    )


def asked_for(library: Library, programme: str) -> frozenset[Item]:
    """Everything that a programme asks somebody to know: its lessons, its scenarios and those that
    may be drawn for it, and the questions that its quizzes may draw or its lessons put."""
    if programme not in library.programmes:
        return frozenset()
    requires = library.programme(programme).requires
    items = {Item(LESSON, slug) for slug in requires.lessons}
    items |= {Item(SCENARIO, slug) for slug in library.played_for(programme)}
    for slug in requires.lessons:
        lesson = library.lessons.get(slug)
        items |= {Item(QUESTION, id_) for id_ in (lesson["questions"] if lesson else ())}
    for slug in requires.quizzes:
        for line in library.quizzes[slug]["draw"] if slug in library.quizzes else ():
            wanted = None if line["rules"] is None else set(line["rules"])
            items |= {
                Item(QUESTION, id_)
                for id_, question in library.questions.items()
                if question.bank == line["bank"]
                and (wanted is None or not wanted.isdisjoint(question.rules))
            }
    return frozenset(items)


def _holding(
    session: Session,
    at: datetime,
    cohort_ids: Sequence[uuid.UUID] | None,
    items: set[Item],
) -> list[tuple[Certificate, History]]:
    """Certificates that are not over and whose programme, as it was learned, asks for some item."""
    asked = sa.select(Certificate).order_by(Certificate.serial)
    if cohort_ids is None:
        asked = asked.execution_options(scope="all")
    else:
        asked = asked.where(Certificate.cohort_id.in_(cohort_ids))
    rows = list(session.scalars(asked))
    found = histories.many(session, rows)
    known: dict[tuple[uuid.UUID, str], bool] = {}
    holding = []
    for row in rows:
        key = (row.release_id, row.programme)
        if key not in known:
            learned = asked_for(publishing.at(session, row.release_id), row.programme)
            known[key] = not learned.isdisjoint(items)
        if known[key] and status_at(found[row.serial], at) not in OVER:
            holding.append((row, found[row.serial]))
    return holding


def concerned(
    session: Session,
    at: datetime,
    cohort_ids: Sequence[uuid.UUID],
    decisions: Mapping[Item, Decision],
) -> list[Certificate]:
    """The certificates whose holders have something to learn after these decisions."""
    items = {item for item in decisions if to_learn(decisions, [item])}
    return [row for row, _history in _holding(session, at, cohort_ids, items)]


def _open_attempts(
    session: Session, items: Sequence[Item], cohort_ids: Sequence[uuid.UUID] | None
) -> tuple[uuid.UUID, ...]:
    questions = {item.id for item in items if item.kind == QUESTION}
    asked = (
        sa.select(Attempt.id, Step.data)
        .join(Step, Step.attempt_id == Attempt.id)
        .where(Attempt.finished_at.is_(None), Step.kind == "start")
        .execution_options(scope="all")  # counted, never shown with whose they are
    )
    if cohort_ids is not None:
        asked = asked.where(Attempt.account_id.in_(cohorts.learner_ids(cohort_ids)))
    rows = session.execute(asked)
    found = [id_ for id_, data in rows if not questions.isdisjoint(data["questions"])]
    return tuple(sorted(found, key=str))


def reach(
    session: Session, actor: Actor, organisation_id: uuid.UUID | None = None
) -> list[uuid.UUID]:
    """The cohorts for which this person may announce a change of the law; of one organisation, or
    (None) of all of theirs."""
    places = {held.organisation_id for held in actor.places_where(Permission.CHANGE_LAW)}
    if organisation_id is not None:
        places &= {organisation_id}
    return [c.id for c in cohorts.visible(session, actor) if c.organisation_id in places]


# --- what was announced --------------------------------------------------------------------------


@dataclass(frozen=True)
class Announced:
    """A change as those see it who announced it: ``asked`` certificates whose holders have to learn
    it, and how many of them have."""

    id: uuid.UUID
    source: str
    announced_at: datetime
    due: date
    taken_back_at: datetime | None
    asked: int
    done: int


def announced(session: Session, actor: Actor) -> list[Announced]:
    """The changes that one's organisations have announced, the latest first."""
    places = {held.organisation_id for held in actor.places_where(Permission.CHANGE_LAW)}
    rows = session.scalars(
        sa.select(LawChange)
        .where(LawChange.organisation_id.in_(places))
        .order_by(LawChange.announced_at.desc(), LawChange.id)
    ).all()
    counts: dict[tuple[str, str], int] = {}
    events = session.execute(
        sa.select(CertificateEvent.change, CertificateEvent.kind, sa.func.count())
        .where(CertificateEvent.change.in_([str(row.id) for row in rows]))
        .group_by(CertificateEvent.change, CertificateEvent.kind)
    )
    for change, kind, number in events:
        counts[change, kind] = number
    return [
        Announced(
            row.id,
            row.source_id,
            row.announced_at,
            row.due,
            row.taken_back_at,
            counts.get((str(row.id), Kind.TOP_UP_ASKED.value), 0),
            counts.get((str(row.id), Kind.TOPPED_UP.value), 0),
        )
        for row in rows
    ]


def asked_by(session: Session, change_id: uuid.UUID) -> list[Certificate]:
    """The certificates that a change asked something of. The caller has looked the change up."""
    serials = sa.select(CertificateEvent.serial).where(
        CertificateEvent.change == str(change_id),
        CertificateEvent.kind == Kind.TOP_UP_ASKED.value,
    )
    return list(
        session.scalars(
            sa.select(Certificate)
            .where(Certificate.serial.in_(serials))
            .order_by(Certificate.serial)
            .with_for_update()
        )
    )


# --- a top-up, as its holder sees it -------------------------------------------------------------


@dataclass(frozen=True)
class TopUp:
    """One change of the law for one person: what is to be done, and what was done of it."""

    change_id: uuid.UUID
    source: str
    announced_at: datetime
    due: date
    items: tuple[Item, ...]
    done: frozenset[Item]
    serials: tuple[str, ...]


def top_up(session: Session, actor: Actor, change_id: uuid.UUID) -> TopUp:
    """One's own top-up. Raises NotThere for a change that does not concern this person, or that was
    taken back."""
    change = session.get(LawChange, change_id)
    rows = list(
        session.scalars(
            sa.select(Certificate)
            .where(Certificate.account_id == actor.id)
            .order_by(Certificate.serial)
        )
    )
    found = histories.many(session, rows)
    asked = [
        row for row in rows if any(e.change == str(change_id) for e in found[row.serial].events)
    ]
    if change is None or change.taken_back_at is not None or not asked:
        raise NotThere
    decided = decisions_of(session, change_id)
    wanted = {
        item
        for row in asked
        for item in to_learn(
            decided, asked_for(publishing.at(session, row.release_id), row.programme)
        )
    }
    steps = session.execute(
        sa.select(TopUpStep.kind, TopUpStep.item).where(
            TopUpStep.change_id == change_id, TopUpStep.account_id == actor.id
        )
    )
    return TopUp(
        change_id,
        change.source_id,
        change.announced_at,
        change.due,
        in_order(wanted),
        frozenset(Item(kind, item) for kind, item in steps),
        tuple(row.serial for row in asked),
    )


def decisions_of(session: Session, change_id: uuid.UUID) -> dict[Item, Decision]:
    """What was decided for each touched item of a change."""
    rows = session.execute(
        sa.select(LawChangeItem.kind, LawChangeItem.item, LawChangeItem.decision).where(
            LawChangeItem.change_id == change_id
        )
    )
    return {Item(kind, item): Decision(decision) for kind, item, decision in rows}
