"""Drills that somebody of the demo world passes: drawn scenarios, and nights of the count."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy.orm import Session

from lms.content.library import Library
from lms.counts import actions as nights
from lms.counts import queries as counted
from lms.domain.counts.best import Sentences, best_acts
from lms.domain.exploring import best_from
from lms.domain.permissions import Actor
from lms.domain.scenarios import open_choices
from lms.drills import actions, certifying, queries
from lms.privacy import Vault

RUSSIAN = Sentences(
    note="Видел сам: время, место и кто это сделал, записаны выше.",
    differs="В протоколе не сходится, на столько:",
    agrees="Все проверки протокола сходятся.",
)


def pass_drills(
    session: Session, books: Library, actor: Actor, programme: str, *, vault: Vault, now: datetime
) -> None:
    """What a programme asks for beyond practice: its drawn runs, its nights."""
    requires = books.programme(programme).requires
    if requires.drawn is not None:
        _pass_drawn(session, books, actor, programme, vault=vault, now=now)
    for slug in requires.counts:
        _find_all(session, books, actor, slug, now=now)


def _pass_drawn(
    session: Session, books: Library, actor: Actor, programme: str, *, vault: Vault, now: datetime
) -> None:
    """Attempts until one passes, each as much later as the programme wants; chance may be unkind
    to the best of players."""
    chance = Random(2019)  # noqa: S311 - what invented people are dealt
    now -= timedelta(days=2)
    while True:
        desk = certifying.desk(session, actor, books, programme, now=now)
        if desk.passed or not desk.enough:
            return
        now = desk.may.until or now
        certifying.begin(session, actor, books, programme, timed=False, chance=chance, now=now)
        drawn = certifying.desk(session, actor, books, programme, now=now).open
        for run in list(drawn.runs.values()) if drawn else ():
            play_well(session, actor, run.id, vault=vault, now=now)


def play_well(
    session: Session, actor: Actor, run_id: uuid.UUID, *, vault: Vault, now: datetime
) -> None:
    """Make the best choice that there is until the run ends; leave papers unwritten."""
    plan: list[tuple[str, str]] = []
    while True:
        playing = queries.own_run(session, actor, run_id)
        step = len(playing.taken)
        if playing.writing is not None:
            actions.write(session, actor, run_id, None, step=step, vault=vault, now=now)
            continue
        if playing.ending is not None:
            return
        here, scenes = playing.position.scene, playing.scenario.scenes
        plan = plan[1:]
        while plan and scenes[plan[0][0]].chance:
            plan = plan[1:]
        if not plan or plan[0][0] != here:  # at the beginning, and where chance led elsewhere
            best = best_from(playing.scenario, playing.position)
            plan = list(best.steps) if best else []
        # Where a pass has become impossible a run still has to end.
        choice = plan[0][1] if plan else open_choices(playing.scenario, playing.position)[0].id
        actions.choose(session, actor, run_id, choice, step=step, client_key=uuid.uuid4(), now=now)


def _find_all(session: Session, books: Library, actor: Actor, slug: str, *, now: datetime) -> None:
    """The first night in which there is something to find, a day ago."""
    seed = next(n for n in count(1) if counted.night_of(books, slug, n).kinds)
    then = now - timedelta(days=1)
    run_id = nights.start(session, actor, books, slug, certifying=True, draw=lambda: seed, now=then)
    for step, act in enumerate(best_acts(counted.night_of(books, slug, seed), RUSSIAN)):
        nights.act(session, actor, run_id, act, step=step, client_key=uuid.uuid4(), now=then)
