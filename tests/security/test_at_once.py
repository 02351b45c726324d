"""The same form from several tabs at the same moment: one deed, and everybody gets a page.

Real threads against the real database. Source: security C-45, C-73; style, "What may happen only
once is also guarded by the database".
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from lms import db
from lms.accounts.models import Account
from tests.page import Sheet, check_sheet
from tests.security.seeding import ANONYMOUS, Seeded, rows_of

TABS = 8
KEY = "44444444-4444-4444-8444-444444444444"
FINE = {200, 303, 409}


def at_once(deed: Callable[[int], TestResponse], tabs: int = TABS) -> list[TestResponse]:
    """Do it in so many threads, all let loose together; every answer is fine, every page whole."""
    gate, answers, trouble = threading.Barrier(tabs), [], []

    def tab(number: int) -> None:
        try:
            gate.wait()
            answers.append(deed(number))
        except BaseException as problem:  # shown by the assertion below
            trouble.append(problem)

    threads = [threading.Thread(target=tab, args=(number,)) for number in range(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not trouble, trouble
    for answer in answers:
        assert answer.status_code in FINE, answer.status_code
        if answer.mimetype == "text/html" and answer.status_code != 303:
            check_sheet(Sheet(answer.get_data(as_text=True)), answer.request.path)
    return answers


def posts(
    seeded: Seeded, login: str, pattern: str, fields: Mapping[str, Any], *, keys: bool = False
) -> Callable[[int], TestResponse]:
    """The same post from each tab; with ``keys`` each tab has a key of its own."""

    def deed(number: int) -> TestResponse:
        key = f"44444444-4444-4444-8444-{number:012d}" if keys else KEY
        data = {"csrf_token": seeded.tokens[login], "client_key": key, **fields}
        return seeded.client(login).post(seeded.address(pattern), data=data)

    return deed


def grown(before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> dict[str, int]:
    """How many rows each table gained or lost."""
    sizes = {name: len(after[name]) - len(rows) for name, rows in before.items()}
    return {name: size for name, size in sizes.items() if size}


def test_a_pledge_is_signed_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    at_once(posts(seeded, "timur", "/my/pledge", {}, keys=True))
    assert grown(before, rows_of(seeded.app))["pledges"] == 1


def test_an_attempt_is_started_once_by_sixteen_tabs(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    at_once(posts(seeded, "timur", "/quizzes/exam/start", {}, keys=True), tabs=16)
    assert grown(before, rows_of(seeded.app)) == {"attempts": 1, "attempt_steps": 1, "trail": 1}


def test_an_answer_sent_twice_is_kept_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    address = "/attempts/<attempt of aida>/q-see"
    answers = at_once(posts(seeded, "aida", address, {"answer": "marks", "seen": "0"}))
    assert {answer.status_code for answer in answers} == {303}
    assert grown(before, rows_of(seeded.app)) == {"attempt_steps": 1}


def test_of_different_answers_from_different_tabs_one_is_kept_and_the_others_are_told(
    seeded: Seeded,
) -> None:
    before = rows_of(seeded.app)

    def deed(number: int) -> TestResponse:
        data = {
            "csrf_token": seeded.tokens["aida"],
            "client_key": f"44444444-4444-4444-8444-{number:012d}",
            "answer": f"words {number}",
            "seen": "0",
        }
        address = seeded.address("/attempts/<attempt of aida>/q-text")
        return seeded.client("aida").post(address, data=data)

    statuses = sorted(answer.status_code for answer in at_once(deed))
    assert statuses == [303] + [409] * (TABS - 1)
    assert grown(before, rows_of(seeded.app)) == {"attempt_steps": 1}


def test_an_attempt_is_finished_once_and_marked_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    answers = at_once(posts(seeded, "aida", "/attempts/<attempt of aida>/finish", {}, keys=True))
    assert {answer.status_code for answer in answers} == {303}
    found = grown(before, rows_of(seeded.app))
    assert found["attempt_results"] == 1
    assert found["attempt_steps"] == 1


def test_a_question_in_a_lesson_sent_twice_counts_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    at_once(posts(seeded, "timur", "/courses/basics/seeing/checks/q-see", {"answer": "marks"}))
    found = grown(before, rows_of(seeded.app))
    assert found["check_answers"] == 1
    assert found["evidence"] == 1


def test_a_lesson_is_finished_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    at_once(posts(seeded, "timur", "/courses/basics/seeing/finish", {}, keys=True))
    assert grown(before, rows_of(seeded.app)) == {"readings": 1}


def test_a_run_is_begun_once_and_each_choice_made_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    at_once(posts(seeded, "timur", "/scenarios/door/start", {}, keys=True))
    assert grown(before, rows_of(seeded.app)) == {"runs": 1}
    choice = {"choice": "paper", "step": "0"}
    at_once(posts(seeded, "aida", "/runs/<run of aida>/choices", choice, keys=True))
    assert grown(before, rows_of(seeded.app)) == {"runs": 1, "run_choices": 1}


def test_the_end_of_a_run_counts_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    choice = {"choice": "over", "step": "0"}
    at_once(posts(seeded, "aida", "/runs/<run of aida>/choices", choice))
    found = grown(before, rows_of(seeded.app))
    assert found["run_choices"] == 1
    assert found["evidence"] == 1


def test_a_list_of_people_confirmed_twice_adds_them_once(seeded: Seeded) -> None:
    page = seeded.client("tamara").post(
        seeded.address("/cohorts/<North one>/import"),
        data={
            "csrf_token": seeded.tokens["tamara"],
            "file": (io.BytesIO(b"name\nNew One\nNew Two\n"), "people.csv"),
        },
    )
    found = re.search(r'name="plan" value="([^"]+)"', page.get_data(as_text=True))
    assert found
    before = rows_of(seeded.app)
    address = "/cohorts/<North one>/import/confirm"
    answers = at_once(posts(seeded, "tamara", address, {"plan": found.group(1)}, keys=True))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [409] * (TABS - 1)
    after = grown(before, rows_of(seeded.app))
    assert after["accounts"] == after["roles_held"] == after["one_time_codes"] == 2


def test_a_certificate_is_issued_once_and_revoked_once(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    fields = {"name": "Bota One", "language": "en", "purpose": "training"}
    address = "/cohorts/<North one>/people/<bota>/certify"
    at_once(posts(seeded, "tamara", address, fields, keys=True), tabs=4)
    assert grown(before, rows_of(seeded.app))["certificates"] == 1
    middle = rows_of(seeded.app)
    address = "/certificates/<certificate of aida>/revoke"
    answers = at_once(posts(seeded, "tamara", address, {"reason": "mistake"}, keys=True))
    assert sorted(a.status_code for a in answers) == [303] + [409] * (TABS - 1)
    assert grown(middle, rows_of(seeded.app))["status_lists"] == 1


def test_a_code_lets_one_person_in_of_sixteen_who_type_it(seeded: Seeded) -> None:
    before = rows_of(seeded.app)

    def deed(number: int) -> TestResponse:
        data = {
            "csrf_token": seeded.tokens[ANONYMOUS],
            "code": seeded.ids["code of nadia"],
            "login": f"nadia {number} of many",
            "choice": "own",
            "secret": "a-long-enough-one",
        }
        return seeded.client(ANONYMOUS).post("/join/account", data=data)

    answers = at_once(deed, tabs=16)
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303] + [409] * 15
    assert grown(before, rows_of(seeded.app))["device_sessions"] == 1
    with seeded.app.app_context():
        names = db.session().scalars(
            sa.select(Account.login)
            .where(Account.login.like("nadia %"))
            .execution_options(scope="all")  # however many there were
        )
        assert len(list(names)) == 1


def test_one_session_ended_from_two_tabs_is_gone_for_both(seeded: Seeded) -> None:
    def deed(_number: int) -> TestResponse:
        return seeded.client("aida").post(
            seeded.address("/account/sessions/<session of aida>/end"),
            data={"csrf_token": seeded.tokens["aida"]},
        )

    FINE.add(404)
    try:
        statuses = sorted(answer.status_code for answer in at_once(deed))
    finally:
        FINE.discard(404)
    assert statuses == [303] + [404] * (TABS - 1)


def test_two_people_who_choose_the_same_login_at_once_are_told_apart(seeded: Seeded) -> None:
    """Two codes, one login: the database lets one have it, the other chooses again."""

    def deed(number: int) -> TestResponse:
        data = {
            "csrf_token": seeded.tokens[ANONYMOUS],
            "code": seeded.ids[f"code of {('nadia', 'olzhas')[number]}"],
            "login": ("wanted", "wаnted")[number],  # the second with a Cyrillic letter
            "choice": "own",
            "secret": "a-long-enough-one",
        }
        return seeded.client(ANONYMOUS).post("/join/account", data=data)

    FINE.add(422)
    try:
        statuses = sorted(answer.status_code for answer in at_once(deed, tabs=2))
    finally:
        FINE.discard(422)
    assert statuses in ([303, 409], [303, 422])
