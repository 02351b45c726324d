"""The people of a cohort as a list: counted, in order, narrowed, and however many they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from random import Random

import pytest
from flask import Flask

from lms import db
from lms.accounts import actions as accounts
from lms.cohorts import counting, listing, overview, queries
from lms.cohorts.models import Cohort
from lms.content import publishing
from lms.counts.models import CountRun
from lms.domain.permissions import Role
from lms.drills.models import Gate
from lms.learning import actions as learning
from lms.learning.actions import keep_evidence
from lms.privacy import vault
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]


@pytest.fixture
def many(app: Flask, world: World, now: Moment) -> list[str]:
    """Twelve more people of North one, each at another place on the way; their names."""
    random, names = Random(7), []
    with app.app_context(), db.transaction() as session:
        books = publishing.current(session)
        place = world.place("North one")
        for number in range(12):
            name = f"Person {number:02}"
            row = accounts.add_account(session, vault=vault(), language="en", name=name)
            accounts.add_role(session, row.id, Role.TRAINEE, place, now=now())
            world.ids[name] = row.id
            names.append(name)
            actor = world.actor("aida").__class__(row.id, world.actor("aida").held)
            for lesson in books.lessons:
                if random.random() < 0.5:
                    learning.finish_lesson(session, actor, lesson, now=now())
            for rule in books.rules:
                answers = [(rule, random.random() < 0.5)]
                keep_evidence(session, row.id, answers, origin=f"t:{number}{rule}", now=now())
            if random.random() < 0.5:
                learning.sign_pledge(
                    session,
                    actor,
                    "basic-observer",
                    release_id=books.published,
                    language="en",
                    now=now(),
                )
    return names


def test_what_is_counted_is_what_the_lines_say(
    app: Flask, world: World, many: list[str], now: Moment
) -> None:
    with app.app_context():
        session = db.session()
        books = publishing.current(session)
        cohort = queries.one(session, world.actor("tamara"), world.ids["North one"])
        counted = counting.everybody(session, books, cohort)
        people = [p for _c, p in queries.learners(session, [cohort.id], vault())]
        lines = overview.lines(session, books, cohort, people, {})
        assert len(counted) == len(lines) == counting.number_of(session, cohort)
        assert {(counting.id_of(x.key), x.lessons, x.weak, x.missing) for x in counted} == {
            (x.person.id, x.lessons, x.weak, len(x.missing)) for x in lines
        }
        assert len({x.missing for x in counted}) > 2  # they do differ


def test_nights_and_drawn_runs_are_counted_as_the_lines_say(
    app: Flask, world: World, many: list[str], now: Moment
) -> None:
    """Passed or not, with enough found or not, in practice or in a run that counts."""
    with app.app_context():
        with db.transaction() as session:
            books = publishing.current(session)
            session.get_one(Cohort, world.ids["North one"]).programme = "drawn"
            for number, name in enumerate(many):
                told = {"account_id": world.ids[name], "release_id": books.published}
                told |= {"started_at": now(), "finished_at": now()}
                gate = Gate(**told, programme="drawn", number=1, scenarios=["door", "night"])
                gate.passed = number % 2 == 0
                run = CountRun(**told, exercise="night", seed=number, certifying=number % 5 > 0)
                run.planted, run.detected, run.passed = 4, number % 4 + 1, number % 3 > 0
                session.add_all([gate, run])
        session = db.session()
        cohort = queries.one(session, world.actor("tamara"), world.ids["North one"])
        counted = counting.everybody(session, books, cohort)
        people = [p for _c, p in queries.learners(session, [cohort.id], vault())]
        lines = overview.lines(session, books, cohort, people, {})
        asked = {line.person.id: [need.kind for need in line.missing] for line in lines}
        assert {counting.id_of(x.key): x.missing for x in counted} == {
            person: len(kinds) for person, kinds in asked.items()
        }
        lacking = [("count" in kinds, "drawn-runs" in kinds) for kinds in asked.values()]
        assert set(lacking) == {(True, True), (True, False), (False, True), (False, False)}


@pytest.mark.parametrize("sort", ["", "name", "-name", "missing", "-lessons", "weak"])
def test_every_heading_orders_the_list_and_the_file_alike(
    world: World, many: list[str], signed_in_as: Browse, now: Moment, sort: str
) -> None:
    address = f"/cohorts/{world.ids['North one']}?sort={sort}"
    page = signed_in_as("tamara").get(address)
    table = page.client.get(f"{address}&format=csv").text
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    names = [row["name"] for row in rows]
    assert sorted(names) == sorted([*many, "Aida", "Bota"])
    places = [page.text.index(f" {name} ") for name in names]
    assert places == sorted(places)
    key = sort.removeprefix("-") or "missing"
    if key in ("name", "missing", "lessons"):
        values = [row[key] if key == "name" else int(row[key]) for row in rows]
        assert values == sorted(values, reverse=sort.startswith("-") or not sort)  # type: ignore[type-var]  # of one kind


def test_the_list_is_narrowed_to_a_set_of_people_and_so_is_the_file(
    app: Flask, world: World, many: list[str], signed_in_as: Browse, now: Moment
) -> None:
    address = f"/cohorts/{world.ids['North one']}?filter=missing:lesson"
    page = signed_in_as("tamara").get(address)
    with app.app_context():
        session = db.session()
        books = publishing.current(session)
        cohort = queries.one(session, world.actor("tamara"), world.ids["North one"])
        people = [p for _c, p in queries.learners(session, [cohort.id], vault())]
        lines = overview.lines(session, books, cohort, people, {})
    wanted = {x.person.name for x in lines if any(need.kind == "lesson" for need in x.missing)}
    assert 0 < len(wanted) < len(people)
    table = page.client.get(f"{address}&format=csv").text
    rows = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert {row["name"] for row in rows} == wanted
    assert "Nobody here." in page.get(f"/cohorts/{world.ids['North one']}?filter=ready").text


def test_a_cohort_too_large_to_be_ordered_is_shown_as_enrolled_page_by_page(
    world: World,
    many: list[str],
    signed_in_as: Browse,
    now: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "MOST_IN_ORDER", 10)
    monkeypatch.setattr(listing, "PER_PAGE", 5)
    monkeypatch.setattr(listing, "AT_ONCE", 4)
    page, met = signed_in_as("tamara"), []
    address = f"/cohorts/{world.ids['North one']}"
    for number in (1, 2, 3):
        page.get(f"{address}?page={number}&sort=name")
        met += [name for name in [*many, "Aida", "Bota"] if f" {name} " in page.text]
    assert "in the order in which they were enrolled" in page.text
    assert "sort=name" not in page.html
    assert sorted(met) == sorted([*many, "Aida", "Bota"])
    answer = page.client.get(f"{address}?format=csv")
    assert answer.is_streamed
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert sorted(row["name"] for row in rows) == sorted(met)


@pytest.mark.parametrize(
    ("path", "key"),
    [("", "-people"), ("/compare", "-people"), ("/{}/trainers", "-name")],
)
def test_tables_that_are_whole_on_their_page_are_sorted_without_a_script_too(
    world: World, many: list[str], signed_in_as: Browse, now: Moment, path: str, key: str
) -> None:
    address = f"/cohorts{path}".format(world.ids["North one"]).rstrip("/") + (
        "/" if not path else ""
    )
    page = signed_in_as("kairat").get(f"{address}?sort={key}")
    assert 'aria-sort="descending"' in page.html
    up = page.get(f"{address}?sort={key.removeprefix('-')}")
    assert 'aria-sort="ascending"' in up.html
