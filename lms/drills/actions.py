"""Deeds of somebody who plays: begin a run, decide, write. Everything that is chosen is kept."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.content.library import Library
from lms.domain import runs, scenarios
from lms.domain.errors import TooLate
from lms.domain.permissions import Actor
from lms.drills import certifying, queries
from lms.drills.models import Run, RunChoice, RunClock, RunPaper
from lms.drills.queries import Playing
from lms.learning.actions import keep_evidence
from lms.prepared import PreparedInsert
from lms.privacy import Vault

_CHOICE = PreparedInsert(RunChoice)


def start(
    session: Session,
    actor: Actor,
    books: Library,
    slug: str,
    *,
    seed: int,
    now: datetime,
    timed: bool = False,
) -> uuid.UUID:
    """Begin a practice run, or go on with the one that is open; give its id."""
    found = queries.open_run(session, actor, slug)
    if found is not None:
        return found
    run = Run(
        account_id=actor.id,
        scenario=slug,
        release_id=books.published,
        seed=seed,
        timed=timed,
        started_at=now,
    )
    session.add(run)
    session.flush()
    return run.id


def start_clock(
    session: Session, actor: Actor, run_id: uuid.UUID, *, step: int, now: datetime
) -> None:
    """Note that the scene has been read: from now on the time to decide runs. Once for each.

    Raises TooLate with ``stale`` when another page was quicker.
    """
    playing = queries.own_run(session, actor, run_id, locked=True)
    if playing.seconds is None or step != len(playing.taken):
        raise TooLate("stale")
    if playing.decide_from is None:
        session.add(RunClock(run_id=run_id, sequence=step, at=now))
        session.flush()


def stop_hurrying(session: Session, actor: Actor, run_id: uuid.UUID) -> None:
    """Go on without the clock, for the rest of this run."""
    playing = queries.own_run(session, actor, run_id, locked=True)
    if playing.finished_at is not None:
        raise TooLate("finished")
    session.get_one(Run, run_id).timed = False
    session.flush()


def choose(
    session: Session,
    actor: Actor,
    run_id: uuid.UUID,
    choice: str,
    *,
    step: int,
    client_key: uuid.UUID,
    now: datetime,
    up: bool = False,
) -> None:
    """Make one choice. ``step`` is how many choices the page had seen.

    Whoever lets the time of a timed decision pass has made the choice that is meant for that;
    ``up`` says that the page noticed it itself. The same delivery again changes nothing. Raises
    NotThere for a choice that the scene does not have, TooLate with ``stale`` when another page
    was quicker or a paper is still to be written, ``finished`` or ``closed``.
    """
    playing = queries.own_run(session, actor, run_id, locked=True)
    if client_key in playing.keys:
        return
    if step != len(playing.taken) or (playing.writing and playing.finished_at is None):
        raise TooLate("finished" if playing.finished_at else "stale")
    if playing.seconds is not None and playing.decide_from is None:
        raise TooLate("stale")
    scene, late = playing.scene, _is_late(playing, choice, up=up, now=now)
    taken = scene.late if late and scene.late else choice
    position = scenarios.take(playing.scenario, playing.position, taken)
    row = {"run_id": run_id, "sequence": step + 1, "scene": scene.id, "choice": taken}
    _CHOICE.add(session, [{**row, "late": late, "client_key": client_key, "at": now}])
    if _goes_on(playing.scenario, position):
        return
    _finish(session, queries.own_run(session, actor, run_id), now=now)


def _is_late(playing: Playing, choice: str, *, up: bool, now: datetime) -> bool:
    if playing.time_is_up(now):
        return True
    if not up or playing.seconds is None or playing.decide_from is None:
        return False
    over = now >= playing.decide_from + timedelta(seconds=playing.seconds)
    return over and choice == playing.scene.late


def _goes_on(scenario: scenarios.Scenario, position: scenarios.Position) -> bool:
    """Whether the run surely goes on: chance, too, may end it."""
    chance = scenario.scenes[position.scene].chance
    return not chance and not scenarios.has_ended(scenario, position)


def _finish(session: Session, playing: Playing, *, now: datetime) -> None:
    ending = playing.ending
    if ending is None:
        return
    run = session.get_one(Run, playing.id)
    passed = ending.passed
    if playing.gate_id is not None:
        passed = runs.certifies(playing.scenario, playing.position)
    run.finished_at, run.outcome = now, ending.outcome
    run.passed, run.percent = passed, ending.percent
    session.flush()
    keep_evidence(
        session, playing.account_id, _shown(playing).items(), origin=f"run:{playing.id}", now=now
    )
    if playing.gate_id is not None:
        certifying.note(session, playing.gate_id, now=now)


def _shown(playing: Playing) -> dict[str, bool]:
    """What a run showed about each rule that its choices cite: known, unless one went wrong."""
    shown: dict[str, bool] = {}
    for beat in playing.beats:
        right = beat.choice.grade in ("best", "ok")
        for rule in beat.choice.rules:
            shown[rule] = shown.get(rule, True) and right
    return shown


def write(
    session: Session,
    actor: Actor,
    run_id: uuid.UUID,
    text: str | None,
    *,
    step: int,
    vault: Vault,
    now: datetime,
) -> None:
    """Keep what was written after choice number ``step``, sealed; None where nothing was.

    The same again changes nothing. Raises TooLate with ``stale`` when there is nothing to write.
    """
    playing = queries.own_run(session, actor, run_id, locked=True)
    if step == len(playing.taken) and playing.writing is None and step > 0:
        return  # written already, perhaps by the same click
    if playing.writing is None or step != len(playing.taken):
        raise TooLate("stale")
    key = accounts.person_key(session, actor.id)
    sealed = None
    if text is not None and key is not None:
        sealed = vault.seal(actor.id, key, queries.PAPER_COLUMN, text)
    session.add(
        RunPaper(run_id=run_id, sequence=step, kind=playing.writing, text_sealed=sealed, at=now)
    )
    session.flush()
