"""People of the tests' world who sit a quiz through the deeds that people use."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from lms import db
from lms.accounts.models import Account
from lms.assessment import actions as assessment
from lms.assessment import sittings
from lms.content import publishing
from lms.domain.permissions import Role
from tests.world import World

Knows = Callable[[int, str], bool]


def sit(
    app: Flask,
    world: World,
    cohort: str,
    people: int,
    knows: Knows,
    *,
    quiz: str = "exam",
    language: str = "en",
    now: datetime,
    prefix: str = "sitter",
) -> list[str]:
    """So many new trainees of a cohort sit a quiz once. ``knows`` says of the person's number and
    a question whether they answer it rightly; otherwise they leave it blank."""
    logins = []
    for number in range(people):
        login = f"{prefix}-{cohort.lower().replace(' ', '-')}-{language}-{number}"
        world.add_person(login, Role.TRAINEE, cohort)
        sit_once(app, world, login, lambda q, n=number: knows(n, q), quiz=quiz, now=now)  # type: ignore[misc]  # bound at once
        with app.app_context(), db.transaction() as session:
            session.get_one(Account, world.ids[login]).language = language
        logins.append(login)
    return logins


def sit_once(
    app: Flask,
    world: World,
    login: str,
    knows: Callable[[str], bool],
    *,
    quiz: str = "exam",
    now: datetime,
) -> None:
    """One of the people sits a quiz from its start to its end."""
    actor = world.actor(login)
    with app.app_context(), db.transaction() as session:
        books = publishing.current(session)
        attempt = assessment.start(
            session, actor, books, quiz, day=None, client_key=uuid.uuid4(), now=now
        )
        for question in sittings.own(session, actor, attempt).attempt.questions:
            if knows(question):
                assessment.keep_answer(
                    session,
                    actor,
                    attempt,
                    question,
                    books.questions[question].right_answer,
                    seen=0,
                    client_key=uuid.uuid4(),
                    now=now,
                )
        assessment.finish(session, actor, attempt, client_key=uuid.uuid4(), now=now)
