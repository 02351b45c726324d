"""The whole course of a short-term observer with what ships, the room included; and level 0,
which is the way in and certifies nobody."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from flask import Flask

from lms import config, db
from lms.accounts.actions import add_role
from lms.certification.making import Desk
from lms.certification.models import Certificate
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.content.compiling import Compiled
from lms.domain.certification import Need
from lms.domain.errors import Missing
from lms.domain.permissions import Role
from lms.domain.rules import Standing
from lms.signoffs import actions as room
from lms.signoffs import preparing, queries
from lms.signoffs.models import Accreditation
from tests.certification import deeds
from tests.certification.walking import CLOCK_B, CLOCK_C, COHORTS, Learner, teach
from tests.conftest import Moment
from tests.world import World

WHOLE, WAY_IN = "short-term-observer", "registered-volunteer"
TRAINERS = ("tamara", "timur")


class InTheRoom(Learner):
    """A learner who is also seen in the room, by two trainers who agree with the samples."""

    def __init__(
        self,
        world: World,
        now: Moment,
        settings: config.Settings,
        login: str,
        day: date,
        *,
        cohort: str,
        programme: str = WHOLE,
    ) -> None:
        super().__init__(world, now, settings, login, day, programme=programme)
        self.cohort = cohort

    def _practical(self, checklist: str) -> None:
        """As many sheets as the programme asks for, each by another trainer; what knocks out is
        seen by both."""
        asked = dict(self.books.programme(self.programme).requires.practical)[checklist]
        found = self.books.checklist(checklist)
        marks = {line.id: line.top for line in found.lines}
        grave = {line.id: line.top for line in found.lines if line.knock_out}
        for trainer in TRAINERS:
            self._agree(trainer, checklist)
        for first, second in (TRAINERS, TRAINERS[::-1])[:asked]:
            sheet = self._signed(checklist, first, marks)
            if grave:
                self._seen_again(sheet, second, grave)

    def _agree(self, trainer: str, checklist: str) -> None:
        given = {s.id: s.key for s in self.books.checklist(checklist).samples}
        with db.transaction() as session:
            actor = self.world.actor(trainer)
            assert preparing.calibrate(
                session, actor, self.books, checklist, given, now=self.now()
            ).enough

    def _signed(self, checklist: str, by: str, marks: dict[str, int]) -> uuid.UUID:
        actor = self.world.actor(by)
        with db.transaction() as session:
            return room.sign(
                session,
                actor,
                self.books,
                cohorts.one(session, actor, self.world.ids[self.cohort]),
                self.actor.id,
                checklist,
                marks,
                key=uuid.uuid4(),
                vault=self.vault,
                now=self.now(),
            )

    def _seen_again(self, sheet: uuid.UUID, by: str, marks: dict[str, int]) -> None:
        actor = self.world.actor(by)
        with db.transaction() as session:
            cohort = cohorts.one(session, actor, self.world.ids[self.cohort])
            waits = queries.sheet(session, self.books, sheet, cohort.id).stage.value == "waiting"
            assert waits
            room.see_again(
                session,
                actor,
                self.books,
                cohort,
                sheet,
                marks,
                key=uuid.uuid4(),
                vault=self.vault,
                now=self.now(),
            )


@pytest.fixture
def _taught(app: Flask, world: World, now: Moment, shipped: Compiled) -> None:
    """What ships, published; two cohorts for two laws, in which both trainers may assess."""
    with app.app_context(), db.transaction() as session:
        teach(session, world, now, shipped, WHOLE)
        for login in TRAINERS:
            for name in COHORTS:
                place = world.place(name)
                if place.cohort_id not in {h.cohort_id for h in world.actor(login).held}:
                    add_role(session, world.ids[login], Role.TRAINER, place, now=now())
            session.add(
                Accreditation(
                    account_id=world.ids[login],
                    organisation_id=world.ids["North"],
                    given_by=world.ids["kairat"],
                    given_at=now(),
                    until=date(2027, 1, 1),
                )
            )


@pytest.mark.usefixtures("_taught")
def test_the_whole_course_is_completed_with_what_ships_and_certifies_for_deployment(
    app: Flask, world: World, now: Moment, settings: config.Settings, desk: Desk
) -> None:
    with app.app_context():
        learner = InTheRoom(world, now, settings, "aida", CLOCK_B, cohort="North one")
        asked = {need.kind for need in learner.missing()}
        assert asked >= {"lesson", "quiz", "scenario", "practical", "pledge"}
        learner.do_everything()
        assert learner.missing() == ()
    issued = deeds.certify(app, world, now, desk, purpose="deployment")
    with app.app_context():
        row = db.session().get_one(Certificate, issued.serial)
        assert (row.programme, row.purpose, row.claims["law"]) == (WHOLE, "deployment", "B")


@pytest.mark.usefixtures("_taught")
def test_the_whole_course_does_not_certify_for_the_third_clock_and_says_which_sources_block_it(
    app: Flask, world: World, now: Moment, settings: config.Settings, desk: Desk
) -> None:
    with app.app_context():
        learner = InTheRoom(world, now, settings, "dana", CLOCK_C, cohort="North two")
        learner.do_everything()
        assert learner.missing() == ()
        books, found = learner.books, learner.examined("North two")
        assert found.missing == ()
        # Every critical rule of the day that no confirmed source carries, and no other.
        assert {rule for rule, _named in found.blocked} == {
            rule.id
            for rule in books.rules.values()
            if rule.is_critical(CLOCK_C)
            and not any(
                books.sources[source].standing(CLOCK_C) is Standing.CONFIRMED
                for source in rule.at(CLOCK_C).sources
            )
        }
        assert "removal-written" in dict(found.blocked)
    stated = {"login": "dana", "by": "timur", "cohort": "North two"}
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk, purpose="deployment", **stated)
    named = {source for _rule, sources in found.blocked for source in sources}
    assert {(need.kind, need.id) for need in caught.value.items} == {
        ("source", source) for source in named
    }
    deeds.certify(app, world, now, desk, purpose="training", **stated)


@pytest.mark.usefixtures("_taught")
def test_level_0_is_a_course_a_talk_and_a_pledge_and_certifies_nobody(
    app: Flask, world: World, now: Moment, settings: config.Settings, desk: Desk
) -> None:
    with app.app_context():
        with db.transaction() as session:
            session.get_one(Cohort, world.ids["North one"]).programme = WAY_IN
        learner = InTheRoom(
            world, now, settings, "aida", CLOCK_B, cohort="North one", programme=WAY_IN
        )
        assert learner.books.programme(WAY_IN).level == 0
        assert {need.kind for need in learner.missing()} == {"lesson", "practical", "pledge"}
        learner.do_everything()
        assert learner.missing() == ()
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk, purpose="training")
    assert caught.value.items == (Need("exam", WAY_IN),)
