"""Sign-off in the room: who may, what counts, and what everybody sees of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts.actions import add_role
from lms.content import publishing
from lms.domain.permissions import Role
from lms.domain.signoffs import merge
from lms.learning.models import Evidence
from lms.privacy import vault
from lms.signoffs import actions, queries
from lms.signoffs.actions import Sent
from lms.signoffs.models import SignoffEvent
from tests.conftest import START, Moment
from tests.domain.test_signoffs import a_history, sent
from tests.page import Page
from tests.signoffs.conftest import Event, send
from tests.world import World

Browse = Callable[[str], Page]
Make = Callable[..., Event]
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
HISTORIES = int(os.environ.get("LMS_SIGNOFF_STORED") or (10_000 if DEEP else 6))
SEED = int(os.environ.get("LMS_SEED") or 5)
FORGET_AFTER = 50  # histories: two trainees do not live through thousands of sheets
MARKS = {"line-asks": "1", "line-hands": "1"}


def sheet_of(world: World, login: str = "aida") -> str:
    return f"/cohorts/{world.ids['North one']}/practical/showing/{world.ids[login]}"


def second(page: Page, mark: str) -> Page:
    """Give the second opinion on the one knock-out line."""
    name = re.search(r'name="(second-[^"]+-hands)"', page.html)
    assert name
    return page.submit("/second", {name[1]: mark})


def shown(app: Flask, world: World, login: str = "aida") -> bool:
    with app.app_context():
        books = publishing.current(db.session())
        found = queries.shown_by(db.session(), books, [world.ids[login]], None)
        return "showing" in found[world.ids[login]]


def test_nobody_assesses_before_they_are_accredited_and_agree_with_the_samples(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara").get(sheet_of(world))
    assert "You are not certified as a trainer yet" in page.text
    assert "First mark the samples" in page.text
    page.post(sheet_of(world), MARKS, status=409)
    # Their phone is told before the day, and not when the marks come back refused.
    told = page.client.get(f"/sheets/{world.ids['North one']}").get_json()["checklists"]
    assert ["First mark the samples" in " ".join(one["bars"]) for one in told] == [True] * len(told)
    kairat = signed_in_as("kairat").get(f"/cohorts/{world.ids['North one']}/trainers")
    kairat.submit("/accredit")
    table = kairat.client.get(f"{kairat.path}?format=csv").get_data(as_text=True)
    assert table.splitlines()[1].startswith('"Tamara","","2027-03-01"')
    assert "First mark the samples" in page.get(sheet_of(world)).text
    page.get("/assessing/showing")
    wrong = {f"sample-{s}-line-{x}": "1" for s in ("asks", "touches") for x in ("asks", "hands")}
    page.submit("/assessing/showing", wrong)
    assert "You do not agree with the key yet" in page.text
    assert "A knock-out." in page.text  # why the key has it so
    page.post(sheet_of(world), MARKS, status=409)
    right = wrong | {"sample-touches-line-asks": "0", "sample-touches-line-hands": "0"}
    page.get("/assessing/showing").submit("/assessing/showing", right)
    assert "You agree with the key" in page.text
    page.get(sheet_of(world)).submit("/practical/showing", MARKS)
    assert "waits for the second assessor" in page.text


def test_a_knock_out_counts_once_a_second_assessor_agrees(
    app: Flask, assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    world = assessors
    tamara = signed_in_as("tamara").get(sheet_of(world))
    tamara.submit("/practical/showing", MARKS)
    assert not shown(app, world)
    assert "/second" not in tamara.html  # not on one's own sheet
    timur = signed_in_as("timur").get(sheet_of(world))
    second(timur, "1")
    assert shown(app, world)
    aida = signed_in_as("aida").get("/practical/showing")
    assert "Touches nothing" in aida.text
    with app.app_context():
        rows = db.session().execute(
            sa.select(Evidence.rule, Evidence.right).where(Evidence.account_id == world.ids["aida"])
        )
        assert sorted(rows.all()) == [("have-copy", True), ("see-count", True)]


def test_two_assessors_who_differ_are_named_and_nothing_counts(
    app: Flask, assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    signed_in_as("tamara").get(sheet_of(assessors)).submit("/practical/showing", MARKS)
    timur = second(signed_in_as("timur").get(sheet_of(assessors)), "0")
    assert "two assessors differ" in timur.text
    assert not shown(app, assessors)
    tamara = signed_in_as("tamara").get(sheet_of(assessors)).submit("/withdraw")
    assert "withdrawn" in tamara.text


def test_nobody_assesses_themselves(
    app: Flask, assessors: World, signed_in_as: Browse, an_event: Make, now: Moment
) -> None:
    with app.app_context(), db.transaction() as session:
        place = assessors.place("North one")
        add_role(session, assessors.ids["tamara"], Role.TRAINEE, place, now=now())
    page = signed_in_as("tamara")
    page.get(sheet_of(assessors, "tamara"))
    assert "Nobody assesses themselves." in page.text
    page.post(sheet_of(assessors, "tamara"), MARKS, status=409)
    event = an_event(about="tamara")
    assert send(page, event, status=409) == {event["id"]: "oneself"}


def test_a_missing_mark_is_asked_for_and_the_others_are_kept(
    assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara").get(sheet_of(assessors))
    page.submit("/practical/showing", {"line-asks": "0"}, status=422)
    assert "Choose one." in page.text
    assert 'name="line-asks" value="0" id="f-line-asks-2" checked' in page.html


def test_a_group_is_marked_at_once_and_the_exception_alone(
    assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara")
    page.get(f"/cohorts/{assessors.ids['North one']}/practical/showing/group")
    page.submit("/group", MARKS, status=422)
    assert "Choose at least one person." in page.text
    page.submit("/group", {"people": [str(assessors.ids["aida"])], **MARKS})
    assert page.text.count("waits for the second assessor") == 1


def test_every_state_stands_on_the_page_with_its_deadline_and_in_the_file(
    assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{assessors.ids['North one']}/practical")
    assert "not evaluated" in page.text
    assert "by 16 April 2026" in page.text  # three days before the election
    table = page.client.get(f"{page.path}?format=csv").text
    assert '"showing_due"' in table
    assert "2026-04-16" in table


# --- what phones send ----------------------------------------------------------------------------


def test_events_are_kept_once_however_often_and_in_whatever_order_they_come(
    app: Flask, assessors: World, signed_in_as: Browse, an_event: Make, now: Moment
) -> None:
    sheet = str(UUID(int=7))
    mark, sign = an_event("mark", sheet=sheet), an_event(sheet=sheet, counter=2)
    page = signed_in_as("tamara")
    assert send(page, sign) == {sign["id"]: "kept"}
    assert send(page, mark, sign, mark) == {sign["id"]: "known", mark["id"]: "kept"}
    second = an_event("countersign", by="timur", sheet=sheet)
    assert send(signed_in_as("timur"), second) == {second["id"]: "kept"}
    assert shown(app, assessors)
    with app.app_context():
        rows = db.session().scalars(
            sa.select(SignoffEvent).where(SignoffEvent.sheet_id == UUID(sheet))
        )
        found = list(rows)
        assert len(found) == 3
        assert found[0].basis["accredited_by"] == str(assessors.ids["kairat"])


def test_a_whole_day_in_one_delivery_asks_the_database_no_more_than_one_sheet(
    app: Flask, assessors: World, signed_in_as: Browse, an_event: Make, now: Moment
) -> None:
    page = signed_in_as("tamara")

    def asked(*events: Event) -> int:
        count: list[str] = []
        with app.app_context():
            engines = {db.database().engine, db.database().writer}
        listeners = [(engine, "before_cursor_execute") for engine in engines]

        def look(_c: object, _k: object, statement: str, *_rest: object) -> None:
            count.append(statement)

        for engine, name in listeners:
            sa.event.listen(engine, name, look)
        try:
            assert set(send(page, *events).values()) == {"kept"}
        finally:
            for engine, name in listeners:
                sa.event.remove(engine, name, look)
        return len(count)

    one = asked(an_event("mark", sheet=str(UUID(int=70))))
    many = [an_event("mark", sheet=str(UUID(int=71)), counter=n) for n in range(2, 60)]
    assert asked(*many) <= one


def test_every_sheet_stands_in_the_record_with_its_lineage(
    assessors: World, signed_in_as: Browse, an_event: Make, now: Moment
) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{assessors.ids['North one']}/practical/record")
    assert "Nothing has been signed here yet." in page.text
    event = an_event()
    send(page, event)
    page.get(f"/cohorts/{assessors.ids['North one']}/practical/record")
    assert "accredited by Kairat" in page.text
    assert "waits for the second assessor" in page.text
    table = page.client.get(f"{page.path}?format=csv").text.splitlines()
    row = dict(zip(table[0].split(","), table[1].split(","), strict=True))
    told = {key.strip('"\ufeff'): value.strip('"') for key, value in row.items()}
    assert told["trainer"] == "Tamara"
    assert told["accredited_by"] == "Kairat"
    assert told["certificate"] == ""
    assert told["release"] == event["release"]
    assert told["stage"] == "waiting"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"by": "timur"}, "not-yours"),
        ({"about": "dana"}, "not-there"),
        ({"cohort": str(UUID(int=5))}, "not-there"),
        ({"release": str(UUID(int=5))}, "unknown-content"),
        ({"checklist": "absent"}, "unknown-content"),
        ({"marks": {"asks": 1}}, "unfit"),
        ({"marks": {"asks": 2, "hands": 1}}, "unfit"),
        ({"at": (START + timedelta(days=2)).isoformat()}, "clock"),
    ],
)
def test_an_event_that_cannot_be_taken_is_refused_with_a_word(
    assessors: World,
    signed_in_as: Browse,
    an_event: Make,
    now: Moment,
    changes: dict[str, object],
    word: str,
) -> None:
    event = an_event(**changes)
    assert send(signed_in_as("tamara"), event, status=409) == {event["id"]: word}


def test_a_changed_event_under_a_known_id_is_refused(
    assessors: World, signed_in_as: Browse, an_event: Make, now: Moment
) -> None:
    event = an_event()
    page = signed_in_as("tamara")
    send(page, event)
    forged = {**event, "marks": {"asks": 0, "hands": 0}}
    assert send(page, forged, status=409) == {event["id"]: "changed"}


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "[1]", '[{"id": 1}]', "[[]]", "null", '"x"', "[" * 5000]
)
def test_what_is_no_list_of_events_is_refused_whole(
    assessors: World, signed_in_as: Browse, now: Moment, body: str
) -> None:
    page = signed_in_as("tamara").get("/sheets/")
    data = {"csrf_token": page.token(), "events": body}
    assert page.client.post("/sheets/events", data=data).status_code == 422


def test_the_page_of_the_sheets_names_nobody_and_the_data_only_the_own_cohort(
    assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara").get("/sheets/")
    assert "Aida" not in page.html
    data = page.client.get(f"/sheets/{assessors.ids['North one']}").get_json()
    assert [one["slug"] for one in data["checklists"] if not one["bars"]] == ["showing"]
    assert [person["label"] for person in data["people"]] == ["Aida", "Bota"]
    assert page.client.get(f"/sheets/{assessors.ids['North two']}").status_code == 404


def test_stored_histories_come_to_the_same_as_all_events_at_once(
    app: Flask,
    assessors: World,
    now: Moment,
    record_property: Callable[[str, object], None],
) -> None:
    """The tables as well: parts, repetitions and any order, each event in one row."""
    random = Random(SEED)
    logins = {UUID(int=1): "tamara", UUID(int=2): "timur", UUID(int=3): "aida", UUID(int=4): "bota"}
    with app.app_context():
        books = publishing.current(db.session())
        checklist = books.checklist("showing")
        for history in range(HISTORIES):
            salt = UUID(int=random.getrandbits(128))
            events = [
                _here(event, assessors, logins, salt, checklist) for event in a_history(random)
            ]
            for parcel in sent(events, random):
                for login in ("tamara", "timur"):
                    mine = [e for e in parcel if e.assessor == assessors.ids[login]]
                    if not mine:
                        continue
                    with db.transaction() as session:
                        actions.take(
                            session,
                            assessors.actor(login),
                            books,
                            [Sent(e, assessors.ids["North one"], books.published) for e in mine],
                            vault=vault(),
                            now=now(),
                        )
            kept = queries.events_of_sheets(db.session(), {e.sheet for e in events})
            assert sorted(kept, key=lambda e: e.place) == sorted(events, key=lambda e: e.place)
            wanted = merge(events, {"showing": checklist})
            assert merge(kept, {"showing": checklist}) == wanted, history
            if history % FORGET_AFTER == FORGET_AFTER - 1:
                with db.transaction() as session:
                    session.execute(sa.delete(SignoffEvent))
                    session.execute(sa.delete(Evidence))
    record_property("histories", HISTORIES)


def _here(event, world, logins, salt, checklist):  # type: ignore[no-untyped-def]  # a test's own
    """An event of a drawn history, about people and lines of this world."""
    from dataclasses import replace
    from uuid import uuid5

    lines = {line.id: event.marks.get("a", 1) % 2 for line in checklist.lines}
    marks = {
        "mark": {"asks": lines["asks"]},
        "sign": lines,
        "countersign": {"hands": lines["hands"]},
        "void": {},
    }[event.kind]
    return replace(
        event,
        id=uuid5(salt, str(event.id)),
        sheet=uuid5(salt, str(event.sheet)),
        assessor=world.ids[logins[event.assessor]],
        trainee=world.ids[logins[event.trainee]],
        checklist="showing",
        at=START,
        marks=marks,
    )
