"""Everybody at every door: each endpoint, method, person and object, against the table by hand.

Source: security C-10 to C-12 and C-17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask
from werkzeug.test import TestResponse

from lms import create_app, db
from lms.accounts.models import Account, RoleHeld
from lms.config import Settings
from lms.domain.permissions import Permission
from lms.web.access import Audience, Undeclared, needs, public
from tests.conftest import START
from tests.security.conftest import put_all_back
from tests.security.seeding import ANONYMOUS, SUSPENDED, Seeded, changed, rows_of
from tests.security.table import EVERYBODY, ROWS, SIGNED_IN, TABLE, Row

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

PEOPLE = (ANONYMOUS, SUSPENDED, *SIGNED_IN.split())
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# A refusal may leave one line in the trail, and a used session may be touched; nothing else.
MAY_CHANGE = {("trail", "*"), ("device_sessions", "seen_at"), ("device_sessions", "expires_at")}


def endpoints_of(app: Flask) -> set[tuple[str, str]]:
    """(endpoint, method) of the whole map, without what Flask answers by itself."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_endpoint_stands_in_the_table_and_the_table_names_no_other(app: Flask) -> None:
    assert {(row.endpoint, row.method) for row in ROWS} == endpoints_of(app)


def test_every_address_of_the_table_leads_to_its_endpoint(seeded: Seeded) -> None:
    adapter = seeded.app.url_map.bind("localhost")
    for row in ROWS:
        for pattern in row.reach:
            path = seeded.address(pattern).partition("?")[0]
            assert adapter.match(path, row.method)[0] == row.endpoint, pattern


# --- the matrix ----------------------------------------------------------------------------------


@dataclass
class Book:
    """What a run of cells found: how many ran, and every one that was not as the table says."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(
        self, row: Row, method: str, login: str, pattern: str, said: object, want: str
    ) -> None:
        self.wrong.append(f"{row.endpoint} {method} {pattern} as {login}: {said}, not {want}")


def expected(row: Row, login: str, pattern: str) -> str:
    """``in``, ``absent``, ``forbidden`` or ``sign-in``."""
    if row.door != EVERYBODY:
        if login in (ANONYMOUS, SUSPENDED):
            return "sign-in"
        if login not in row.door.split():
            return "forbidden"
    reach = row.reach[pattern]
    return "in" if reach == EVERYBODY or login in reach.split() else "absent"


def send(seeded: Seeded, row: Row, method: str, login: str, pattern: str) -> TestResponse:
    data = None
    if method not in ("GET", "HEAD", "OPTIONS"):
        typed = {seeded.address(name): seeded.address(value) for name, value in row.form.items()}
        data = {"csrf_token": seeded.tokens[login], **typed}
    return seeded.client(login).open(seeded.address(pattern), method=method, data=data)


def outcome(answer: TestResponse, ok: tuple[int, ...]) -> str:
    sent_away = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
    if sent_away and "Clear-Site-Data" not in answer.headers:  # which signing out says
        return "sign-in"
    if answer.status_code in ok:
        return "in"
    return {403: "forbidden", 404: "absent"}.get(answer.status_code, str(answer.status_code))


def addresses_of(row: Row) -> list[tuple[str, str]]:
    """(method, address) of a row. HEAD walks the way of GET, so one that is there and one that is
    not are enough for it."""
    found = [(row.method, pattern) for pattern in row.reach]
    if row.method == "GET":
        found += [("HEAD", pattern) for pattern in (*row.reach,)[:: max(1, len(row.reach) - 1)]]
    return found


def _cells(seeded: Seeded, row: Row, book: Book) -> Iterator[tuple[str, str, str, str]]:
    """(method, login, address, what is expected): the refused ones first."""
    cells = [
        (method, login, pattern, expected(row, login, pattern))
        for method, pattern in addresses_of(row)
        for login in PEOPLE
    ]
    for cell in sorted(cells, key=lambda cell: cell[3] == "in"):
        book.cells += 1
        yield cell


def run(seeded: Seeded, row: Row, book: Book) -> None:
    """Every person on every object of one row, and that a refusal changed nothing."""
    before, checked = rows_of(seeded.app), False
    absent: dict[tuple[str, str], list[tuple[str, TestResponse]]] = {}
    for method, login, pattern, want in _cells(seeded, row, book):
        if want == "in" and not checked:
            changes = changed(before, rows_of(seeded.app)) - MAY_CHANGE
            assert not changes, f"{row.endpoint}: refused, and yet changed {changes}"
            checked = True
        answer = send(seeded, row, method, login, pattern)
        said = outcome(answer, row.ok)
        if said != want:
            book.note(row, method, login, pattern, said, want)
        if said == want == "absent":
            absent.setdefault((method, login), []).append((pattern, answer))
        answer.close()
    for (method, login), answers in absent.items():
        shown = {without_nonces(answer, seeded.address(pattern)) for pattern, answer in answers}
        if len(shown) != 1:
            book.note(row, method, login, "…", "answers that differ", "the same 404")


def without_nonces(answer: TestResponse, address: str) -> str:
    """Status, headers and body, with the address and what is drawn anew each time taken out."""
    path = address.partition("?")[0]
    headers = sorted(
        (name, value) for name, value in answer.headers if name not in ("Date", "Content-Length")
    )
    body = answer.get_data(as_text=True).replace(path, "…")
    return f"{answer.status}{headers}{re.sub(TOKEN, '', body)}"


TOKEN = r'name="(csrf_token|client_key)" value="[^"]*"'


@pytest.mark.parametrize("room", TABLE)
def test_each_person_reaches_exactly_what_is_theirs(room: str, seeded: Seeded) -> None:
    book = Book()
    for row in TABLE[room]:
        put_all_back(seeded.app)
        run(seeded, row, book)
    print(f"{room}: {book.cells} cells of the matrix")  # noqa: T201 - the count is the evidence
    assert book.cells == sum(len(addresses_of(row)) * len(PEOPLE) for row in TABLE[room])
    assert not book.wrong, "\n" + "\n".join(book.wrong[:40])


@pytest.mark.parametrize("login", ["aida", "tamara", "zhan"])
def test_what_is_not_ours_costs_the_same_questions_as_what_does_not_exist(
    login: str, seeded: Seeded
) -> None:
    """So that nobody can time an answer to learn that a thing exists."""
    asked: list[str] = []
    with seeded.app.app_context():
        engine = db.database().engine

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    compared = 0
    for row in ROWS:
        if login not in row.door.split() or not all(p.count("<") == 1 for p in row.reach):
            continue
        # A question that is not on one's own paper is another matter: the paper was read.
        mine = {p.split(">")[0] for p, who in row.reach.items() if login in who.split()}
        foreign = [p for p in row.reach if p.split(">")[0] not in mine]
        counts = {}
        for pattern in foreign:
            asked.clear()
            send(seeded, row, row.method, login, pattern)
            counts[pattern] = len(asked)
            compared += 1
        assert len(set(counts.values())) <= 1, counts
    sa.event.remove(engine, "before_cursor_execute", note)
    assert compared >= 20


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_an_address_does_not_take_is_refused_to_everybody(
    method: str, seeded: Seeded
) -> None:
    """One address of every rule; what Flask answers by itself tells nobody more than the door."""
    adapter = seeded.app.url_map.bind("localhost")
    cells, wrong = 0, []
    for row in ROWS:
        address = next(iter(row.reach)).partition("?")[0]
        if method != "OPTIONS" and adapter.test(seeded.address(address), method):
            continue  # a row of its own
        for login in PEOPLE:
            cells += 1
            answer = send(seeded, row, method, login, address)
            want = {405}
            if method == "OPTIONS":
                door = row.door == EVERYBODY or login in row.door.split()
                want = {200} if door else {303} if login in (ANONYMOUS, SUSPENDED) else {403}
            if answer.status_code not in want:
                wrong.append(f"{method} {address} as {login}: {answer.status_code}")
    print(f"{method}: {cells} cells of the matrix")  # noqa: T201 - the count is the evidence
    assert not wrong, "\n" + "\n".join(wrong[:40])


# --- the next request (C-17) ---------------------------------------------------------------------


def _first_cells(login: str) -> Iterator[tuple[Row, str]]:
    for row in ROWS:
        if row.door == EVERYBODY:
            continue
        mine = [pattern for pattern, who in row.reach.items() if login in who.split()]
        if mine:
            yield row, mine[0]


def _refused(seeded: Seeded, login: str, status: int) -> int:
    cells = 0
    for row, pattern in _first_cells(login):
        answer = send(seeded, row, row.method, login, pattern)
        assert answer.status_code == status, (row.endpoint, login, answer.status_code)
        cells += 1
    return cells


@pytest.mark.parametrize("login", SIGNED_IN.split())
def test_a_role_taken_away_is_gone_on_the_next_request(login: str, seeded: Seeded) -> None:
    with seeded.app.app_context(), db.transaction() as session:
        session.execute(sa.delete(RoleHeld).where(RoleHeld.account_id == _id(seeded, login)))
    assert _refused(seeded, login, 403) >= 5


@pytest.mark.parametrize("login", SIGNED_IN.split())
def test_a_suspended_person_is_a_stranger_on_the_next_request(login: str, seeded: Seeded) -> None:
    """Even if a session of theirs had survived: the row is written without ending any."""
    with seeded.app.app_context(), db.transaction() as session:
        session.get_one(Account, _id(seeded, login)).suspended_on = START.date()
    assert _refused(seeded, login, 303) >= 5


def test_a_trainer_moved_to_another_cohort_loses_the_first_at_once(seeded: Seeded) -> None:
    client = seeded.client("tamara")
    assert client.get(seeded.address("/cohorts/<North one>")).status_code == 200
    with seeded.app.app_context(), db.transaction() as session:
        held = session.scalars(
            sa.select(RoleHeld).where(RoleHeld.account_id == _id(seeded, "tamara"))
        ).one()
        held.cohort_id = _id(seeded, "North two")
    assert client.get(seeded.address("/cohorts/<North one>")).status_code == 404
    assert client.get(seeded.address("/cohorts/<North two>")).status_code == 200


def _id(seeded: Seeded, name: str) -> UUID:
    return UUID(seeded.ids[name])


# --- the start -----------------------------------------------------------------------------------


def _planted(**rule: object) -> Blueprint:
    blueprint = Blueprint("planted", __name__)
    blueprint.add_url_rule("/planted", **rule)  # type: ignore[arg-type]  # as each test plants it
    return blueprint


def test_an_endpoint_that_does_not_say_who_may_use_it_stops_the_start(settings: Settings) -> None:
    with pytest.raises(Undeclared, match="planted"):
        create_app(settings, [_planted(view_func=lambda: "hello", endpoint="rogue")])


def test_an_endpoint_that_is_only_a_name_stops_the_start(settings: Settings) -> None:
    with pytest.raises(Undeclared, match="planted"):
        create_app(settings, [_planted(endpoint="rogue")])


def test_an_audience_in_other_words_stops_the_start(settings: Settings) -> None:
    def view() -> str:
        return "hello"

    view.audience = "everybody"  # type: ignore[attr-defined]  # what is tested
    with pytest.raises(Undeclared, match="planted"):
        create_app(settings, [_planted(view_func=view)])


def test_an_endpoint_that_says_who_may_use_it_does_not(settings: Settings) -> None:
    view = needs(Permission.LEARN)(lambda: "hello")
    assert view.audience == Audience(Permission.LEARN)
    create_app(settings, [_planted(view_func=view, endpoint="declared")])
    create_app(settings, [_planted(view_func=public(lambda: "hello"), endpoint="declared")])
