"""A world in which everything that can be looked at belongs to somebody.

Built once for each test process through the deeds that people use, then put back row by row before
each test that wants it: the matrix and the bad input change whatever they are let change.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from lms import db, schema
from lms.accounts import actions as accounts
from lms.accounts import signing_in
from lms.accounts.models import Account
from lms.assessment import actions as assessment
from lms.assessment import sittings
from lms.assessment.models import Essay, Repair
from lms.calibration import actions as calibration
from lms.certification import actions as certification
from lms.certification import ending, nameless
from lms.certification.keys import keyring, new_key
from lms.content import publishing
from lms.content.models import PublishedFile
from lms.counts import actions as counts
from lms.domain.permissions import Place, Role
from lms.drills import actions as drills
from lms.learning import actions as learning
from lms.panels import actions as panels
from lms.privacy import vault
from lms.web.assets import asset
from tests.security import batches, decisions, joint, reviewing, rooms
from tests.world import World

COOKIE = "handbook"
# What was published is the same in every test and never changes.
CONTENT = {"documents", "published_files", "releases", "release_items"}
LEARNERS = ("aida", "bota", "dana", "erik", "oleg", "tamara")
CERTIFIED = {
    "aida": ("North one", "tamara"),
    "dana": ("North two", "timur"),
    "erik": ("South one", "saule"),
    "oleg": ("Members 17", "vera"),
}
MORE_PEOPLE = (
    ("vera", Role.TRAINER, "Members 17"),
    ("sultan", Role.TRAINEE, "North one"),
)
ANONYMOUS = "anonymous"
SUSPENDED = "sultan"


@dataclass
class Seeded:
    """The seeded world: ``ids`` by name, a signed-in cookie and a form token for each person."""

    app: Flask
    ids: dict[str, str]
    cookies: dict[str, str]
    tokens: dict[str, str]
    secret: str = World.secret
    people: tuple[str, ...] = field(default=())

    def client(self, login: str) -> FlaskClient:
        """The browser of one of the people, or of nobody (``anonymous``)."""
        client = self.app.test_client()
        client.set_cookie(COOKIE, self.cookies[login], domain="localhost")
        return client

    def address(self, pattern: str) -> str:
        """``/cohorts/<North one>`` with the id in place of the name."""
        return re.sub(r"<([^<>]+)>", lambda found: self.ids[found.group(1)], pattern)


def build(app: Flask, now: datetime) -> tuple[Seeded, dict[str, list[dict[str, Any]]]]:
    """Make the world in an empty database; give it, and all its rows."""
    folder = app.config["LMS_SETTINGS"].keys
    if keyring(folder).issuing is None:
        new_key(folder, now)
    world = World(app, now)
    for login, role, cohort in MORE_PEOPLE:
        world.add_person(login, role, cohort)
    with app.app_context(), db.transaction() as session:
        world.person(session, "zhan", Role.COORDINATOR, Place(world.ids["South"]))
    seeded = Seeded(app, {name: str(found) for name, found in world.ids.items()}, {}, {})
    seeded.people = ("aida", "bota", "dana", "erik", "tamara", "timur", "saule", "vera")
    seeded.people += ("kairat", "zhan", "oleg", "asel", "arman")
    with app.app_context():
        _invite(seeded, world, now)
        for login in LEARNERS:
            _learn(seeded, world, login, now)
        _judge(seeded, world, now)
        for login, (cohort, trainer) in CERTIFIED.items():
            _certify(seeded, world, login, cohort, trainer, now)
        _draw_codes(seeded, world, "erik", now)
        decisions.correct(seeded, world, now)
        decisions.hand_in(seeded, world, now)
        decisions.change_law(seeded, world, now)
        batches.draw_up(seeded, world, now)
        with db.transaction() as session:
            suspended = seeded.ids["certificate of erik"]
            actor, keys = world.actor("saule"), keyring(folder)
            ending.suspend(session, actor, suspended, "inquiry", now=now, keys=keys)
    with app.app_context():
        rooms.fill(seeded, world, now)
        joint.fill(seeded, world, now)
        reviewing.fill(seeded, world, now)
    for login in (ANONYMOUS, *seeded.people, SUSPENDED):
        _sign_in(seeded, world, login, now)
    with app.app_context(), db.transaction() as session:
        accounts.suspend(session, None, world.ids[SUSPENDED], now=now)
    with app.app_context():
        pictures = sa.select(PublishedFile.digest, PublishedFile.name)
        picture = db.session().execute(pictures.where(PublishedFile.name == "room.svg")).one()
    seeded.ids |= {
        "style sheet": asset("house.css"),
        "picture": f"/content-files/{picture.digest[:12]}/{picture.name}",
        "nobody": str(uuid.uuid4()),
        "no serial": "0123456789ABCDEFGHJKMNPQRS",
    }
    return seeded, rows_of(app)


def _judge(seeded: Seeded, world: World, now: datetime) -> None:
    """Everybody who learns has judged the incidents; each organisation has an open panel."""
    books = publishing.current(db.session())
    given = {entry["id"]: "violation" for entry in books.incidents["room"]["incidents"]}
    with db.transaction() as session:
        for login in LEARNERS:
            calibration.judge(
                session, world.actor(login), "room", given, release_id=books.published, now=now
            )
        for organisation, coordinator in (("North", "kairat"), ("South", "zhan")):
            panel = panels.open_panel(
                session,
                world.actor(coordinator),
                world.ids[organisation],
                books,
                "exam",
                now=now,
            )
            seeded.ids[f"panel of {organisation}"] = str(panel)


def _invite(seeded: Seeded, world: World, now: datetime) -> None:
    """``nadia`` of North one and ``olzhas`` of North two have cards and have not joined yet."""
    for login, cohort in (("nadia", "North one"), ("olzhas", "North two")):
        with db.transaction() as session:
            account = accounts.add_account(
                session, vault=vault(), language="kk", name=f"{login.title()} Card"
            )
            accounts.add_role(session, account.id, Role.TRAINEE, world.place(cohort), now=now)
            code = accounts.invite(
                session,
                role=Role.TRAINEE,
                place=world.place(cohort),
                issuer=None,
                account_id=account.id,
                now=now,
            )
        seeded.ids[login] = str(account.id)
        seeded.ids[f"code of {login}"] = str(code)


def _learn(seeded: Seeded, world: World, login: str, now: datetime) -> None:
    """Everything done once, and one attempt and one run left open."""
    actor, books = world.actor(login), publishing.current(db.session())
    with db.transaction() as session:
        for lesson in ("basics/seeing", "basics/copying"):
            learning.finish_lesson(session, actor, lesson, now=now)
        done = _sit(session, actor, books, "exam", now, finished=True)
        seeded.ids[f"exam of {login}"] = str(done)
        seeded.ids[f"attempt of {login}"] = str(
            _sit(session, actor, books, "practice", now, finished=False)
        )
        seeded.ids[f"repair of {login}"] = _repair(session, actor, books, done, now)
        seeded.ids[f"essay of {login}"] = _essay(session, actor, books, now)
        seeded.ids[f"abandoned of {login}"] = _abandoned(session, actor, books, now)
        for name, path in (("play of", ("best",)), ("run of", ())):
            run_id = drills.start(session, actor, books, "door", seed=0, now=now)
            seeded.ids[f"{name} {login}"] = str(run_id)
            if path:
                for step, (_scene, choice) in enumerate(books.scenarios["door"]["best_path"]):
                    drills.choose(
                        session, actor, run_id, choice, step=step, client_key=uuid.uuid4(), now=now
                    )
        counted = counts.start(
            session, actor, books, "night", certifying=False, draw=lambda: 7, now=now
        )
        seeded.ids[f"count of {login}"] = str(counted)
        night = drills.start(session, actor, books, "night", seed=0, timed=login == "aida", now=now)
        seeded.ids[f"{'timed' if login == 'aida' else 'paper'} run of {login}"] = str(night)
        for step, choice in enumerate(("phone", "said") if login != "aida" else ()):
            drills.choose(
                session, actor, night, choice, step=step, client_key=uuid.uuid4(), now=now
            )
        learning.sign_pledge(
            session,
            actor,
            "basic-observer",
            release_id=books.release,
            language="en",
            now=now,
        )


def _sit(
    session: Any, actor: Any, books: Any, slug: str, now: datetime, *, finished: bool
) -> uuid.UUID:
    attempt_id = assessment.start(
        session, actor, books, slug, day=None, client_key=uuid.uuid4(), now=now
    )
    if not finished:
        return attempt_id
    for question_id in sittings.own(session, actor, attempt_id).attempt.questions:
        assessment.keep_answer(
            session,
            actor,
            attempt_id,
            question_id,
            books.questions[question_id].right_answer,
            seen=0,
            client_key=uuid.uuid4(),
            now=now,
        )
    assessment.finish(session, actor, attempt_id, client_key=uuid.uuid4(), now=now)
    return attempt_id


def _repair(session: Any, actor: Any, books: Any, attempt: uuid.UUID, now: datetime) -> str:
    """Something to mend, as an exam with repair leaves it behind."""
    row = Repair(
        account_id=actor.id,
        attempt_id=attempt,
        quiz="exam",
        rule="see-count",
        release_id=books.published,
        met=["q-see"],
        question="q-look",
        order={"options": ["piles", "hands", "ceiling"]},
        misses=0,
        state="open",
        at=now,
    )
    session.add(row)
    session.flush()
    return str(row.id)


def _essay(session: Any, actor: Any, books: Any, now: datetime) -> str:
    """A text that was handed in and waits for its two markers."""
    attempt = assessment.start(
        session, actor, books, "more-text", day=None, client_key=uuid.uuid4(), now=now
    )
    assessment.keep_answer(
        session,
        actor,
        attempt,
        "q-act",
        "At 21:40 the chair moved the box.",
        seen=0,
        client_key=uuid.uuid4(),
        now=now,
    )
    assessment.finish(session, actor, attempt, client_key=uuid.uuid4(), now=now)
    found = session.scalar(sa.select(Essay.id).where(Essay.attempt_id == attempt))
    return str(found)


def _abandoned(session: Any, actor: Any, books: Any, now: datetime) -> str:
    """An exam that was begun an hour ago and that nobody handed in."""
    earlier = now - timedelta(hours=1)
    attempt = assessment.start(
        session, actor, books, "more-exam", day=None, client_key=uuid.uuid4(), now=earlier
    )
    assessment.close(session, attempt, now=now)
    return str(attempt)


def _certify(
    seeded: Seeded, world: World, login: str, cohort: str, trainer: str, now: datetime
) -> None:
    from lms.certification.room import desk

    actor, books = world.actor(trainer), publishing.current(db.session())
    prepared = certification.prepare(
        db.session(),
        actor,
        world.ids[login],
        world.ids[cohort],
        "training",
        f"{login.title()} Printed",
        "en",
        now=now,
        library=books,
        desk=desk(),
    )
    with db.transaction() as session:
        issued = certification.certify(
            session, actor, prepared, now=now, library=books, desk=desk()
        )
    seeded.ids[f"certificate of {login}"] = issued.serial


def _sign_in(seeded: Seeded, world: World, login: str, now: datetime) -> None:
    """Sign in as a browser does; leave a second session of the same person beside it."""
    client = seeded.app.test_client()
    token = token_of(client.get("/sign-in").get_data(as_text=True))
    if login != ANONYMOUS:
        fields = {"csrf_token": token, "login": login, "secret": seeded.secret}
        assert client.post("/sign-in", data=fields).status_code == 303
        token = token_of(client.get("/what-we-keep").get_data(as_text=True))
        with seeded.app.app_context(), db.transaction() as session:
            account = session.get_one(Account, world.ids[login])
            spare = signing_in.begin_session(
                session, signing_in.signer_of(account), now=now - timedelta(minutes=1)
            )
            row = session.scalar(
                sa.text("SELECT id FROM device_sessions WHERE digest = :digest").columns(
                    id=sa.Uuid()
                ),
                {"digest": hashlib.sha256(spare.session_secret.encode()).digest()},
            )
        seeded.ids[f"session of {login}"] = str(row)
    cookie = client.get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    seeded.cookies[login], seeded.tokens[login] = cookie.value, token


def token_of(html: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found, "no form token on this page"
    return found.group(1)


# --- all rows ------------------------------------------------------------------------------------


def _tables() -> list[sa.Table]:
    return [table for table in schema.metadata.sorted_tables if table.name not in CONTENT]


def rows_of(app: Flask) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that people write to."""
    found = {}
    with app.app_context(), db.database().engine.connect() as connection:
        for table in _tables():
            everything = sa.select(table).execution_options(scope="all")  # the test compares all
            found[table.name] = [dict(row._mapping) for row in connection.execute(everything)]
    return found


def put_back(app: Flask, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Make the tables hold exactly these rows."""
    with app.app_context(), db.database().transaction() as session:
        for table in reversed(_tables()):
            session.execute(sa.delete(table))
        for table in _tables():
            if rows[table.name]:
                session.execute(sa.insert(table), rows[table.name])


def changed(
    before: Mapping[str, list[dict[str, Any]]], after: Mapping[str, list[dict[str, Any]]]
) -> set[tuple[str, str]]:
    """(table, column) of all that differs; a row that came or went counts as column ``*``."""
    found = set()
    for table in _tables():
        keys = [column.name for column in table.primary_key.columns]
        old = {tuple(row[k] for k in keys): row for row in before[table.name]}
        new = {tuple(row[k] for k in keys): row for row in after[table.name]}
        if old.keys() != new.keys():
            found.add((table.name, "*"))
        for key in old.keys() & new.keys():
            found |= {(table.name, name) for name in old[key] if old[key][name] != new[key][name]}
    return found


def _draw_codes(seeded: Seeded, world: World, login: str, now: datetime) -> None:
    from lms.certification.room import desk

    serial, name = seeded.ids[f"certificate of {login}"], f"{login.title()} Printed"
    with db.transaction() as session:
        nameless.draw(session, world.actor(login), serial, name, now=now, desk=desk())
