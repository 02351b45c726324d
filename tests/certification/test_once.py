"""One deed, one certificate: at once, again, after it is over and after it was revoked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db, trail
from lms.certification import queries
from lms.certification.actions import IndexTaken, Issued
from lms.certification.making import Desk
from lms.certification.models import Certificate, StatusList
from lms.domain.certification import Status
from tests.certification import deeds
from tests.certification.conftest import Certify, Ready
from tests.certification.deeds import EVERY_CERTIFICATE
from tests.conftest import Moment
from tests.world import World


def test_sixty_four_who_certify_at_once_make_one_certificate(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    prepared = [deeds.prepare(app, world, now, desk) for _ in range(4)]
    found = deeds.at_once(64, lambda n: deeds.write(app, world, now, desk, prepared[n % 4]))
    results = [one for one in found if isinstance(one, Issued)]
    # On a server some may have waited too long; that is a page "try again".
    assert len(results) + found.count("busy") == 64
    assert sum(one.is_new for one in results) == 1
    assert len({one.serial for one in results}) == 1
    with app.app_context():
        assert db.session().scalar(EVERY_CERTIFICATE) == 1


@pytest.mark.parametrize("purpose", ["training", "deployment"])
def test_the_tables_keep_a_second_standing_certificate_out(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready, purpose: str
) -> None:
    ready("aida")
    second = deeds.prepare(app, world, now, desk, purpose=purpose)
    deeds.certify(app, world, now, desk, purpose=purpose)
    assert second.row is not None
    with app.app_context(), pytest.raises(sa.exc.IntegrityError), db.transaction() as session:
        session.execute(sa.insert(Certificate).values(**second.row))


def test_training_and_deployment_are_two_certificates(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    made = {
        deeds.certify(app, world, now, desk, purpose=purpose).serial
        for purpose in ("training", "deployment")
    }
    assert len(made) == 2
    with app.app_context():
        rows = queries.of_cohort(
            db.session(), deeds.actor_of(app, world, "tamara"), world.ids["North one"], now().date()
        )
    assert {row.serial for row in rows} == made


def test_a_place_taken_meanwhile_asks_for_another(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    ready("bota")
    first = deeds.prepare(app, world, now, desk, login="aida")
    second = deeds.prepare(app, world, now, desk, login="bota")
    assert first.row and second.row
    second.row["status_index"] = first.row["status_index"]
    deeds.write(app, world, now, desk, first)
    with pytest.raises(IndexTaken):
        deeds.write(app, world, now, desk, second)


def test_one_that_is_over_makes_room_and_stays_in_the_records(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    old = deeds.certify(app, world, now, desk).serial
    now.move(days=334)
    assert deeds.certify(app, world, now, desk) == Issued(old, is_new=False)  # 30 days before
    now.move(days=32)
    deeds.sit_again(app, world, now)
    new = deeds.certify(app, world, now, desk)
    assert new.is_new
    with app.app_context():
        views = queries.own(db.session(), deeds.actor_of(app, world, "aida"), now().date())
    assert [(v.serial, v.status) for v in views] == [
        (new.serial, Status.VALID),
        (old, Status.EXPIRED),
    ]


def test_after_revoking_somebody_can_be_certified_again(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    first = certified()
    deeds.revoke(app, world, now, desk, first, reason="name")
    again = deeds.certify(app, world, now, desk)
    assert again.is_new
    assert again.serial != first


def test_each_deed_leaves_one_line_in_the_trail(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    deeds.certify(app, world, now, desk)
    deeds.revoke(app, world, now, desk, serial)
    with app.app_context():
        entries = db.session().scalars(sa.select(trail.Entry).order_by(trail.Entry.number)).all()
    assert [entry.deed for entry in entries] == ["certify", "certify-again", "revoke"]
    assert {entry.subject for entry in entries} == {f"certificate:{serial}"}
    assert {entry.actor_id for entry in entries} == {world.ids["tamara"]}


def test_the_first_certificate_publishes_a_list_and_a_day_later_the_next(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    for login, numbers in (("aida", [1]), ("bota", [1])):
        ready(login)
        deeds.certify(app, world, now, desk, login=login)
        assert _numbers(app) == numbers
    now.move(days=1, minutes=1)
    deeds.certify(app, world, now, desk, login="aida", purpose="deployment")
    assert _numbers(app) == [1, 2]


def _numbers(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session().scalars(sa.select(StatusList.number).order_by(StatusList.number)))
