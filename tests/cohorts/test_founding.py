"""A house is set up by whoever has the machine: organisations, elections, cohorts."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.cohorts import founding, queries
from lms.cohorts.models import Cohort
from lms.domain.errors import NotThere
from tests.conftest import START
from tests.world import World


def test_an_organisation_gets_an_election_and_a_cohort_that_learns(
    app: Flask, world: World
) -> None:
    with app.app_context():
        with db.transaction() as session:
            founding.add_organisation(session, "  New   Light ", "observers", now=START)
            founding.add_election(session, "New Light", "Autumn", date(2026, 9, 6), now=START)
            founding.add_cohort(
                session, "New Light", "First", "basic-observer", "Autumn", now=START
            )
        (found,) = queries.by_name(db.session(), "First")
        assert (found.organisation, found.held_on) == ("New Light", date(2026, 9, 6))
        names = {name for _id, name in queries.organisations(db.session(), "observers")}
        assert {"New Light", "North"} <= names


@pytest.mark.parametrize(
    ("organisation", "name", "programme", "election", "refused"),
    [
        ("Nobody", "First", "basic-observer", None, NotThere),
        ("North", "First", "basic-observer", "No such day", NotThere),
        ("North", "First", "no-such-programme", None, LookupError),
        ("North", "North one", "basic-observer", None, founding.Taken),
        ("North", "   ", "basic-observer", None, ValueError),
        ("North", "x" * 201, "basic-observer", None, ValueError),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    app: Flask,
    world: World,
    organisation: str,
    name: str,
    programme: str,
    election: str | None,
    refused: type[Exception],
) -> None:
    with app.app_context():
        count = sa.select(sa.func.count()).select_from(Cohort).execution_options(scope="all")
        before = db.session().scalar(count)
        with pytest.raises(refused), db.transaction() as session:
            founding.add_cohort(session, organisation, name, programme, election, now=START)
        with pytest.raises(founding.Taken), db.transaction() as session:
            founding.add_organisation(session, "North", "commission", now=START)
        db.give_up_reading()
        assert db.session().scalar(count) == before
