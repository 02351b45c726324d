"""Many at once: submits, draws, voids and regrades have one winner each, and nothing drifts.

Real threads against the real database, SQLite and PostgreSQL alike: sixty-four, on PostgreSQL in
the deep tier. LMS_TOGETHER says how many otherwise. Source: security C-71, C-77; acceptance.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms import clock, db
from lms.assessment import actions, correcting, sittings
from lms.assessment.models import Attempt, AttemptResult, Correction, Exposure, ResultChange, Step
from lms.content import publishing
from lms.domain.errors import Refusal
from tests.conftest import Moment
from tests.world import World

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
ON_POSTGRESQL = "LMS_TEST_DATABASE_URL" in os.environ
TOGETHER = int(os.environ.get("LMS_TOGETHER") or (12 if ON_POSTGRESQL and not DEEP else 64))


def at_once(app: Flask, deeds: list[Callable[[Any], object]]) -> list[object]:
    """Do them all at the same moment, each in a transaction of its own; what came of each.

    A refusal of ours and a race that the database decided are answers; anything else is not.
    """
    gate = threading.Barrier(len(deeds))
    came: list[object] = [None] * len(deeds)

    def one(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with db.transaction() as session:
                    came[number] = deeds[number](session)
            except (Refusal, sa.exc.IntegrityError) as no:
                came[number] = no
            except BaseException as trouble:  # shown by the assertion below
                came[number] = trouble

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    unforeseen = [
        one
        for one in came
        if isinstance(one, BaseException) and not isinstance(one, Refusal | sa.exc.IntegrityError)
    ]
    assert not unforeseen, unforeseen
    return came


def _start(app: Flask, world: World, login: str, quiz: str = "more-exam") -> uuid.UUID:
    with app.app_context(), db.transaction() as session:
        return actions.start(
            session,
            world.actor(login),
            publishing.current(session),
            quiz,
            day=None,
            client_key=uuid.uuid4(),
            now=clock.now(),
        )


def _all(app: Flask, statement: sa.Select[Any]) -> list[Any]:
    with app.app_context():
        everything = statement.execution_options(scope="all")  # the test counts all rows
        return list(db.session().scalars(everything))


def _no_drift(app: Flask) -> None:
    with app.app_context():
        assert list(correcting.drift(db.session())) == []


def test_an_attempt_that_many_submit_has_one_end_and_one_result(
    app: Flask, world: World, now: Moment
) -> None:
    attempt, actor = _start(app, world, "aida"), world.actor("aida")

    def hand_in(session: Any) -> None:
        actions.finish(session, actor, attempt, client_key=uuid.uuid4(), now=now.at)

    def close(session: Any) -> None:
        actions.close(session, attempt, now=now.at)

    at_once(app, [hand_in, close] * (TOGETHER // 2))
    ends = _all(app, sa.select(Step.sequence).where(Step.kind.in_(("finish", "abandon"))))
    assert len(ends) == 1
    assert len(_all(app, sa.select(AttemptResult.attempt_id))) == 1
    _no_drift(app)


def test_many_who_draw_at_once_have_one_open_attempt_each_and_every_paper_is_counted(
    app: Flask, world: World, now: Moment
) -> None:
    people = ["aida", "bota", "dana", "erik"]

    def draw(login: str) -> Callable[[Any], object]:
        actor = world.actor(login)
        return lambda session: actions.start(
            session,
            actor,
            publishing.current(session),
            "more-exam",
            day=None,
            client_key=uuid.uuid4(),
            now=now.at,
        )

    at_once(app, [draw(people[number % 4]) for number in range(TOGETHER)])
    assert len(_all(app, sa.select(Attempt.id))) == len(people)
    drawn = {e.question: e.drawn for e in _all(app, sa.select(Exposure))}
    assert drawn.pop("") == len(people)
    assert sum(drawn.values()) == 2 * len(people)


def test_corrections_and_submits_at_once_leave_every_result_as_marking_anew_would(
    app: Flask, world: World, now: Moment
) -> None:
    """Whoever is first, no result escapes a correction, and each correction is applied once."""
    attempts = {login: _start(app, world, login, "exam") for login in ("aida", "bota", "dana")}
    tamara, kairat = world.actor("tamara"), world.actor("kairat")
    with app.app_context(), db.transaction() as session:
        made = [
            correcting.propose(
                session,
                tamara,
                question,
                "void",
                None,
                "ambiguous",
                organisation_id=world.ids["North"],
                now=now.at,
            ).id
            for question in ("q-see", "q-look")
        ]

    def hand_in(login: str) -> Callable[[Any], object]:
        actor, attempt = world.actor(login), attempts[login]
        return lambda session: actions.finish(
            session, actor, attempt, client_key=uuid.uuid4(), now=now.at
        )

    def void(number: int) -> Callable[[Any], object]:
        return lambda session: len(correcting.apply(session, kairat, made[number % 2], now=now.at))

    logins = list(attempts)
    deeds = [
        hand_in(logins[number % 3]) if number % 2 else void(number // 2)
        for number in range(TOGETHER)
    ]
    at_once(app, deeds)
    at_once(app, [void(number) for number in range(2)])  # whichever was not yet
    with app.app_context(), db.transaction() as session:
        for login in logins:
            actions.finish(
                session, world.actor(login), attempts[login], client_key=uuid.uuid4(), now=now.at
            )
    results = _all(app, sa.select(AttemptResult))
    assert [found.possible for found in results] == [180] * 3  # five questions less two
    applied = _all(app, sa.select(Correction.applied_at))
    assert None not in applied
    _no_drift(app)


def test_many_who_take_a_correction_back_at_once_do_it_once(
    app: Flask, world: World, now: Moment
) -> None:
    attempt, actor = _start(app, world, "aida", "exam"), world.actor("aida")
    tamara, kairat = world.actor("tamara"), world.actor("kairat")
    with app.app_context(), db.transaction() as session:
        actions.finish(session, actor, attempt, client_key=uuid.uuid4(), now=now.at)
        made = correcting.propose(
            session,
            tamara,
            "q-see",
            "void",
            None,
            "leaked",
            organisation_id=world.ids["North"],
            now=now.at,
        ).id
        correcting.apply(session, kairat, made, now=now.at)
        correcting.ask_undo(session, tamara, made, "mistaken", now=now.at)
    came = at_once(
        app, [lambda session: correcting.undo(session, kairat, made, now=now.at)] * TOGETHER
    )
    assert sum(isinstance(one, list) for one in came) == 1
    assert [found.possible for found in _all(app, sa.select(AttemptResult))] == [300]
    assert len(_all(app, sa.select(ResultChange.id))) == 2  # there and back
    with app.app_context():
        sitting = sittings.of(db.session(), attempt)
        assert sitting.attempt.ended_at is not None
    _no_drift(app)
