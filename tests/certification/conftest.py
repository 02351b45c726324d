"""People who have done everything that the programme of the test tree asks for, and a desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from lms import config, db
from lms.assessment.models import Attempt, AttemptResult
from lms.certification import keys
from lms.certification.making import Desk
from lms.content import publishing
from lms.drills.models import Run
from lms.learning.models import Pledge, Reading
from lms.privacy import Vault
from tests.conftest import START, Moment
from tests.world import World

Ready = Callable[..., uuid.UUID]


@pytest.fixture(autouse=True)
def _issuing_key(settings: config.Settings) -> None:
    if not list(settings.keys.glob("issuing-*.key")):
        keys.new_key(settings.keys, START)


@pytest.fixture
def desk(settings: config.Settings) -> Desk:
    return Desk(
        keys.keyring(settings.keys), Vault(settings.field_key), f"{settings.public_url}/verify"
    )


@pytest.fixture
def ready(app: Flask, world: World, now: Moment) -> Ready:
    """Let somebody have done everything but what is named; returns the id of their exam attempt.

    ``clock`` is the election day the exam was drawn for.
    """

    def do_all(
        login: str,
        *,
        but: str = "",
        clock: str | None = "2026-04-19",
        earned: int = 300,
        missed: tuple[str, ...] = (),
        passed: bool = True,
    ) -> uuid.UUID:
        account, attempt_id = world.ids[login], uuid.uuid4()
        with app.app_context(), db.transaction() as session:
            books = publishing.current(session)
            release, at = books.release, now.at - timedelta(days=1)
            for lesson in books.lessons:
                if lesson != but:
                    session.add(
                        Reading(account_id=account, lesson=lesson, opened_at=at, finished_at=at)
                    )
            if but != "exam":
                session.add(
                    Attempt(
                        id=attempt_id,
                        account_id=account,
                        quiz="exam",
                        quiz_kind="exam",
                        release_id=release,
                        clock=clock,
                        started_at=at,
                        deadline=at,
                        finished_at=at,
                    )
                )
                session.flush()
                session.add(
                    AttemptResult(
                        attempt_id=attempt_id,
                        earned=earned,
                        possible=300,
                        passed=passed,
                        missed_rules=list(missed),
                        missed_critical=[],
                        at=at,
                    )
                )
            if but != "door":
                session.add(
                    Run(
                        account_id=account,
                        scenario="door",
                        seed=1,
                        timed=False,
                        release_id=release,
                        started_at=at,
                        finished_at=at,
                        outcome="observed-documented",
                        passed=True,
                        percent=100,
                    )
                )
            if but != "pledge":
                session.add(
                    Pledge(
                        account_id=account,
                        programme="basic-observer",
                        release_id=release,
                        language="en",
                        signed_on=date(2026, 2, 1),
                    )
                )
        return attempt_id

    return do_all


Certify = Callable[..., str]


@pytest.fixture
def certified(app: Flask, world: World, now: Moment, ready: Ready, desk: Desk) -> Certify:
    """A certificate of somebody of North one, issued by their trainer; returns its serial."""
    from tests.certification import deeds

    def issue(login: str = "aida", **stated: object) -> str:
        ready(login)
        return deeds.certify(app, world, now, desk, login=login, **stated).serial

    return issue
