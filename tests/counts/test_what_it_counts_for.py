"""What a night is worth to a programme, and that nothing of a run is kept but its acts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask

from lms import db
from lms.certification import queries as certification
from lms.content import publishing
from lms.counts import actions, queries
from lms.domain.certification import Done, Need, Programme, missing_for
from lms.domain.counts.best import best_acts
from lms.domain.counts.play import Act
from tests.conftest import START
from tests.world import World


def live_through(
    world: World, acts: Sequence[Act] | None, *, certifying: bool, seed: int, at: datetime
) -> uuid.UUID:
    """A whole run of the night: these acts, or nothing but going on."""
    actor, books = world.actor("aida"), publishing.current(db.session())
    with db.transaction() as session:
        run_id = actions.start(
            session, actor, books, "night", certifying=certifying, draw=lambda: seed, now=at
        )
    steps = queries.own_run(db.session(), actor, run_id).night.moments
    for step, act in enumerate(acts or [Act("on")] * len(steps)):
        with db.transaction() as session:
            actions.act(session, actor, run_id, act, step=step, client_key=uuid.uuid4(), now=at)
    return run_id


def detection(world: World) -> dict[str, int]:
    books = publishing.current(db.session())
    return dict(certification.done_for(db.session(), books, world.ids["aida"]).counts)


def test_only_a_passed_run_that_counts_is_worth_something(app: Flask, world: World) -> None:
    with app.app_context():
        books = publishing.current(db.session())
        best = best_acts(queries.night_of(books, "night", 5))
        live_through(world, best, certifying=False, seed=5, at=START)
        assert detection(world) == {}
        live_through(world, None, certifying=True, seed=6, at=START)
        assert detection(world) == {}
        live_through(world, best, certifying=True, seed=5, at=START + timedelta(hours=13))
        assert detection(world) == {"night": 100}


def test_a_programme_names_the_count_exercise_that_is_still_missing() -> None:
    programme = Programme.from_document(
        {"slug": "p", "level": 1, "audience": "observer", "requires": {"counts": {"night": 60}}}
    )
    need = (Need("count", "night"),)
    assert missing_for(programme, Done()) == need
    assert missing_for(programme, Done(counts={"night": 59})) == need
    assert missing_for(programme, Done(counts={"night": 60})) == ()


def test_a_run_is_its_acts_and_survives_a_server_that_forgot_everything(
    app: Flask, world: World
) -> None:
    with app.app_context():
        actor, books = world.actor("aida"), publishing.current(db.session())
        acts = best_acts(queries.night_of(books, "night", 9))
        with db.transaction() as session:
            run_id = actions.start(
                session, actor, books, "night", certifying=False, draw=lambda: 9, now=START
            )
        for step, act in enumerate(acts):
            with db.transaction() as session:
                actions.act(
                    session, actor, run_id, act, step=step, client_key=uuid.uuid4(), now=START
                )
            before = queries.own_run(db.session(), actor, run_id)
            queries._nights.clear()
            publishing._libraries.clear()
            db.session().expire_all()
            again = queries.own_run(db.session(), actor, run_id)
            assert again.state == before.state
            assert again.score == before.score
        assert again.score.percent == 100
