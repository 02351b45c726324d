"""The programme of level 1 with what ships: from the first lesson to the certificate, and no
further than the law that somebody has read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from lms import config, db
from lms.certification.making import Desk
from lms.certification.models import Certificate
from lms.content.compiling import Compiled
from lms.domain.errors import Missing
from lms.domain.rules import Standing
from tests.certification import deeds
from tests.certification.walking import CLOCK_B, CLOCK_C, Learner, teach
from tests.conftest import Moment
from tests.world import World

PROGRAMME = "precinct-observer"


@pytest.fixture
def _taught(app: Flask, world: World, now: Moment, shipped: Compiled) -> None:
    with app.app_context(), db.transaction() as session:
        teach(session, world, now, shipped, PROGRAMME)


@pytest.mark.usefixtures("_taught")
def test_it_is_completed_with_what_ships_and_certifies_for_the_law_that_was_read(
    app: Flask, world: World, now: Moment, settings: config.Settings, desk: Desk
) -> None:
    with app.app_context():
        learner = Learner(world, now, settings, "aida", CLOCK_B, programme=PROGRAMME)
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
        learner = Learner(world, now, settings, "dana", CLOCK_C, programme=PROGRAMME)
        learner.do_everything()
        assert learner.missing() == ()
    with app.app_context():
        books, found = learner.books, learner.examined("North two")
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
