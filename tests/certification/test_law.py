"""A paragraph changes: exactly what rests on it is listed, and its holders learn it again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from lms import cli, db
from lms.assessment import actions as assessment
from lms.certification import auditing, changing, ending, histories, law, lists, queries
from lms.certification.commands import sources
from lms.certification.making import Desk
from lms.certification.models import Certificate, CertificateEvent
from lms.content import publishing
from lms.domain.certification import Kind, Status, standing_at
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.impact import Decision, Item
from tests.certification import deeds
from tests.certification.conftest import Certify
from tests.conftest import Moment
from tests.page import Page
from tests.security.changes import filled_in
from tests.world import World

SignedInAs = Callable[[str], Page]
# Planted in tests/tree: what rests on each of its two paragraphs, and nothing else does.
SEEING, DOOR = Item("lesson", "basics/seeing"), Item("scenario", "door")
NIGHT = Item("scenario", "night")
SEE, LOOK = Item("question", "q-see"), Item("question", "q-look")
OTHERS = {Item("question", f"q-{name}") for name in ("film", "heap", "pile", "spot")}
CONFIRMED = {SEEING, SEE, LOOK, DOOR, NIGHT} | OTHERS
RECALLED = {SEEING, Item("lesson", "basics/copying")} | {
    Item("question", f"q-{name}")
    for name in ("act", "gaps", "match", "mixed", "number", "order", "text", "true")
}


def decided(*again: Item, reword: tuple[Item, ...] = ()) -> dict[Item, Decision]:
    found = dict.fromkeys(CONFIRMED, Decision.STILL_RIGHT)
    return found | dict.fromkeys(again, Decision.RETEST) | dict.fromkeys(reword, Decision.REWORD)


def announce(
    app: Flask,
    world: World,
    now: Moment,
    decisions: dict[Item, Decision],
    *,
    by: str = "kairat",
    organisation: str = "North",
    days: int = 10,
) -> tuple[uuid.UUID, int]:
    actor = deeds.actor_of(app, world, by)
    with app.app_context(), db.transaction() as session:
        return changing.announce(
            session,
            actor,
            world.ids[organisation],
            "src-confirmed",
            decisions,
            now().date() + timedelta(days=days),
            now=now(),
            library=publishing.current(session),
        )


def learn(
    app: Flask, world: World, now: Moment, desk: Desk, change: uuid.UUID, item: Item, answer: object
) -> bool:
    actor = deeds.actor_of(app, world, "aida")
    with app.app_context(), db.transaction() as session:
        return changing.learn(
            session,
            actor,
            change,
            item,
            answer,
            now=now(),
            library=publishing.current(session),
            keys=desk.keys,
        )


def status_of(app: Flask, serial: str, now: Moment) -> Status:
    with app.app_context():
        return standing_at(histories.every(db.session())[serial], now()).status


def test_the_list_is_the_planted_set_exactly(app: Flask) -> None:
    with app.app_context():
        books = publishing.current(db.session())
    assert set(law.touched(books, "src-confirmed")) == CONFIRMED
    assert set(law.touched(books, "src-recalled")) == RECALLED


def test_it_goes_down_to_open_attempts_and_to_certificates_that_are_not_over(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, tmp_path: object
) -> None:
    mine, of_bota = certified("aida"), certified("bota")
    deeds.revoke(app, world, now, desk, of_bota)
    actor = deeds.actor_of(app, world, "bota")
    with app.app_context(), db.transaction() as session:
        books = publishing.current(session)
        practice = assessment.start(
            session, actor, books, "practice", day=None, client_key=uuid.uuid4(), now=now()
        )
    with app.app_context():
        found = law.impact(db.session(), books, "src-confirmed", now())
        assert found.certificates == (mine,)
        assert found.attempts == (practice,)
        assert found.rules == ("see-count",)
        elsewhere = law.impact(
            db.session(), books, "src-confirmed", now(), [world.ids["South one"]]
        )
        assert (elsewhere.certificates, elsewhere.attempts) == ((), ())
        with pytest.raises(NotThere):
            law.impact(db.session(), books, "no-such-source", now())


def test_the_command_prints_the_same_list(
    app: Flask, certified: Certify, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = certified()
    monkeypatch.setattr(cli, "application", lambda: app)
    with app.app_context():
        printed = CliRunner().invoke(sources, ["changed", "src-confirmed", "--format", "json"])
        found = json.loads(printed.output)
        assert CliRunner().invoke(sources, ["changed", "nothing"]).exit_code == 2
        text = CliRunner().invoke(sources, ["changed", "src-confirmed"]).output
    assert found["lessons"] == ["basics/seeing"]
    assert found["questions"] == sorted(i.id for i in CONFIRMED if i.kind == "question")
    assert found["scenarios"] == ["door", "night"]
    assert found["certificates"] == [serial]
    assert f"  {serial}" in text


def test_only_the_right_people_are_asked_for_only_the_right_things(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    mine, of_bota = certified("aida"), certified("bota")
    deeds.revoke(app, world, now, desk, of_bota)
    change, asked = announce(app, world, now, decided(SEE, reword=(SEEING, LOOK)))
    assert asked == 1
    assert status_of(app, mine, now) is Status.TOP_UP_DUE
    assert status_of(app, of_bota, now) is Status.REVOKED
    with app.app_context():
        found = law.top_up(db.session(), deeds.actor_of(app, world, "aida"), change)
        assert set(found.items) == {SEEING, SEE}  # a reworded question asks for nothing
        for stranger in ("bota", "erik", "tamara"):
            with pytest.raises(NotThere):
                law.top_up(db.session(), deeds.actor_of(app, world, stranger), change)


def test_nothing_to_learn_touches_no_certificate(
    app: Flask, world: World, now: Moment, certified: Certify
) -> None:
    mine = certified()
    assert announce(app, world, now, decided())[1] == 0
    assert status_of(app, mine, now) is Status.VALID


def test_a_certificate_is_never_silently_valid_again(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, page: Page
) -> None:
    serial = certified()
    change, _asked = announce(app, world, now, decided(SEE, reword=(SEEING,)))
    assert "has to learn what changed by 11 March 2026" in page.get(f"/verify/{serial}").text
    now.move(days=11)
    assert status_of(app, serial, now) is Status.TOP_UP_OVERDUE
    assert "has not learned what changed" in page.get(f"/verify/{serial}").text
    with pytest.raises(changing.NotRight):
        learn(app, world, now, desk, change, SEE, "door")
    with pytest.raises(NotThere):
        learn(app, world, now, desk, change, LOOK, ["piles", "hands"])
    assert not learn(app, world, now, desk, change, SEE, "marks")
    assert status_of(app, serial, now) is Status.TOP_UP_OVERDUE
    assert learn(app, world, now, desk, change, SEEING, None)
    assert status_of(app, serial, now) is Status.VALID
    assert "Genuine" in page.get(f"/verify/{serial}").text
    with app.app_context():
        newest = queries.newest_list(db.session())
        place = db.session().get_one(Certificate, serial).status_index
        asked = sa.select(CertificateEvent.kind).order_by(CertificateEvent.number)
        rows = db.session().scalars(asked).all()
    assert newest is not None
    assert place not in lists.verify(newest.body.decode(), desk.keys.public).revoked
    assert rows == ["top-up-asked", "topped-up"]
    assert learn(app, world, now, desk, change, SEEING, None), "again changes nothing"


def test_a_scenario_is_played_again_after_the_change(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    certified()
    change, _asked = announce(app, world, now, decided(DOOR))
    with pytest.raises(changing.NotRight):
        learn(app, world, now, desk, change, DOOR, None)  # passed, but before


def test_who_may_announce_and_what(
    app: Flask, world: World, now: Moment, certified: Certify
) -> None:
    certified()
    for stranger in ("tamara", "aida", "arman"):
        with pytest.raises(NotYours):
            announce(app, world, now, decided(), by=stranger)
    with pytest.raises(NotYours):
        announce(app, world, now, decided(), organisation="South")
    with pytest.raises(TooLate):
        announce(app, world, now, {SEE: Decision.RETEST})
    for days in (-1, 366):
        with pytest.raises(ValueError, match="day"):
            announce(app, world, now, decided(), days=days)


def test_pages_announce_and_let_the_holder_learn(
    app: Flask, now: Moment, certified: Certify, signed_in_as: SignedInAs
) -> None:
    certified()
    coordinator = signed_in_as("kairat").get("/law-changes/")
    assert "src-confirmed" in coordinator.text
    fields = filled_in() | {"sure": ""}
    coordinator.get("/law-changes/src-confirmed")
    coordinator.post("/law-changes/src-confirmed", fields, status=422)
    assert "Say that you are sure." in coordinator.text
    assert 'value="2026-03-20"' in coordinator.html
    coordinator.post("/law-changes/src-confirmed", fields | {"sure": "yes"})
    assert "1 certificate is now valid, top-up due." in coordinator.text
    trainee = signed_in_as("aida").get("/my/")
    assert "Valid, top-up due by 20 March 2026" in trainee.text
    with app.app_context():
        change = db.session().scalar(sa.select(CertificateEvent.change))
    address = f"/my/top-ups/{change}"
    trainee.get(address)
    assert "2 things are left." in trainee.text
    wrong = {"kind": "question", "item": "q-see", "answer": "door"}
    trainee.post(address, wrong, status=422)
    assert "Not right yet." in trainee.text
    trainee.post(address, {"kind": "question", "item": "q-see"}, status=422)
    trainee.post(address, wrong | {"answer": "marks"})
    assert "1 thing is left." in trainee.text
    trainee.post(address, {"kind": "lesson", "item": "basics/seeing"})
    assert "Your certificate is valid." in trainee.text
    trainee.post(address, {"kind": "lesson", "item": "basics/copying"}, status=404)
    signed_in_as("bota").get(address, status=404)


def test_what_is_not_decided_by_itself_is_decided_with_all_others(
    app: Flask, now: Moment, certified: Certify, signed_in_as: SignedInAs
) -> None:
    certified()
    coordinator = signed_in_as("kairat").get("/law-changes/src-confirmed")
    assert 'href="/questions/q-see"' in coordinator.html
    given = {"due": "2026-03-20", "sure": "yes", "question-q-see": "retest"}
    coordinator.post("/law-changes/src-confirmed", given, status=422)
    assert "Decide about each" in coordinator.text
    coordinator.post("/law-changes/src-confirmed", {**given, "others": "still-right"})
    assert "1 certificate is now valid, top-up due." in coordinator.text
    with app.app_context():
        decisions = law.decisions_of(db.session(), _only_change())
    assert decisions == decided(SEE)


def _only_change() -> uuid.UUID:
    return uuid.UUID(db.session().scalar(sa.select(CertificateEvent.change).limit(1)))


def test_a_change_that_was_announced_by_mistake_is_taken_back(
    app: Flask, world: World, now: Moment, certified: Certify, signed_in_as: SignedInAs
) -> None:
    serial = certified()
    change, _asked = announce(app, world, now, decided(SEE))
    coordinator = signed_in_as("kairat").get("/law-changes/")
    assert "0 of 1 certificate has been brought up to it." in coordinator.text
    # It holds all the same, and its trainer sees what is due.
    cohort = f"/cohorts/{world.ids['North one']}"
    trainer = signed_in_as("tamara").get(cohort)
    assert "valid, top-up due" in trainer.text
    assert "Certified 1" in trainer.text
    assert (
        "Has to learn what changed in the law within 10 days."
        in trainer.get(f"{cohort}/today").text
    )
    now.move(days=11)
    trainer, coordinator = signed_in_as("tamara"), signed_in_as("kairat")
    assert "Has missed the day" in trainer.get(f"{cohort}/today").text
    assert "top-up overdue" in trainer.get(cohort).text
    assert "Ready to be certified 0" in trainer.text
    coordinator.get("/law-changes/").submit("/take-back")
    assert "1 certificate has nothing to learn any more." in coordinator.text
    assert "taken back" in coordinator.text
    assert "top-up" not in trainer.get(cohort).text
    signed_in_as("aida").get(f"/my/top-ups/{change}", status=404)
    with app.app_context():
        assert not [flaw for flaw in auditing.audit(db.session()) if flaw.serial == serial]
    coordinator.post(f"/law-changes/announced/{change}/take-back", status=409)


def test_a_top_up_that_nobody_took_back_is_found_by_the_auditor(
    app: Flask, world: World, now: Moment, certified: Certify
) -> None:
    serial = certified()
    change, _asked = announce(app, world, now, decided(SEE))
    with app.app_context(), db.transaction() as session:
        row = session.get_one(Certificate, serial)
        ending.add_event(
            session,
            row,
            Kind.TOP_UP_WAIVED,
            actor=world.actor("kairat"),
            now=now(),
            change=str(change),
        )
    with app.app_context():
        (flaw,) = [found for found in auditing.audit(db.session()) if "top-up" in found.what]
    assert flaw.serial == serial
