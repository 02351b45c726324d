"""Certifying: only who is ready, never oneself, and nothing of the name kept."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts.models import Account
from lms.assessment.models import AttemptResult
from lms.certification import printing, queries, sealing, tokens
from lms.certification.making import Desk
from lms.certification.models import Certificate
from lms.domain.certification import Need
from lms.domain.errors import Missing, NotThere, NotYours, TooLate
from tests.certification import deeds
from tests.certification.conftest import Certify, Ready
from tests.certification.deeds import EVERY_CERTIFICATE
from tests.conftest import Moment
from tests.world import World


def test_a_certificate_is_frozen_with_its_claims_token_and_file(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    attempt = ready("aida")
    issued = deeds.certify(app, world, now, desk, purpose="deployment")
    with app.app_context():
        row = db.session().get_one(Certificate, issued.serial)
        person_key = db.session().get_one(Account, world.ids["aida"]).person_key
        token = sealing.open_token(desk.vault, row.account_id, person_key, row.token_sealed)
        pdf = sealing.open_pdf(desk.vault, row.account_id, person_key, row.pdf_sealed)
    found = tokens.verify(token, desk.keys.public)
    assert row.attempt_id == attempt
    assert row.issued_by == world.ids["tamara"]
    assert (row.valid_from, row.valid_until) == (date(2026, 3, 1), date(2026, 5, 19))
    assert found.claims.election_on == date(2026, 4, 19)
    assert found.claims.status_index == row.status_index
    assert found.claims.names(deeds.NAME)
    assert row.claims == {
        "serial": issued.serial,
        "programme": "basic-observer",
        "programme_title": "Basic observer",
        "level": 1,
        "purpose": "deployment",
        "language": "en",
        "organisation": "North",
        "issued_on": "2026-03-01",
        "valid_until": "2026-05-19",
        "election_on": "2026-04-19",
        "law": "B",
        "release": found.claims.release.hex(),
        "key_id": desk.keys.must_issue().id.hex(),
    }
    assert printing.token_in(pdf) == token


def test_training_holds_for_the_months_whatever_the_election(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    serial = deeds.certify(app, world, now, desk).serial
    with app.app_context():
        assert db.session().get_one(Certificate, serial).valid_until == date(2027, 3, 1)


def test_neither_the_name_nor_anything_to_try_names_against_is_kept_in_the_open(
    app: Flask, world: World, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    with app.app_context():
        row = db.session().get_one(Certificate, serial)
        person_key = db.session().get_one(Account, row.account_id).person_key
        token = sealing.open_token(desk.vault, row.account_id, person_key, row.token_sealed)
        claims = tokens.verify(token, desk.keys.public).claims
        told = [
            *db.session().execute(sa.text("SELECT * FROM certificates")).one(),
            *db.session().execute(sa.text("SELECT subject, facts FROM trail")).all(),
        ]
    kept = "\n".join(v.decode("latin-1") if isinstance(v, bytes) else repr(v) for v in told)
    for secret in (deeds.NAME, "Қуаныш", token, claims.name_hash.hex(), claims.name_salt.hex()):
        assert secret not in kept
        assert secret.encode().decode("latin-1") not in kept
    for secret_bytes in (claims.name_hash, claims.name_salt):
        assert secret_bytes.decode("latin-1") not in kept


@pytest.mark.parametrize(
    ("but", "need"),
    [
        ("basics/seeing", Need("lesson", "basics/seeing")),
        ("exam", Need("quiz", "exam")),
        ("door", Need("scenario", "door")),
        ("pledge", Need("pledge", "basic-observer")),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready, but: str, need: Need
) -> None:
    ready("aida", but=but)
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk)
    assert caught.value.items == (need,)
    with app.app_context():
        assert db.session().scalar(EVERY_CERTIFICATE) == 0


def test_what_goes_missing_after_preparing_stops_the_writing(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    attempt = ready("aida")
    prepared = deeds.prepare(app, world, now, desk)
    with app.app_context(), db.transaction() as session:
        session.get_one(AttemptResult, attempt).passed = False
    with pytest.raises(Missing):
        deeds.write(app, world, now, desk, prepared)


@pytest.mark.parametrize(
    "result",
    [{"passed": False}, {"earned": 149}, {"missed": ("see-count",)}],
    ids=["failed", "below the present pass mark", "missed a rule that is critical now"],
)
def test_an_exam_that_would_not_pass_today_does_not_count(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready, result: dict[str, object]
) -> None:
    ready("aida", **result)
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk)
    assert caught.value.items == (Need("quiz", "exam"),)


def test_the_exam_of_another_person_does_not_count(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("bota")
    with pytest.raises(Missing):
        deeds.certify(app, world, now, desk, login="aida")


def test_deployment_needs_an_exam_on_the_law_of_the_election(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida", clock="2019-06-09")
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk, purpose="deployment")
    assert caught.value.items == (Need("exam-of-this-law", "exam"),)
    assert deeds.certify(app, world, now, desk, purpose="training").is_new


def test_deployment_under_clock_c_names_the_sources_that_block_it(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("dana", clock="2026-12-20")
    asked = {"login": "dana", "by": "timur", "cohort": "North two"}
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk, purpose="deployment", **asked)
    assert caught.value.items == (Need("source", "src-confirmed"),)
    assert deeds.certify(app, world, now, desk, purpose="training", **asked).is_new


def test_deployment_needs_an_election(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("erik")
    asked = {"login": "erik", "by": "saule", "cohort": "South one"}
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk, purpose="deployment", **asked)
    assert caught.value.items == (Need("election", "South one"),)


def test_deployment_to_an_election_that_is_over_is_too_late(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    now.move(days=49)  # election day itself
    assert deeds.prepare(app, world, now, desk, purpose="deployment").row is not None
    now.move(days=1)
    with pytest.raises(TooLate, match="election-over"):
        deeds.certify(app, world, now, desk, purpose="deployment")


def test_a_trainer_cannot_certify_themselves(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    from lms.accounts import actions as accounts
    from lms.domain.permissions import Place, Role

    ready("tamara")
    with app.app_context(), db.transaction() as session:
        place = Place(world.ids["North"], world.ids["North one"])
        accounts.add_role(session, world.ids["tamara"], Role.TRAINEE, place, now=now())
    with pytest.raises(NotYours):
        deeds.certify(app, world, now, desk, login="tamara")


def test_the_tables_refuse_a_certificate_for_oneself(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    prepared = deeds.prepare(app, world, now, desk)
    assert prepared.row is not None
    bent = prepared.row | {"issued_by": world.ids["aida"]}
    with app.app_context(), pytest.raises(sa.exc.IntegrityError), db.transaction() as session:
        session.execute(sa.insert(Certificate).values(**bent))


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ("timur", NotThere),  # trains another cohort
        ("saule", NotThere),  # another organisation
        ("kairat", NotYours),  # coordinates: may look, not certify
        ("aida", NotThere),
        ("oleg", NotThere),
        ("arman", NotThere),
        ("asel", NotThere),
    ],
)
def test_only_a_trainer_of_the_cohort_certifies(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    ready: Ready,
    by: str,
    refusal: type[Exception],
) -> None:
    ready("bota")
    with pytest.raises(refusal):
        deeds.prepare(app, world, now, desk, login="bota", by=by)
    prepared = deeds.prepare(app, world, now, desk, login="bota")
    with pytest.raises(refusal):
        deeds.write(app, world, now, desk, prepared, by=by)


def test_somebody_of_another_cohort_is_not_there(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("dana")
    for login, cohort in (("dana", "North one"), ("tamara", "North one"), ("dana", "North two")):
        with pytest.raises(NotThere):
            deeds.prepare(app, world, now, desk, login=login, cohort=cohort)


def test_somebody_suspended_is_not_certified(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    with app.app_context(), db.transaction() as session:
        session.get_one(Account, world.ids["aida"]).suspended_on = date(2026, 2, 1)
    with pytest.raises(Missing) as caught:
        deeds.certify(app, world, now, desk)
    assert caught.value.items == (Need("account", "suspended"),)


def test_a_name_or_language_that_cannot_be_printed_is_refused(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    ready("aida")
    for stated in ({"name": " \n "}, {"name": "x" * 81}, {"language": "de"}):
        with pytest.raises(ValueError):
            deeds.prepare(app, world, now, desk, **stated)


def test_done_for_a_thousand_people_takes_six_statements(
    app: Flask, world: World, ready: Ready
) -> None:
    ready("aida")
    people = [world.ids["aida"], *(uuid.uuid4() for _ in range(999))]
    statements: list[str] = []
    with app.app_context():
        from lms.content import publishing

        books = publishing.current(db.session())
        engine = db.database().engine

        def count(*args: object) -> None:
            statements.append(str(args[2]))

        sa.event.listen(engine, "before_cursor_execute", count)
        try:
            found = queries.missing_for_all(db.session(), books, "basic-observer", people)
        finally:
            sa.event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == 6
    assert found[people[0]] == ()
    assert len(found[people[1]]) == 5
    assert len(found) == 1000


def test_a_certificate_written_by_hand_is_found(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, ready: Ready
) -> None:
    serial = certified()
    other = ready("bota")
    with app.app_context():
        assert queries.unsupported(db.session()) == []
        with db.transaction() as session:
            session.execute(sa.update(Certificate).values(attempt_id=other))
        assert queries.unsupported(db.session()) == [serial]


def test_the_certificate_lasts_while_the_clock_moves(
    app: Flask, world: World, now: Moment, certified: Certify
) -> None:
    certified()
    actor = deeds.actor_of(app, world, "aida")
    seen = []
    with app.app_context():
        for days in (-1, 0, 365, 366):
            on = now().date() + timedelta(days=days)
            seen.append(queries.own(db.session(), actor, on)[0].status.value)
    assert seen == ["not-yet", "valid", "valid", "expired"]
