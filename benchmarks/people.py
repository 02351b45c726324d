"""Invented people and what they have done, written straight into the tables, in bulk."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from benchmarks import drilled
from lms.accounts.models import Account, RoleHeld
from lms.assessment.models import Attempt, AttemptResult
from lms.content import publishing
from lms.content.library import Library
from lms.domain.folding import skeleton
from lms.domain.permissions import Role
from lms.learning.models import Pledge, Reading, RuleStanding
from lms.privacy import vault

PROGRAMME = "precinct-observer"
ELECTION = date(2027, 1, 24)


def accounts(
    session: Any,
    organisation: uuid.UUID,
    cohort: str,
    cohort_id: uuid.UUID,
    people: list[uuid.UUID],
    first: int,
    hashed: str,
    now: datetime,
) -> None:
    """Accounts with sealed names, each a trainee of the cohort. Their logins are numbered."""
    rows, held, today = [], [], now.date()
    for number, person in enumerate(people, start=first):
        key = vault().new_person_key(person)
        name = f"Қасымова {number} Жанар"
        login = f"{cohort}-{number}"
        rows.append(
            {
                "id": person,
                "login": login,
                "login_skeleton": skeleton(login),
                "secret_hash": hashed,
                "language": ("en", "ru", "kk")[number % 3],
                "person_key": key,
                "name_sealed": vault().seal(person, key, "accounts.name_sealed", name),
                "joined_on": today,
                "suspended_on": None,
            }
        )
        held.append(
            {
                "id": uuid.uuid4(),
                "account_id": person,
                "role": Role.TRAINEE.value,
                "organisation_id": organisation,
                "cohort_id": cohort_id,
                "since": today,
            }
        )
    session.execute(sa.insert(Account), rows)
    session.execute(sa.insert(RoleHeld), held)


def progress(
    session: Any, now: datetime, people: list[uuid.UUID], random: Random, most_rules: int | None
) -> None:
    """Lessons, quizzes, scenarios, pledges and standings, more of them the further one is."""
    books = publishing.current(session)
    asked, then = books.programme(PROGRAMME).requires, now - timedelta(days=3)
    lessons = list(asked.lessons)
    rules, last = list(books.rules)[:most_rules], ("1", "11", "110", "1111", "01", "0")
    rows: drilled.Rows = {
        kind: []
        for kind in (Reading, Attempt, AttemptResult, Pledge, RuleStanding, *drilled.TABLES)
    }
    for person in people:
        share = random.random()
        for lesson in lessons[: round(len(lessons) * share)]:
            rows[Reading].append(
                {"account_id": person, "lesson": lesson, "opened_at": then, "finished_at": then}
            )
        for rule in rules[: round(len(rules) * share)]:
            rows[RuleStanding].append(
                {
                    "account_id": person,
                    "rule": rule,
                    "last": random.choice(last),
                    "seen": 4,
                    "right": 3,
                    "at": then,
                }
            )
        for quiz in [q for q in books.quizzes if random.random() < share]:
            _attempt(rows, books, person, quiz, then, passed=random.random() < 0.7)
        for scenario in [s for s in asked.scenarios if random.random() < share]:
            way = random.choice(drilled.ways(books, scenario))
            drilled.run(rows, books, person, scenario, then, way)
        if share > 0.8:
            if asked.drawn:
                drilled.drawn(rows, books, person, PROGRAMME, asked.drawn, then, random)
            for slug in [slug for slug in asked.counts if random.random() < share]:
                drilled.counted(rows, books, [person], slug, then, random)
            rows[Pledge].append(_pledge(person, books.release, then))
    for kind, found in rows.items():
        if found:
            session.execute(sa.insert(kind), found)


def ready(session: Any, now: datetime, people: list[uuid.UUID]) -> None:
    """Let these people have done everything that the programme asks for."""
    books = publishing.current(session)
    asked, then = books.programme(PROGRAMME).requires, now - timedelta(days=3)
    random = Random(PROGRAMME)
    rows: drilled.Rows = {
        kind: [] for kind in (Reading, Attempt, AttemptResult, Pledge, *drilled.TABLES)
    }
    for person in people:
        rows[Reading] += [
            {"account_id": person, "lesson": lesson, "opened_at": then, "finished_at": then}
            for lesson in asked.lessons
        ]
        for quiz in asked.quizzes:
            _attempt(rows, books, person, quiz, then, passed=True)
        for scenario in asked.scenarios:
            way = drilled.passing(books, scenario, random)
            drilled.run(rows, books, person, scenario, then, way)
        if asked.drawn:
            drilled.drawn(rows, books, person, PROGRAMME, asked.drawn, then, random)
        rows[Pledge].append(_pledge(person, books.release, then))
    for slug in asked.counts:
        drilled.counted(rows, books, people, slug, then, random)
    for kind, found in rows.items():
        if found:
            session.execute(sa.insert(kind), found)


def _pledge(person: uuid.UUID, release: Any, then: datetime) -> dict[str, Any]:
    return {
        "account_id": person,
        "programme": PROGRAMME,
        "release_id": release,
        "language": "en",
        "signed_on": then.date(),
    }


def _attempt(
    rows: dict[Any, list[dict[str, Any]]],
    books: Library,
    person: uuid.UUID,
    quiz: str,
    then: datetime,
    passed: bool,
) -> None:
    attempt = {
        "id": uuid.uuid4(),
        "account_id": person,
        "quiz": quiz,
        "quiz_kind": books.quizzes[quiz]["quiz_kind"],
        "release_id": books.release,
        "clock": ELECTION.isoformat(),
        "started_at": then,
        "deadline": None,
        "finished_at": then,
    }
    rows[Attempt].append(attempt)
    rows[AttemptResult].append(
        {
            "attempt_id": attempt["id"],
            "earned": 1140 if passed else 600,
            "possible": 1200,
            "passed": passed,
            "missed_rules": [],
            "missed_critical": [],
            "at": then,
        }
    )
