"""Deeds of somebody who plays: begin a run, make a choice. Every choice is kept."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from lms.content.library import Library
from lms.domain import scenarios as domain
from lms.domain.errors import TooLate
from lms.domain.permissions import Actor
from lms.drills import queries
from lms.drills.models import Run, RunChoice
from lms.drills.queries import Playing
from lms.learning.actions import keep_evidence


def start(session: Session, actor: Actor, books: Library, slug: str, *, now: datetime) -> uuid.UUID:
    """Begin a run, or go on with the one that is open; give its id."""
    found = queries.open_run(session, actor, slug)
    if found is not None:
        return found
    run = Run(account_id=actor.id, scenario=slug, release_id=books.published, started_at=now)
    session.add(run)
    session.flush()
    return run.id


def choose(
    session: Session,
    actor: Actor,
    run_id: uuid.UUID,
    choice: str,
    *,
    step: int,
    client_key: uuid.UUID,
    now: datetime,
) -> None:
    """Make one choice. ``step`` is how many choices the page had seen.

    The same delivery again changes nothing. Raises NotThere for a choice that the scene does not
    have, TooLate with ``stale`` when another page was quicker, ``finished`` or ``closed``.
    """
    playing = queries.own_run(session, actor, run_id, locked=True)
    if client_key in playing.keys:
        return
    if step != len(playing.taken):
        raise TooLate("finished" if playing.finished_at else "stale")
    scene = playing.position.scene
    position = domain.take(playing.scenario, playing.position, choice)
    session.add(
        RunChoice(
            run_id=run_id,
            sequence=step + 1,
            scene=scene,
            choice=choice,
            client_key=client_key,
            at=now,
        )
    )
    session.flush()
    ending = domain.outcome(playing.scenario, position)
    if ending is None:
        return
    run = session.get_one(Run, run_id)
    run.finished_at, run.outcome = now, ending.outcome
    run.passed, run.percent = ending.passed, ending.percent
    shown = _shown(playing, (*playing.taken, (scene, choice)))
    keep_evidence(session, actor.id, shown.items(), origin=f"run:{run_id}", now=now)


def _shown(playing: Playing, taken: tuple[tuple[str, str], ...]) -> dict[str, bool]:
    """What a run showed about each rule that its choices cite: known, unless one went wrong."""
    shown: dict[str, bool] = {}
    for scene_id, choice_id in taken:
        choice = playing.scenario.scenes[scene_id].choice(choice_id)
        if choice is None:
            continue
        right = choice.grade in ("best", "ok")
        for rule in choice.rules:
            shown[rule] = shown.get(rule, True) and right
    return shown
