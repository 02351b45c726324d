"""Deeds of somebody who lives through a night: begin it, and act. Every act is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from lms.content.library import Library
from lms.counts import queries
from lms.counts.models import CountRun, CountStep
from lms.counts.queries import Living
from lms.domain.counts.play import Act, State, perform
from lms.domain.counts.scoring import Score, score
from lms.domain.errors import NotThere, TooLate
from lms.domain.permissions import Actor
from lms.learning.actions import keep_evidence
from lms.prepared import PreparedInsert

_STEP = PreparedInsert(CountStep)
# A night takes some sixty acts; the limit is for machines.
MOST_ACTS = 600


def start(
    session: Session,
    actor: Actor,
    books: Library,
    slug: str,
    *,
    certifying: bool,
    draw: Callable[[], int],
    now: datetime,
) -> uuid.UUID:
    """Begin a run, or go on with the one that is open; give its id.

    ``draw`` gives the seed. Raises NotThere for no such exercise, TooLate("wait") where a
    certifying run may not begin yet.
    """
    document = books.counts.get(slug)
    if document is None:
        raise NotThere
    found = queries.open_run(session, actor, slug)
    if found is not None:
        return found.id
    if certifying:
        allowed = queries.certifying(session, actor, document, now)
        if not allowed.begin:
            raise TooLate("wait", opens_at=allowed.until)
    run = CountRun(
        account_id=actor.id,
        exercise=slug,
        release_id=books.published,
        seed=draw(),
        certifying=certifying,
        started_at=now,
    )
    session.add(run)
    session.flush()
    return run.id


def act(
    session: Session,
    actor: Actor,
    run_id: uuid.UUID,
    done: Act,
    *,
    step: int,
    client_key: uuid.UUID,
    now: datetime,
) -> None:
    """Do one thing. ``step`` is how many acts the page had seen.

    The same delivery again changes nothing. Raises Impossible for what the moment does not offer,
    TooLate with ``stale`` when another page was quicker, ``finished`` or ``closed``.
    """
    living = queries.own_run(session, actor, run_id, locked=True)
    if client_key in living.keys:
        return
    if step != living.steps:
        raise TooLate("finished" if living.finished_at else "stale")
    if living.finished_at or living.steps >= MOST_ACTS:
        raise TooLate("finished")
    state = perform(living.night, living.state, done)
    row = {"run_id": run_id, "sequence": step + 1, "verb": done.verb, "at": now}
    _STEP.add(session, [{**row, "details": dict(done.details), "client_key": client_key}])
    if state.finished:
        _finish(session, actor, living, state, now)


def _finish(session: Session, actor: Actor, living: Living, state: State, now: datetime) -> None:
    found = score(living.night, state)
    run = session.get_one(CountRun, living.id)
    run.finished_at, run.passed, run.percent = now, found.passed, found.percent
    run.planted, run.detected = found.planted, len(found.detected)
    run.false_alarms = len(found.false_alarms)
    shown = _shown(living, found)
    keep_evidence(session, actor.id, shown.items(), origin=f"count:{living.id}", now=now)


def _shown(living: Living, found: Score) -> dict[str, bool]:
    """What a night showed about rules: known where its breach was found, not where it was missed.

    A breach that the library of rules no longer teaches shows nothing.
    """
    shown: dict[str, bool] = {}
    for kinds, right in ((found.detected, True), (found.missed, False)):
        for kind in kinds:
            for rule in living.night.country.breaks.get(kind, ())[:1]:
                if rule in living.books.rules:
                    shown[rule] = shown.get(rule, True) and right
    return shown
