"""Kill -9 of whoever works a batch off, again and again: it goes on, and each is certified once.

Source: security RT-1. LMS_BATCH_PEOPLE and LMS_BATCH_KILLS set how many of each.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import config, db
from lms.certification import auditing, logbook, together, tokens
from lms.certification.making import Desk
from lms.certification.models import BatchPerson, Certificate, CertificateBatch, LogEntry
from lms.certification.together import Wish
from lms.domain.permissions import Role
from lms.privacy import vault
from tests.certification import deeds
from tests.certification.conftest import Ready
from tests.conftest import TREE, Moment
from tests.world import World

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
PEOPLE = int(os.environ.get("LMS_BATCH_PEOPLE") or (500 if DEEP else 8))
KILLS = int(os.environ.get("LMS_BATCH_KILLS") or (25 if DEEP else 2))
SEED = int(os.environ.get("LMS_SEED") or 20190609)
LONGEST = 120  # seconds until somebody is settled, on a busy machine


@pytest.fixture
def batch(app: Flask, world: World, now: Moment, ready: Ready) -> uuid.UUID:
    """A confirmed batch of many of North one, today: other processes go by the real clock."""
    now.at = datetime.now(tz=UTC)
    wishes = []
    for number in range(PEOPLE):
        login = f"learner-{number}"
        world.add_person(login, Role.TRAINEE, "North one")
        ready(login)
        wishes.append(Wish(world.ids[login], f"Learner Number {login} Қ.", "en"))
    actor, cohort = world.actor("tamara"), world.ids["North one"]
    with app.app_context(), db.transaction() as session:
        found = together.draw_up(
            session, actor, cohort, "training", wishes, now=now(), vault=vault()
        )
        together.begin(session, actor, cohort, found, now=now())
    return found


def settled(app: Flask, batch: uuid.UUID) -> int:
    with app.app_context():
        asked = sa.select(sa.func.count()).where(
            BatchPerson.batch_id == batch, BatchPerson.outcome.is_not(None)
        )
        return db.session().scalar(asked) or 0


@pytest.mark.any_database
def test_a_batch_whose_work_is_killed_again_and_again_certifies_each_person_once(
    app: Flask,
    settings: config.Settings,
    desk: Desk,
    batch: uuid.UUID,
    record_property: Callable[[str, object], None],
) -> None:
    environ = os.environ | {
        "LMS_INSTANCE": str(settings.instance),
        "LMS_CONTENT": str(TREE),
        "LMS_DATABASE_URL": settings.database_url,
    }
    words = [sys.executable, "-m", "lms", "certificates", "finish"]
    chance, cut_off = random.Random(SEED), 0
    for kill in range(KILLS):
        # Evenly over the batch, so that there is always something left to be broken off.
        enough = max(settled(app, batch) + 1, PEOPLE * kill // (KILLS + 1))
        work = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL)
        until = time.monotonic() + LONGEST
        while work.poll() is None and settled(app, batch) < enough and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.2))  # in the middle of somebody, wherever that is
        work.kill()
        cut_off += work.wait() < 0
        assert enough <= settled(app, batch) < PEOPLE
        with app.app_context(), db.transaction() as session:  # twenty seconds later
            session.execute(
                sa.update(CertificateBatch)
                .where(CertificateBatch.id == batch)
                .values(busy_until=None)
            )
    assert cut_off == KILLS
    subprocess.run(words, env=environ, check=True, stdout=subprocess.DEVNULL)
    with app.app_context():
        people = list(
            db.session().scalars(sa.select(BatchPerson).where(BatchPerson.batch_id == batch))
        )
        rows = list(db.session().scalars(sa.select(Certificate).execution_options(scope="all")))
        assert auditing.audit(db.session()) == []
        assert logbook.first_break(db.session()) is None
        places = set(db.session().scalars(sa.select(LogEntry.place)))
    assert {one.outcome for one in people} == {"issued"}
    assert {one.serial for one in people} == {row.serial for row in rows}
    assert len({row.account_id for row in rows}) == len(rows) == len(people) == PEOPLE
    assert places == set(range(PEOPLE))
    assert {one.name_sealed for one in people} == {None}
    for row in random.Random(SEED).sample(rows, 3):
        assert tokens.verify(deeds.token_of(app, desk, row.serial), desk.keys.public)
    record_property("people", PEOPLE)
    record_property("kills", KILLS)
    record_property("certified twice", 0)
