"""A certificate that makes its holder an assessor, and programmes that build on another one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from lms import db
from lms.accounts.actions import add_role
from lms.certification import queries
from lms.certification.making import Desk
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.domain.certification import Need, missing_for
from lms.domain.permissions import Actor, Held, Role
from lms.signoffs import assessors
from lms.signoffs.assessors import Basis
from tests.certification import deeds
from tests.certification.conftest import Certify
from tests.conftest import Moment
from tests.world import World


@pytest.fixture
def trainer(app: Flask, world: World, now: Moment) -> Actor:
    """Aida, who learns in North one, also trains North two."""
    with app.app_context(), db.transaction() as session:
        place = world.place("North two")
        add_role(session, world.ids["aida"], Role.TRAINER, place, now=now())
    held = Held(Role.TRAINER, place.organisation_id, place.cohort_id)
    return Actor(world.ids["aida"], (held,))


def basis(world: World, trainer: Actor, checklist: str, now: Moment) -> Basis:
    session = db.session()
    books = publishing.current(session)
    cohort = cohorts.one(session, trainer, world.ids["North two"])
    return assessors.basis_of(session, books, trainer, cohort, checklist, now().date())


def test_a_certificate_that_says_so_lets_its_holder_assess_on_what_it_names(
    app: Flask, world: World, now: Moment, certified: Certify, trainer: Actor
) -> None:
    with app.app_context():
        assert not basis(world, trainer, "showing", now).trained
    serial = certified("aida")
    with app.app_context():
        assert basis(world, trainer, "showing", now) == Basis(
            certificate=serial, programme="basic-observer", certified_by=world.ids["tamara"]
        )
        assert not basis(world, trainer, "another", now).trained
        books = publishing.current(db.session())
        found = assessors.certified_for(db.session(), books, [trainer.id, world.ids["tamara"]])
        assert found == {trainer.id: ["basic-observer"]}


def test_nobody_assesses_through_a_certificate_that_ended(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, trainer: Actor
) -> None:
    serial = certified("aida")
    deeds.revoke(app, world, now, desk, serial)
    with app.app_context():
        assert not basis(world, trainer, "showing", now).trained


def test_a_programme_that_builds_on_another_asks_for_its_certificate_while_it_holds(
    app: Flask, world: World, now: Moment, certified: Certify, monkeypatch: pytest.MonkeyPatch
) -> None:
    aida = world.ids["aida"]
    with app.app_context():
        books = publishing.current(db.session())
        plain = books.programme("drawn")
        higher = replace(plain, requires=replace(plain.requires, certificates=("basic-observer",)))
        need = Need("certificate", "basic-observer")
        with monkeypatch.context() as patched:
            patched.setattr(books, "programme", lambda _slug: higher)
            assert need in missing_for(higher, queries.done_for(db.session(), books, aida, "drawn"))
    certified("aida")
    with app.app_context():
        books = publishing.current(db.session())
        monkeypatch.setattr(books, "programme", lambda _slug: higher)
        done = queries.done_for(db.session(), books, aida, "drawn")
        assert done.certificates == {"basic-observer"}
        assert need not in missing_for(higher, done)
        now.move(days=400)
        assert need in missing_for(higher, queries.done_for(db.session(), books, aida, "drawn"))
