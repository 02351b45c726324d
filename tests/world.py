"""The people of the tests: enough of a world to be refused in."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask import Flask

from lms import db
from lms.accounts import actions, secrets
from lms.accounts.models import Account
from lms.cohorts.models import Cohort, Organisation
from lms.deployment.models import Election
from lms.domain.folding import skeleton
from lms.domain.permissions import Actor, Held, Place, Role
from lms.privacy import vault


class World:
    """Two organisations of observers (north, south), one commission, and people in them.

    ``ids`` maps a login, a cohort's or an election's name to its id. Logins: ``aida`` and ``bota``
    learn in *North one*, ``dana`` in *North two*, ``erik`` in *South one*; ``tamara`` trains North
    one, ``timur`` North two, ``saule`` South one; ``kairat`` coordinates North; ``oleg`` is an
    official; ``arman`` administers; ``asel`` audits.
    """

    secret = "bado-kite-lomu-resa-nivo"

    def __init__(self, app: Flask, now: datetime) -> None:
        self.app, self.now = app, now
        self.ids: dict[str, uuid.UUID] = {}
        with app.app_context(), db.transaction() as session:
            self._session = session
            north, south = self._organisation("North"), self._organisation("South")
            commission = self._organisation("Commission 17", kind="commission")
            for name, held_on in (
                ("Clock A", date(2019, 6, 9)),
                ("Clock B", date(2026, 4, 19)),
                ("Clock C", date(2026, 12, 20)),
            ):
                self._election(north, name, held_on)
            one = self._cohort(north, "North one", "Clock B")
            two = self._cohort(north, "North two", "Clock C")
            three = self._cohort(south, "South one", None)
            officials = self._cohort(commission, "Members 17", None)
            for login, role, place in (
                ("aida", Role.TRAINEE, one),
                ("bota", Role.TRAINEE, one),
                ("dana", Role.TRAINEE, two),
                ("erik", Role.TRAINEE, three),
                ("tamara", Role.TRAINER, one),
                ("timur", Role.TRAINER, two),
                ("saule", Role.TRAINER, three),
                ("kairat", Role.COORDINATOR, Place(north)),
                ("oleg", Role.OFFICIAL, officials),
                ("arman", Role.ADMIN, None),
                ("asel", Role.AUDITOR, None),
            ):
                self.person(session, login, role, place)

    def add_cohort(self, organisation: str, name: str, election: str | None) -> uuid.UUID:
        """One more cohort, for a test that needs another legal clock or an empty room."""
        with self.app.app_context(), db.transaction() as session:
            self._session = session
            self._cohort(self.ids[organisation], name, election)
        return self.ids[name]

    def add_person(self, login: str, role: Role, cohort: str | None = None) -> uuid.UUID:
        """One more person, in a cohort or (without one) on the platform."""
        with self.app.app_context(), db.transaction() as session:
            return self.person(session, login, role, self.place(cohort) if cohort else None)

    def place(self, cohort: str) -> Place:
        """Where a cohort is."""
        with self.app.app_context():
            row = db.session().get_one(Cohort, self.ids[cohort])
            return Place(row.organisation_id, row.id)

    def actor(self, login: str) -> Actor:
        """One of the people as a plain value, for deeds that a test does without a browser."""
        with self.app.app_context():
            account = db.session().get_one(Account, self.ids[login])
            held = [Held(Role(h.role), h.organisation_id, h.cohort_id) for h in account.held]
            return Actor(account.id, tuple(held))

    def _organisation(self, name: str, kind: str = "observers") -> uuid.UUID:
        row = Organisation(name=name, kind=kind)
        self._session.add(row)
        self._session.flush()
        self.ids[name] = row.id
        return row.id

    def _election(self, organisation: uuid.UUID, name: str, held_on: date) -> None:
        row = Election(organisation_id=organisation, name=name, held_on=held_on)
        self._session.add(row)
        self._session.flush()
        self.ids[name] = row.id

    def _cohort(self, organisation: uuid.UUID, name: str, election: str | None) -> Place:
        row = Cohort(
            organisation_id=organisation,
            name=name,
            programme="basic-observer",
            election_id=self.ids[election] if election else None,
            created_on=self.now.date(),
        )
        self._session.add(row)
        self._session.flush()
        self.ids[name] = row.id
        return Place(organisation, row.id)

    def person(self, session, login: str, role: Role, place: Place | None) -> uuid.UUID:  # type: ignore[no-untyped-def]  # a SQLAlchemy session
        """Add one person who can sign in with ``secret``."""
        account: Account = actions.add_account(
            session, vault=vault(), language="en", name=login.title()
        )
        account.login, account.login_skeleton = login, skeleton(login)
        account.secret_hash = secrets.hash_secret(self.secret)
        account.joined_on = self.now.date()
        actions.add_role(session, account.id, role, place, now=self.now)
        self.ids[login] = account.id
        return account.id
