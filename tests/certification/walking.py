"""Somebody who learns what ships, deed after deed, and what the desk then finds."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import count
from random import Random

from sqlalchemy.orm import Session

from lms import config, db
from lms.assessment import actions as assessment
from lms.assessment import sittings
from lms.certification import queries as certification
from lms.certification import readiness
from lms.cohorts.models import Cohort
from lms.content import publishing
from lms.content.compiling import Compiled
from lms.content.library import Library
from lms.counts import actions as nights
from lms.counts import queries as counts
from lms.domain.certification import Need, missing_for
from lms.domain.counts.best import best_acts
from lms.domain.exploring import best_from
from lms.domain.permissions import Actor
from lms.drills import actions as drills
from lms.drills import certifying
from lms.drills import queries as runs
from lms.learning import actions as learning
from lms.privacy import Vault
from tests.conftest import Moment
from tests.world import World

CLOCK_B, CLOCK_C = date(2026, 4, 19), date(2026, 12, 20)
COHORTS = ("North one", "North two")


def teach(session: Session, world: World, now: Moment, shipped: Compiled, programme: str) -> None:
    """Publish what ships; two cohorts, for two laws, learn the programme."""
    now.move(days=1)
    publishing.publish(session, shipped.documents, shipped.files, now=now())
    for name in COHORTS:
        session.get_one(Cohort, world.ids[name]).programme = programme


class Learner:
    """Somebody who does what the programme asks for, one deed after the other, as pages do."""

    def __init__(
        self,
        world: World,
        now: Moment,
        settings: config.Settings,
        login: str,
        day: date,
        *,
        programme: str,
    ) -> None:
        self.world, self.now, self.day, self.programme = world, now, day, programme
        self.actor: Actor = world.actor(login)
        self.vault = Vault(settings.field_key)

    @property
    def books(self) -> Library:
        return publishing.current(db.session())

    def missing(self) -> tuple[Need, ...]:
        asked = self.books.programme(self.programme)
        with db.transaction() as session:
            done = certification.done_for(session, self.books, self.actor.id, self.programme)
        return missing_for(asked, done)

    def do_everything(self) -> None:
        for need in self.missing():
            getattr(self, f"_{need.kind.replace('-', '_')}")(need.id)
            self.now.move(minutes=5)

    def examined(self, cohort: str) -> readiness.Readiness:
        """What the desk finds before it would certify this learner for deployment."""
        return readiness.examine(
            db.session(),
            self.world.actor("timur"),
            self.actor.id,
            self.world.ids[cohort],
            "deployment",
            now=self.now(),
            library=self.books,
        )

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
            sitting = sittings.own(session, self.actor, attempt)
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
