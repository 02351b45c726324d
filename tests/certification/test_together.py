"""Many certified at once: chosen, confirmed, worked off once however often it is broken off."""

from __future__ import annotations

import io
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db, trail
from lms.certification import actions, auditing, together, tokens, working
from lms.certification.making import Desk
from lms.certification.models import BatchPerson, Certificate, CertificateBatch
from lms.certification.together import Wish
from lms.domain.errors import NotThere, NotYours
from lms.domain.permissions import Role
from lms.privacy import vault
from tests.certification import deeds
from tests.certification.conftest import Certify, Ready
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

SignedInAs = Callable[[str], Page]
MANY = tuple(f"learner-{number}" for number in range(5))


@pytest.fixture
def many(world: World, ready: Ready) -> dict[str, uuid.UUID]:
    """Five who are ready, beside Aida (ready) and Bota (without an exam)."""
    for login in MANY:
        world.add_person(login, Role.TRAINEE, "North one")
        ready(login)
    ready("aida")
    ready("bota", but="exam")
    return {login: world.ids[login] for login in (*MANY, "aida", "bota")}


@pytest.fixture
def drawn_up(app: Flask, world: World, now: Moment) -> Callable[..., uuid.UUID]:
    """A confirmed batch of these people of North one; returns its id."""

    def draw(people: dict[str, uuid.UUID], by: str = "tamara") -> uuid.UUID:
        actor, cohort = world.actor(by), world.ids["North one"]
        wishes = [Wish(id_, f"{login.title()} Қ.", "en") for login, id_ in people.items()]
        with app.app_context(), db.transaction() as session:
            found = together.draw_up(
                session, actor, cohort, "training", wishes, now=now(), vault=vault()
            )
            together.begin(session, actor, cohort, found, now=now())
        return found

    return draw


def outcomes(app: Flask, world: World, batch: uuid.UUID) -> dict[str, tuple[str | None, ...]]:
    names = {id_: login for login, id_ in world.ids.items()}
    with app.app_context():
        rows = db.session().scalars(sa.select(BatchPerson).where(BatchPerson.batch_id == batch))
        return {names[row.account_id]: (row.outcome, row.problem) for row in rows}


def certificates(app: Flask) -> list[Certificate]:
    with app.app_context():
        asked = sa.select(Certificate).execution_options(scope="all")
        return list(db.session().scalars(asked))


def test_everybody_who_is_ready_is_certified_and_the_others_are_told_why(
    app: Flask,
    world: World,
    desk: Desk,
    many: dict[str, uuid.UUID],
    drawn_up: Callable[..., uuid.UUID],
) -> None:
    batch = drawn_up(many)
    with app.app_context():
        assert working.go_on(batch, desk) == 7
        found = outcomes(app, world, batch)
        assert found.pop("bota") == ("failed", "missing")
        assert set(found.values()) == {("issued", None)}
        # The names were printed and signed over, and are forgotten.
        asked = sa.select(BatchPerson.name_sealed).where(BatchPerson.batch_id == batch)
        assert set(db.session().scalars(asked)) == {None}
        assert auditing.audit(db.session()) == []
        deeds_done = sa.select(sa.func.count()).where(trail.Entry.deed == "certify")
        assert db.session().scalar(deeds_done) == 6
    for row in certificates(app):
        login = {id_: name for name, id_ in many.items()}[row.account_id]
        claims = tokens.claims_of(deeds.token_of(app, desk, row.serial))
        assert claims.names(f"{login.title()} Қ.")
        assert row.language == "en"


def test_work_that_was_killed_anywhere_goes_on_and_certifies_nobody_twice(
    app: Flask,
    world: World,
    desk: Desk,
    now: Moment,
    many: dict[str, uuid.UUID],
    drawn_up: Callable[..., uuid.UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed before drawing, before writing, and between writing and committing."""
    batch, real = drawn_up(many), actions.certify
    killed: list[str] = []

    class Killed(BaseException):
        pass

    def broken(where: str) -> Callable[..., object]:
        def deed(*given: object, **named: object) -> object:
            if where not in killed:
                killed.append(where)
                if where == "after":
                    real(*given, **named)  # type: ignore[arg-type]  # what the work gave
                raise Killed
            return real(*given, **named)  # type: ignore[arg-type]  # the same

        return deed

    for where in ("before", "after"):
        monkeypatch.setattr(actions, "certify", broken(where))
        with app.app_context(), pytest.raises(Killed):
            working.go_on(batch, desk)
        with app.app_context():
            assert working.go_on(batch, desk) == 0  # it may still be alive
        now.at += working.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(actions, "certify", real)
    with app.app_context():
        assert together.unfinished(db.session()) == [batch]
        working.go_on(batch, desk)
        assert together.unfinished(db.session()) == []
        assert auditing.audit(db.session()) == []
    assert killed == ["before", "after"]
    assert len(certificates(app)) == 6


def test_two_trainers_with_the_same_people_make_one_certificate_each(
    app: Flask,
    world: World,
    desk: Desk,
    many: dict[str, uuid.UUID],
    drawn_up: Callable[..., uuid.UUID],
) -> None:
    world.add_person("tolegen", Role.TRAINER, "North one")
    batches = [drawn_up(many), drawn_up(many, by="tolegen"), drawn_up(many)]

    def work(batch: uuid.UUID) -> None:
        with app.app_context():
            working.go_on(batch, desk)

    threads = [threading.Thread(target=work, args=(one,)) for one in (*batches, *batches)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(certificates(app)) == 6
    told = [outcomes(app, world, batch) for batch in batches]
    for login in many:
        if login != "bota":
            assert sorted(str(one[login][0]) for one in told) == ["issued", "there", "there"]


def test_who_loses_the_right_to_certify_meanwhile_certifies_nobody_more(
    app: Flask,
    world: World,
    desk: Desk,
    now: Moment,
    many: dict[str, uuid.UUID],
    drawn_up: Callable[..., uuid.UUID],
) -> None:
    from lms.accounts import actions as accounts

    batch = drawn_up(many)
    with app.app_context(), db.transaction() as session:
        accounts.suspend(session, None, world.ids["tamara"], now=now())
    with app.app_context():
        working.go_on(batch, desk)
    assert set(outcomes(app, world, batch).values()) == {("failed", "not-yours")}
    assert certificates(app) == []


def test_one_whose_name_cannot_be_printed_stops_nobody_else(
    app: Flask, world: World, now: Moment, desk: Desk, many: dict[str, uuid.UUID]
) -> None:
    actor, cohort = world.actor("tamara"), world.ids["North one"]
    wishes = [Wish(many["aida"], "漢字 भाषा", "en"), Wish(many[MANY[0]], "Plain", "en")]
    with app.app_context():
        with db.transaction() as session:
            batch = together.draw_up(
                session, actor, cohort, "training", wishes, now=now(), vault=vault()
            )
            together.begin(session, actor, cohort, batch, now=now())
        working.go_on(batch, desk)
    assert outcomes(app, world, batch) == {
        "aida": ("failed", "letters"),
        MANY[0]: ("issued", None),
    }


def test_a_batch_belongs_to_those_who_certify_in_its_cohort(
    app: Flask, world: World, now: Moment, many: dict[str, uuid.UUID]
) -> None:
    wish = [Wish(many["aida"], "Aida", "en")]
    cohort = world.ids["North one"]
    with app.app_context(), db.transaction() as session:
        for login, refusal in (("kairat", NotYours), ("timur", NotThere)):
            with pytest.raises(refusal):
                together.draw_up(
                    session,
                    world.actor(login),
                    cohort,
                    "training",
                    wish,
                    now=now(),
                    vault=vault(),
                )
        stranger = [Wish(world.ids["dana"], "Dana", "en")]
        with pytest.raises(NotThere):
            together.draw_up(
                session,
                world.actor("tamara"),
                cohort,
                "training",
                stranger,
                now=now(),
                vault=vault(),
            )


def test_a_draft_that_nobody_confirmed_is_forgotten_with_its_names(
    app: Flask, world: World, now: Moment, many: dict[str, uuid.UUID]
) -> None:
    actor, cohort = world.actor("tamara"), world.ids["North one"]
    wish = [Wish(many["aida"], "Aida", "en")]
    for _time in range(2):
        with app.app_context(), db.transaction() as session:
            together.draw_up(session, actor, cohort, "training", wish, now=now(), vault=vault())
        now.move(days=2)
    with app.app_context():
        kept = sa.select(CertificateBatch).where(CertificateBatch.cohort_id == cohort)
        assert len(list(db.session().scalars(kept))) == 1


def test_pages_choose_confirm_show_the_progress_and_hand_over_the_files(
    app: Flask,
    world: World,
    desk: Desk,
    many: dict[str, uuid.UUID],
    certified: Certify,
    signed_in_as: SignedInAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without script: the page looks again by itself, and somebody who looks sees the truth."""
    begun: list[uuid.UUID] = []
    monkeypatch.setattr(working, "start", lambda _app, batch, _desk: begun.append(batch))
    cohort = f"/cohorts/{world.ids['North one']}"
    trainer = signed_in_as("tamara").get(cohort).get(f"{cohort}/certify")
    assert "6 people can be certified now" in trainer.text
    assert "1 person cannot be certified yet" in trainer.text
    assert "Not passed" in trainer.text
    trainer.submit("/certify", {"who": [], "purpose": "training"}, status=422)
    assert "Choose at least one person." in trainer.text
    chosen = [str(many[login]) for login in (*MANY[:3], "aida")]
    names = {f"name-{many['aida']}": "  "}
    trainer.get(f"{cohort}/certify").submit("/certify", {"who": chosen, **names}, status=422)
    assert "type a name" in trainer.text
    names = {f"name-{many['aida']}": "Аида <Қ>"}
    trainer.submit("/certify", {"who": chosen, **names, "language": "en"})
    assert "Аида &lt;Қ&gt;" in trainer.html
    assert "Certify 4 people?" in trainer.text
    assert "Ready, but left out by you 2" in trainer.text
    assert certificates(app) == []
    trainer.submit("/certify/")
    assert "Not at work at the moment" in trainer.text
    assert trainer.answer.headers["Refresh"] == "2"
    assert "0 of 4" in trainer.text
    trainer.get(f"{trainer.path}?still=1")
    assert "Refresh" not in trainer.answer.headers
    trainer.submit("/go-on")
    assert begun == [begun[0]] * 2
    with app.app_context():
        working.go_on(begun[0], desk)
    trainer.get(trainer.path)
    assert "Everybody has their certificate." in trainer.text
    assert "Refresh" not in trainer.answer.headers
    rows = trainer.get(f"{trainer.path}?format=csv").answer.text
    assert rows.count('"issued"') == 4
    archive = trainer.get(f"{trainer.path}/files").answer.data
    with ZipFile(io.BytesIO(archive)) as files:
        assert len(files.namelist()) == 4
        assert files.testzip() is None
        assert all(files.read(name).startswith(b"%PDF") for name in files.namelist())


def test_the_work_goes_on_beside_the_page(
    app: Flask,
    world: World,
    many: dict[str, uuid.UUID],
    signed_in_as: SignedInAs,
) -> None:
    before = set(threading.enumerate())
    trainer = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/certify")
    trainer.submit("/certify", {"who": [str(many["aida"])]}).submit("/certify/")
    for thread in set(threading.enumerate()) - before:
        thread.join()
    trainer.get(trainer.path)
    assert "1 certificate issued" in trainer.text
