"""The deeds of the room as a view performs them: prepare without a lock, then write."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts.models import Account, RoleHeld
from lms.certification import actions, sealing
from lms.certification.actions import Desk, Issued, Prepared
from lms.certification.models import Certificate
from lms.content import publishing
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
        actions.revoke(session, actor, serial, reason, now=now(), keys=desk.keys)


def token_of(app: Flask, desk: Desk, serial: str) -> str:
    """The token of an issued certificate, as its holder's key opens it."""
    with app.app_context():
        row = db.session().get_one(Certificate, serial)
        person_key = db.session().get_one(Account, row.account_id).person_key
        return sealing.open_token(desk.vault, row.account_id, person_key, row.token_sealed)
