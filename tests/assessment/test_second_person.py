"""Whatever staff try in whatever order: no result changes by one person's hand, none without a
reason. A model says what must be refused. Source: security C-78.
"""

from __future__ import annotations

import os
import uuid
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.assessment import correcting
from lms.assessment.models import AttemptResult, Correction, ResultChange
from lms.domain.corrections import REASONS, UNDO_REASONS
from lms.domain.errors import Refusal
from lms.domain.permissions import Place, Role
from lms.trail import Entry
from tests.assessment.papers import RIGHT
from tests.conftest import START, Moment
from tests.statistics.sitters import sit
from tests.world import World

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
STEPS = 2_000 if DEEP else 150
AT_MOST = STEPS // 15  # corrections
SEED = int(os.environ.get("LMS_SEED") or 20190609)
STAFF = ("tamara", "timur", "kairat", "zarina", "saule")  # the last one is of another organisation
QUESTIONS = tuple(RIGHT)
OVER_ALL = ("kairat", "zarina")


def everything(session: Any, what: Any) -> list[Any]:
    return list(session.scalars(sa.select(what).execution_options(scope="all")))  # the test counts


def test_two_people_and_a_reason_stand_behind_every_change(
    app: Flask, world: World, now: Moment
) -> None:
    with app.app_context(), db.transaction() as session:
        world.person(session, "zarina", Role.COORDINATOR, Place(world.ids["North"]))
    sit(app, world, "North one", 4, lambda n, _q: n % 2 == 0, now=START)
    actors = {login: world.actor(login) for login in STAFF}
    random = Random(SEED)
    made: dict[uuid.UUID, dict[str, Any]] = {}
    for _ in range(STEPS):
        now.move(minutes=1)
        who = random.choice(STAFF)
        deed = random.choice(("propose", "apply", "ask", "ask", "undo"))
        wanted = random.choice(list(made)) if made else None
        if wanted is None or (deed == "propose" and len(made) < AT_MOST):
            deed, wanted = "propose", None
        elif deed == "propose":
            deed = "undo"
        model = made.get(wanted, {}) if wanted else {}
        allowed = _allowed(deed, who, model)
        with app.app_context():
            try:
                with db.transaction() as session:
                    _do(session, deed, actors[who], wanted, made, world, random, now)
            except Refusal:
                assert not allowed, (deed, who, model)
                continue
        assert allowed, (deed, who, model)
        if deed == "propose":
            made[next(reversed(made))]["proposed"] = who
        else:
            model[deed] = who
    _judge(app, world, made)


def _allowed(deed: str, who: str, model: dict[str, Any]) -> bool:
    """What the rule says: one begins with a reason, another with the whole organisation does it."""
    if who == "saule":
        return False
    if deed == "propose":
        return True
    if deed == "apply":
        return who in OVER_ALL and "apply" not in model and model["proposed"] != who
    is_in_force = "apply" in model and "undo" not in model
    if deed == "ask":
        return is_in_force
    return who in OVER_ALL and is_in_force and model.get("ask") not in (None, who)


def _do(
    session: Any,
    deed: str,
    actor: Any,
    wanted: uuid.UUID | None,
    made: dict[uuid.UUID, dict[str, Any]],
    world: World,
    random: Random,
    now: Moment,
) -> None:
    if wanted is None:
        correction = correcting.propose(
            session,
            actor,
            random.choice(QUESTIONS),
            "void",
            None,
            random.choice(REASONS),
            organisation_id=world.ids["North"],
            now=now.at,
        )
        made[correction.id] = {}
    elif deed == "apply":
        correcting.apply(session, actor, wanted, now=now.at)
    elif deed == "ask":
        correcting.ask_undo(session, actor, wanted, random.choice(UNDO_REASONS), now=now.at)
    else:
        correcting.undo(session, actor, wanted, now=now.at)


def _judge(app: Flask, world: World, made: dict[uuid.UUID, dict[str, Any]]) -> None:
    with app.app_context():
        session = db.session()
        corrections = {one.id: one for one in everything(session, Correction)}
        changes = everything(session, ResultChange)
        assert {change.cause for change in changes} == {"applied", "undone"}
        for change in changes:
            behind = corrections[change.correction_id]
            two = (
                (behind.proposed_by, behind.applied_by, behind.reason)
                if change.cause == "applied"
                else (behind.undo_asked_by, behind.undone_by, behind.undo_reason)
            )
            assert None not in two
            assert two[0] != two[1]
        told = [(e.deed, e.facts) for e in everything(session, Entry)]
        for deed, name in (("apply-correction", "apply"), ("undo-correction", "undo")):
            facts = [f for d, f in told if d == deed]
            assert len(facts) == sum(name in model for model in made.values())
            assert all(f["reason"] for f in facts)
        assert all(f["undo_reason"] for d, f in told if d == "undo-correction")
        assert len(everything(session, AttemptResult)) == 4
        assert list(correcting.drift(session)) == []
