"""The deeds of the room as a view performs them: prepare without a lock, then write."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts.models import Account, RoleHeld
from lms.assessment.models import Attempt, AttemptResult
from lms.certification import actions, ending, sealing
from lms.certification.actions import Issued, Prepared
from lms.certification.making import Desk
from lms.certification.models import Certificate
from lms.content import publishing
from lms.domain.errors import TooLate
from lms.domain.permissions import Actor, Held, Role
from tests.conftest import Moment
from tests.world import World

EVERY_CERTIFICATE = (
    sa.select(sa.func.count()).select_from(Certificate).execution_options(scope="all")
)
NAME = "Әсел Қуанышқызы Өтеғұлова"


def actor_of(app: Flask, world: World, login: str) -> Actor:
    with app.app_context():
        account = db.session().get_one(Account, world.ids[login])
        rows: list[RoleHeld] = account.held
        held = tuple(Held(Role(row.role), row.organisation_id, row.cohort_id) for row in rows)
    return Actor(world.ids[login], held)


def prepare(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    *,
    login: str = "aida",
    by: str = "tamara",
    cohort: str = "North one",
    purpose: str = "training",
    name: str = NAME,
    language: str = "en",
) -> Prepared:
    actor = actor_of(app, world, by)
    with app.app_context():
        return actions.prepare(
            db.session(),
            actor,
            world.ids[login],
            world.ids[cohort],
            purpose,
            name,
            language,
            now=now(),
            library=publishing.current(db.session()),
            desk=desk,
        )


def write(
    app: Flask, world: World, now: Moment, desk: Desk, prepared: Prepared, by: str = "tamara"
) -> Issued:
    actor = actor_of(app, world, by)
    with app.app_context():
        books = publishing.current(db.session())
        with db.transaction() as session:
            return actions.certify(session, actor, prepared, now=now(), library=books, desk=desk)


def certify(app: Flask, world: World, now: Moment, desk: Desk, **stated: object) -> Issued:
    prepared = prepare(app, world, now, desk, **stated)  # type: ignore[arg-type]  # as prepare's
    return write(app, world, now, desk, prepared, str(stated.get("by", "tamara")))


def revoke(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    serial: str,
    *,
    by: str = "tamara",
    reason: str = "mistake",
) -> None:
    actor = actor_of(app, world, by)
    with app.app_context(), db.transaction() as session:
        ending.revoke(session, actor, serial, reason, now=now(), keys=desk.keys)


def end(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    serial: str,
    deed: Callable[..., bool],
    reason: str,
    by: str = "tamara",
) -> None:
    """Suspend, lift or revoke, as ``lms.certification.ending`` names them."""
    actor = actor_of(app, world, by)
    with app.app_context(), db.transaction() as session:
        deed(session, actor, serial, reason, now=now(), keys=desk.keys)


def replace(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    serial: str,
    *,
    by: str = "tamara",
    name: str = NAME,
    language: str = "en",
    reason: str = "name",
) -> str:
    actor = actor_of(app, world, by)
    with app.app_context():
        row = actions.prepare_replacement(
            db.session(), actor, serial, name, language, now=now(), desk=desk
        )
        with db.transaction() as session:
            return actions.replace_with(session, actor, row, reason, now=now(), desk=desk)


def sit_again(
    app: Flask, world: World, now: Moment, login: str = "aida", *, passed: bool = True
) -> uuid.UUID:
    """One more exam, begun an hour ago."""
    attempt_id, at = uuid.uuid4(), now() - timedelta(hours=1)
    with app.app_context(), db.transaction() as session:
        session.add(
            Attempt(
                id=attempt_id,
                account_id=world.ids[login],
                quiz="exam",
                quiz_kind="exam",
                release_id=publishing.current(session).published,
                clock="2026-04-19",
                started_at=at,
                deadline=at,
                finished_at=at,
            )
        )
        session.flush()
        session.add(
            AttemptResult(
                attempt_id=attempt_id,
                earned=300 if passed else 0,
                possible=300,
                passed=passed,
                missed_rules=[],
                missed_critical=[],
                at=at,
            )
        )
    return attempt_id


def token_of(app: Flask, desk: Desk, serial: str) -> str:
    """The token of an issued certificate, as its holder's key opens it."""
    with app.app_context():
        row = db.session().get_one(Certificate, serial)
        person_key = db.session().get_one(Account, row.account_id).person_key
        return sealing.open_token(desk.vault, row.account_id, person_key, row.token_sealed)


def at_once(count: int, deed: Callable[[int], object]) -> list[object]:
    """What so many threads got, who all began at the same moment; refusals as their code."""
    gate, found = threading.Barrier(count), []

    def run(number: int) -> None:
        gate.wait()
        try:
            found.append(deed(number))
        except TooLate as refused:
            found.append(refused.args[0])
        except sa.exc.OperationalError as problem:
            # A server lets nobody wait for longer than it was told to; that is a page "try again".
            assert "lock timeout" in str(problem), problem
            found.append("busy")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == count, "a thread failed for a reason that is no refusal"
    return found
