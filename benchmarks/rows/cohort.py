"""A very large cohort: whom to call and progress by rule for 10,000 people and 80 rules.

The floor is what no program can leave out: the same rows counted by the database itself, and every
name opened. Both run in one process, one after the other; the best of the rounds counts.
"""

from __future__ import annotations

import resource
import time
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

import sqlalchemy as sa

from benchmarks import worlds
from benchmarks.bench import Bench, Line, share
from lms import clock, db
from lms.accounts.models import Account
from lms.cohorts import attention, overview, queries
from lms.content import publishing
from lms.domain.permissions import Actor, Held, Role
from lms.learning.models import RuleStanding
from lms.privacy import vault

PEOPLE, RULES = 10_000, 80
ON_A_PAGE = 40
MOST_TIMES = 2.0  # as the report on 1,000
LAST = ("1", "11", "110", "1111", "01", "0")


def run(bench: Bench) -> list[Line]:
    world = bench.world
    cohort_id = worlds.add_cohort(world, "ten thousand", PEOPLE, done=False)
    with world.app.app_context():
        _standings(world.cohorts["ten thousand"][1])
        session = db.session()
        books = publishing.current(session)
        trainer = Actor(uuid.uuid4(), (Held(Role.TRAINER, world.organisation, cohort_id),))
        cohort = queries.one(session, trainer, cohort_id)
        today = clock.now().date()

        def called() -> None:
            found = attention.known(db.session(), books, trainer, cohort, vault(), today)
            assert len(found) == PEOPLE

        def heat() -> None:
            shares = attention.shares_of_rules(db.session(), cohort_id)
            people = [p for _c, p in queries.learners(db.session(), [cohort_id], vault())]
            rows = overview.heatmap(db.session(), books, cohort, people[:ON_A_PAGE])
            assert len(shares) == RULES
            assert len(rows[0].cells) == ON_A_PAGE

        return [
            _line(bench, "whom to call", lambda: (_names(cohort_id), _weak(cohort_id)), called),
            _line(bench, "progress by rule", lambda: (_names(cohort_id), _shares(cohort_id)), heat),
        ]


def _line(bench: Bench, what: str, floor: Callable[[], Any], product: Callable[[], Any]) -> Line:
    bare, ours = _best(bench.rounds, floor), _best(bench.rounds, product)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Line(
        "large cohort",
        f"{what}, {PEOPLE:,} people × {RULES} rules: CPU beside rows counted and names opened",
        {"seconds": round(bare, 3)},
        {"seconds": round(ours, 3), "peak_mb": float(peak)},
        share(ours, bare),
        f"at most {MOST_TIMES:g}",
        share(ours, bare) <= MOST_TIMES,
    )


def _best(rounds: int, deed: Callable[[], Any]) -> float:
    found = []
    for _round in range(max(rounds, 2)):
        began = time.process_time()
        deed()
        found.append(time.process_time() - began)
    return min(found)


def _standings(people: list[uuid.UUID]) -> None:
    """Everybody has shown something of every one of 80 rules."""
    random, now = Random(80), clock.now()
    known = list(publishing.current(db.session()).rules)[:RULES]
    rules = known + [f"filler-{n}" for n in range(RULES - len(known))]
    for first in range(0, len(people), 1_000):
        rows = [
            {
                "account_id": person,
                "rule": rule,
                "last": random.choice(LAST),
                "seen": 2,
                "right": 1,
                "at": now,
            }
            for person in people[first : first + 1_000]
            for rule in rules
        ]
        with db.transaction() as session:
            session.execute(sa.insert(RuleStanding), rows)


def _driver() -> Any:
    return db.session().connection().connection.driver_connection


def _names(cohort_id: uuid.UUID) -> None:
    """Every name, opened: there is no way around it, for the list is in order of name."""
    rows = _driver().execute(
        "SELECT a.id, a.person_key, a.name_sealed FROM accounts a "
        "JOIN roles_held r ON r.account_id = a.id WHERE r.cohort_id = ?",
        (cohort_id.hex,),
    )
    safe, column = vault(), Account.name_sealed.property.columns[0]
    opened = [
        safe.open(uuid.UUID(i), k, f"{column.table.name}.{column.name}", n) for i, k, n in rows
    ]
    assert len(opened) == PEOPLE


_JOIN = "FROM rule_standings s JOIN roles_held r ON r.account_id = s.account_id"


def _weak(cohort_id: uuid.UUID) -> None:
    found = _driver().execute(
        f"SELECT s.account_id, max(s.at), sum(s.last LIKE '%0') {_JOIN} "
        "WHERE r.cohort_id = ? GROUP BY s.account_id",
        (cohort_id.hex,),
    )
    assert len(found.fetchall()) == PEOPLE


def _shares(cohort_id: uuid.UUID) -> None:
    found = _driver().execute(
        f"SELECT s.rule, sum(s.last LIKE '%1') {_JOIN} WHERE r.cohort_id = ? GROUP BY s.rule",
        (cohort_id.hex,),
    )
    assert len(found.fetchall()) == RULES
