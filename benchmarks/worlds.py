"""A throwaway instance with the real content and as many invented people as a row needs.

The rows of many people are written straight into the tables, in bulk; what they say is what the
deeds of the product would have written. Sessions are rows as well: signing in is a row of its own.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import Flask

from benchmarks import people
from benchmarks.people import ELECTION, PROGRAMME
from lms import clock, config, create_app, db, schema
from lms.accounts import secrets
from lms.accounts.models import Account, DeviceSession, RoleHeld
from lms.accounts.queries import digest_of
from lms.assessment.models import Attempt, Step
from lms.certification.keys import new_key
from lms.cohorts.models import Cohort, Organisation
from lms.content import publishing
from lms.content.compiling import compile_tree
from lms.content.library import Library
from lms.deployment.models import Election
from lms.domain import attempts as domain
from lms.domain.permissions import Role
from lms.privacy import vault

SECRET = "bado-kite-lomu-resa-nivo"
BATCH = 20_000


@dataclass(frozen=True)
class Visitor:
    """A signed-in person: the cookie of their browser, and the token that its forms carry."""

    id: uuid.UUID
    login: str
    cookie: str
    token: str
    bare: str  # the cookie by which the floor knows the same session


@dataclass
class World:
    """One instance. ``cohorts`` maps a name to (id, its people in order)."""

    folder: Path
    settings: config.Settings
    app: Flask
    now: datetime
    organisation: uuid.UUID
    election: uuid.UUID
    cohorts: dict[str, tuple[uuid.UUID, list[uuid.UUID]]] = field(default_factory=dict)
    database_url: str | None = None

    @property
    def environ(self) -> dict[str, str]:
        return environ_of(self.folder, self.database_url)

    @property
    def database(self) -> Path:
        return self.folder / "lms.sqlite"

    def library(self) -> Library:
        with self.app.app_context():
            return publishing.current(db.session())


def environ_of(folder: Path, database_url: str | None = None) -> dict[str, str]:
    found = {"LMS_INSTANCE": str(folder), "LMS_WORKERS": "2", "LMS_DEMO": "no"}
    return {**found, "LMS_DATABASE_URL": database_url} if database_url else found


@contextmanager
def _own_database(server: str | None) -> Iterator[str | None]:
    """A database of this run on a PostgreSQL server, dropped afterwards; None for SQLite."""
    if server is None:
        yield None
        return
    name = f"lms_benchmark_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


@contextmanager
def new_world(server: str | None = None) -> Iterator[World]:
    """The real content published, one organisation, one election, and nobody yet.

    On SQLite, or in a database of its own on the PostgreSQL ``server``.
    """
    with _own_database(server) as url, tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name) / "product"
        folder.mkdir(mode=0o700)
        config.create_secrets(folder)
        settings = config.load(environ_of(folder, url))
        new_key(settings.keys, clock.now())
        app = create_app(settings)
        with app.app_context():
            schema.metadata.create_all(db.database().engine)
            compiled = compile_tree(settings.content)
            assert not compiled.problems, [str(problem) for problem in compiled.problems]
            with db.transaction() as session:
                publishing.publish(session, compiled.documents, compiled.files, now=clock.now())
                organisation = Organisation(name="Steppe Lights", kind="observers")
                session.add(organisation)
                session.flush()
                election = Election(
                    organisation_id=organisation.id, name="Early election", held_on=ELECTION
                )
                session.add(election)
                session.flush()
            found = World(
                folder, settings, app, clock.now(), organisation.id, election.id, database_url=url
            )
        yield found
        with app.app_context():
            db.database().engine.dispose()


def twin(world: World) -> dict[str, str]:
    """A copy of the instance for the floor, so that both begin with the same rows."""
    folder = world.folder.parent / "floor"
    if folder.exists():
        shutil.rmtree(folder)
    with world.app.app_context(), db.database().engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    with world.app.app_context():
        # Closing a file gives up all locks that this process has on it, those of SQLite too.
        db.database().engine.dispose()
    shutil.copytree(world.folder, folder)
    return environ_of(folder)


def add_cohort(
    world: World, name: str, size: int, *, done: bool = True, rules: int | None = None
) -> uuid.UUID:
    """A cohort of people at every stage, from those just joined to those who have done all.

    With ``done=False`` all of them have just joined. ``rules`` limits how many rules each has
    shown something of.
    """
    random = Random(name)
    with world.app.app_context(), db.transaction() as session:
        cohort = Cohort(
            organisation_id=world.organisation,
            name=name,
            programme=PROGRAMME,
            election_id=world.election,
            created_on=world.now.date(),
        )
        session.add(cohort)
        session.flush()
        everybody = [uuid.UUID(int=random.getrandbits(128), version=4) for _ in range(size)]
        hashed = secrets.hash_secret(SECRET)
        for first in range(0, size, BATCH):
            part = everybody[first : first + BATCH]
            people.accounts(
                session, world.organisation, name, cohort.id, part, first, hashed, world.now
            )
            if done:
                people.progress(session, world.now, part, random, rules)
        world.cohorts[name] = (cohort.id, everybody)
        return cohort.id


def add_trainer(world: World, cohorts: list[str], login: str = "trainer") -> Visitor:
    """A trainer of these cohorts, signed in."""
    person = uuid.uuid4()
    with world.app.app_context(), db.transaction() as session:
        key = vault().new_person_key(person)
        session.add(Account(id=person, login=login, login_skeleton=login, person_key=key))
        session.flush()
        for name in cohorts:
            session.add(
                RoleHeld(
                    account_id=person,
                    role=Role.TRAINER,
                    organisation_id=world.organisation,
                    cohort_id=world.cohorts[name][0],
                    since=world.now.date(),
                )
            )
    return visitors(world, [person])[0]


def visitors(world: World, persons: list[uuid.UUID]) -> list[Visitor]:
    """These people, each signed in on one browser."""
    found, now = [], datetime.now(UTC)
    with world.app.test_request_context():
        signer = world.app.session_interface.get_signing_serializer(world.app)  # type: ignore[attr-defined]  # Flask's own
        from flask import g
        from flask import session as cookie
        from flask_wtf.csrf import generate_csrf

        with db.transaction() as session:
            logins = dict(
                session.execute(
                    sa.select(Account.id, Account.login).where(Account.id.in_(persons))
                ).all()
            )
            for person in persons:
                secret = f"session-{uuid.uuid4().hex}"
                session.add(
                    DeviceSession(
                        digest=digest_of(secret),
                        account_id=person,
                        began_at=now,
                        seen_at=now,
                        expires_at=now + timedelta(days=2),
                    )
                )
                g.pop("csrf_token", None)
                cookie.clear()
                token = generate_csrf()
                value = signer.dumps({**cookie, "_user_id": secret, "_fresh": True})
                name = world.app.config["SESSION_COOKIE_NAME"]
                found.append(
                    Visitor(
                        person,
                        logins[person] or "",
                        f"{name}={value}",
                        token,
                        f"{name}={secret}",
                    )
                )
    return found


def open_attempts(world: World, quiz: str, persons: list[uuid.UUID]) -> list[uuid.UUID]:
    """One open attempt at a quiz for each of these people, drawn as the product draws."""
    books, now, random = world.library(), datetime.now(UTC), Random(7)
    needed = sum(line["count"] for line in books.quizzes[quiz]["draw"])
    questions = random.sample(sorted(books.questions), needed)
    attempts, steps = [], []
    for person in persons:
        first = domain.begin([books.questions[q] for q in questions], random, minutes=600, at=now)
        attempt = uuid.uuid4()
        attempts.append(
            {
                "id": attempt,
                "account_id": person,
                "quiz": quiz,
                "quiz_kind": "exam",
                "release_id": books.release,
                "clock": ELECTION.isoformat(),
                "started_at": now,
                "deadline": now + timedelta(minutes=600),
                "finished_at": None,
            }
        )
        steps.append(
            {
                "attempt_id": attempt,
                "sequence": 1,
                "kind": "start",
                "question": None,
                "data": first.data,
                "client_key": uuid.uuid4(),
                "at": now,
            }
        )
    with world.app.app_context(), db.transaction() as session:
        session.execute(sa.insert(Attempt), attempts)
        session.execute(sa.insert(Step), steps)
    return [attempt["id"] for attempt in attempts]


def form_fields(question: Any, answer: Any) -> list[tuple[str, str]]:
    """The form fields of an answer, as the page would send them."""
    from lms.learning.pages import typed_again

    return [
        (name, value)
        for name, values in typed_again(question.kind, answer).items()
        for value in values
    ]


def write_body(environ: dict[str, str], name: str, body: str) -> None:
    """Give the floor the inside of a page, so that its bare page has the product's size."""
    folder = Path(environ["LMS_INSTANCE"]) / "bodies"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.html").write_text(body, "utf-8")


def stranger(world: World) -> tuple[str, str]:
    """(cookie, token) of a browser that opened a form and has not signed in."""
    from flask import session as cookie
    from flask_wtf.csrf import generate_csrf

    with world.app.test_request_context():
        signer = world.app.session_interface.get_signing_serializer(world.app)  # type: ignore[attr-defined]  # Flask's own
        token: str = generate_csrf()
        name = world.app.config["SESSION_COOKIE_NAME"]
        return f"{name}={signer.dumps(dict(cookie))}", token
