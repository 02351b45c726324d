"""The programme of level 1 with what ships: from the first lesson to the certificate, and no
further than the law that somebody has read."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from itertools import count
from random import Random

import pytest
from flask import Flask

from lms import config, db
from lms.assessment import actions as assessment
from lms.assessment import queries as attempts
from lms.certification import queries as certification
from lms.certification import readiness
from lms.certification.making import Desk
from lms.certification.models import Certificate
from lms.cohorts.models import Cohort
from lms.content import publishing
from lms.content.compiling import Compiled
from lms.content.library import Library
from lms.counts import actions as nights
from lms.counts import queries as counts
from lms.domain.certification import Need, missing_for
from lms.domain.counts.best import best_acts
from lms.domain.errors import Missing
from lms.domain.exploring import best_from
from lms.domain.permissions import Actor
from lms.domain.rules import Standing
from lms.drills import actions as drills
from lms.drills import certifying
from lms.drills import queries as runs
from lms.learning import actions as learning
from lms.privacy import Vault
from tests.certification import deeds
from tests.conftest import Moment
from tests.world import World

PROGRAMME = "precinct-observer"
CLOCK_B, CLOCK_C = date(2026, 4, 19), date(2026, 12, 20)


class Learner:
    """Somebody who does what the programme asks for, one deed after the other, as pages do."""

    def __init__(
        self, world: World, now: Moment, settings: config.Settings, login: str, day: date
    ) -> None:
        self.now, self.day = now, day
        self.actor: Actor = world.actor(login)
        self.vault = Vault(settings.field_key)

    @property
    def books(self) -> Library:
        return publishing.current(db.session())

    def missing(self) -> tuple[Need, ...]:
        programme = self.books.programme(PROGRAMME)
        with db.transaction() as session:
            done = certification.done_for(session, self.books, self.actor.id, PROGRAMME)
        return missing_for(programme, done)

    def do_everything(self) -> None:
        for need in self.missing():
            getattr(self, f"_{need.kind.replace('-', '_')}")(need.id)
            self.now.move(minutes=5)

    def _lesson(self, slug: str) -> None:
        with db.transaction() as session:
            learning.finish_lesson(session, self.actor, slug, now=self.now())

    def _pledge(self, slug: str) -> None:
        release = self.books.release
        assert release is not None
        with db.transaction() as session:
            learning.sign_pledge(
                session, self.actor, slug, release_id=release, language="kk", now=self.now()
            )

    def _quiz(self, slug: str) -> None:
        with db.transaction() as session:
            attempt = assessment.start(
                session,
                self.actor,
                self.books,
                slug,
                day=self.day,
                client_key=uuid.uuid4(),
                now=self.now(),
            )
        with db.transaction() as session:
            sitting = attempts.own_sitting(session, self.actor, attempt)
        for question in sitting.attempt.questions:
            with db.transaction() as session:
                assessment.keep_answer(
                    session,
                    self.actor,
                    attempt,
                    question,
                    self.books.questions[question].right_answer,
                    seen=sitting.attempt.latest(question),
                    client_key=uuid.uuid4(),
                    now=self.now(),
                )
        with db.transaction() as session:
            assessment.finish(session, self.actor, attempt, client_key=uuid.uuid4(), now=self.now())

    def _scenario(self, slug: str) -> None:
        with db.transaction() as session:
            run = drills.start(session, self.actor, self.books, slug, seed=7, now=self.now())
        self._play(run)

    def _drawn_runs(self, programme: str) -> None:
        with db.transaction() as session:
            certifying.begin(
                session,
                self.actor,
                self.books,
                programme,
                timed=False,
                chance=Random(3),
                now=self.now(),
            )
            desk = certifying.desk(session, self.actor, self.books, programme, now=self.now())
        assert desk.open is not None
        tactics = {self.books.scenarios[slug]["tactic"] for slug in desk.open.scenarios}
        assert len(tactics) == 2
        for run in [run.id for run in desk.open.runs.values()]:
            self._play(run)

    def _count(self, slug: str) -> None:
        """A night in which there is something to find, lived through as well as can be."""
        seed = next(n for n in count() if counts.night_of(self.books, slug, n).kinds)
        with db.transaction() as session:
            run = nights.start(
                session,
                self.actor,
                self.books,
                slug,
                certifying=True,
                draw=lambda: seed,
                now=self.now(),
            )
        for step, act in enumerate(best_acts(counts.night_of(self.books, slug, seed))):
            with db.transaction() as session:
                nights.act(
                    session,
                    self.actor,
                    run,
                    act,
                    step=step,
                    client_key=uuid.uuid4(),
                    now=self.now(),
                )

    def _play(self, run: uuid.UUID) -> None:
        while self._goes_on(run):
            pass

    def _goes_on(self, run: uuid.UUID) -> bool:
        """The next step of a run: the best choice there is, and no paper written."""
        with db.transaction() as session:
            playing = runs.own_run(session, self.actor, run)
            step = len(playing.taken)
            if playing.writing is not None:
                drills.write(
                    session, self.actor, run, None, step=step, vault=self.vault, now=self.now()
                )
                return True
            if playing.ending is not None:
                return False
            best = best_from(playing.scenario, playing.position)
            assert best is not None
            drills.choose(
                session,
                self.actor,
                run,
                best.steps[0][1],
                step=step,
                client_key=uuid.uuid4(),
                now=self.now(),
            )
            return True


@pytest.fixture
def _taught(app: Flask, world: World, now: Moment, shipped: Compiled) -> None:
    """The courses that ship, published; two cohorts that learn the programme, for two laws."""
    with app.app_context(), db.transaction() as session:
        now.move(days=1)
        publishing.publish(session, shipped.documents, shipped.files, now=now())
        for name in ("North one", "North two"):
            session.get_one(Cohort, world.ids[name]).programme = PROGRAMME


@pytest.mark.usefixtures("_taught")
def test_it_is_completed_with_what_ships_and_certifies_for_the_law_that_was_read(
    app: Flask, world: World, now: Moment, settings: config.Settings, desk: Desk
) -> None:
    with app.app_context():
        learner = Learner(world, now, settings, "aida", CLOCK_B)
        asked = {need.kind for need in learner.missing()}
        assert asked == {"lesson", "quiz", "scenario", "count", "drawn-runs", "pledge"}
        learner.do_everything()
        assert learner.missing() == ()
    issued = deeds.certify(app, world, now, desk, purpose="deployment")
    with app.app_context():
        row = db.session().get_one(Certificate, issued.serial)
        assert (row.programme, row.purpose) == (PROGRAMME, "deployment")
        assert row.claims["law"] == "B"


@pytest.mark.usefixtures("_taught")
def test_it_does_not_certify_for_the_third_clock_and_names_the_sources_that_nobody_confirmed(
    app: Flask, world: World, now: Moment, settings: config.Settings, desk: Desk
) -> None:
    with app.app_context():
        learner = Learner(world, now, settings, "dana", CLOCK_C)
        learner.do_everything()
        assert learner.missing() == ()
    with app.app_context():
        books = publishing.current(db.session())
        found = readiness.examine(
            db.session(),
            world.actor("timur"),
            learner.actor.id,
            world.ids["North two"],
            "deployment",
            now=now(),
            library=books,
        )
        assert found.missing == ()
        blocked = dict(found.blocked)
        assert {"removal-written", "ballots-shown-aloud"} <= set(blocked)
        for rule, named in blocked.items():
            assert books.rules[rule].is_critical(CLOCK_C)
            assert named
            standing = {books.sources[s].standing(CLOCK_C) for s in named}
            assert Standing.CONFIRMED not in standing, rule
        # The same rules stand on confirmed sources for the law that was read.
        assert not any(
            all(books.sources[s].standing(CLOCK_B) is not Standing.CONFIRMED for s in named)
            for named in blocked.values()
        )
    stated = {"login": "dana", "by": "timur", "cohort": "North two"}
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk, purpose="deployment", **stated)
    assert {need.kind for need in caught.value.items} == {"source"}
    # What was learned is certified as training, whatever becomes of the law.
    serial = deeds.certify(app, world, now, desk, purpose="training", **stated).serial
    with app.app_context():
        until = db.session().get_one(Certificate, serial).valid_until
    assert until > now().date() + timedelta(days=300)
