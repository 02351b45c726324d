"""Sitting a quiz through the pages: all types, feedback, knock-outs, time, tabs, old releases."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.assessment.models import Attempt, AttemptResult, Step
from lms.content import publishing
from lms.content.compiling import compile_tree
from lms.content.library import Library
from lms.learning.models import Evidence, RuleStanding
from lms.learning.pages import typed_again
from tests.conftest import TREE, Moment
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]


@pytest.fixture
def books(app: Flask) -> Library:
    with app.app_context():
        return publishing.current(db.session())


def question_of(page: Page) -> str:
    return page.path.rsplit("/", 1)[-1]


def begin(page: Page, quiz: str) -> Page:
    return page.get(f"/quizzes/{quiz}").submit("/start")


def fields_for(books: Library, question_id: str, *, right: bool = True) -> dict[str, object]:
    question = books.questions[question_id]
    if right:
        return dict(typed_again(question.kind, question.right_answer))
    wrong = next(p for p in question.parts if question.earned(p) == 0)
    return {"answer": [wrong]}


def answer_all(page: Page, books: Library, wrong: frozenset[str] = frozenset()) -> Page:
    """Answer every question of an exam in turn, rightly but for those named."""
    while not page.path.endswith("/finish"):
        question_id = question_of(page)
        page.submit(question_id, fields_for(books, question_id, right=question_id not in wrong))
    return page.submit("/finish")


def test_every_type_of_question_is_answered_and_told_about_at_once(
    books: Library, world: World, signed_in_as: Browse
) -> None:
    page = begin(signed_in_as("aida"), "practice")
    kinds = set()
    for _ in range(9):
        question_id = question_of(page)
        kinds.add(books.questions[question_id].kind)
        page.submit(question_id, fields_for(books, question_id))
        assert "Right" in page.text, question_id
        page.get(re.search(r'href="(/attempts/[^"]+)">(?:Next question|To the end)', page.html)[1])  # type: ignore[index]  # the button is there
    page.submit("/finish")
    assert kinds == {"single", "multiple", "truefalse", "order", "match", "number", "text", "gaps"}
    assert "100 % right" in page.text


def test_a_wrong_answer_is_explained_without_printing_the_key(
    books: Library, world: World, signed_in_as: Browse
) -> None:
    page = begin(signed_in_as("aida"), "practice")
    while question_of(page) != "q-see":
        page.get(re.search(r'href="(/attempts/[^"]+)">Skip for now', page.html)[1])  # type: ignore[index]  # the link is there
    page.submit("q-see", {"answer": "door"})
    assert "Nothing can be seen there." in page.text
    assert "The marks must be visible." not in page.text
    assert "/courses/basics/seeing#rule-see-count" in page.html


def test_what_cannot_be_an_answer_comes_back_with_a_sentence(
    books: Library, world: World, signed_in_as: Browse
) -> None:
    page = begin(signed_in_as("aida"), "practice")
    while question_of(page) != "q-number":
        page.get(re.search(r'href="(/attempts/[^"]+)">Skip for now', page.html)[1])  # type: ignore[index]  # the link is there
    page.submit("q-number", {"answer": "about twelve"}, status=422)
    assert "Write a number in figures" in page.text
    assert 'value="about twelve"' in page.html


def test_a_passed_exam_names_no_answers(
    app: Flask, books: Library, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = answer_all(begin(signed_in_as("aida"), "exam"), books)
    assert "Passed" in page.text
    with app.app_context():
        result = (
            db.session()
            .execute(
                sa.select(AttemptResult.passed, AttemptResult.earned).execution_options(scope="all")
            )
            .one()
        )
    assert result == (True, 300)


def test_a_missed_critical_rule_fails_a_mark_above_the_pass(
    books: Library, world: World, signed_in_as: Browse
) -> None:
    page = answer_all(begin(signed_in_as("aida"), "exam"), books, wrong=frozenset({"q-see"}))
    assert "80 % right, and that would be enough" in page.text
    assert "/courses/basics/seeing#rule-see-count" in page.html
    assert "Where the marks can be seen" not in page.text, "an exam never shows its key"


def test_an_answer_from_a_page_that_is_no_longer_the_newest_is_refused(
    books: Library, world: World, signed_in_as: Browse
) -> None:
    first = begin(signed_in_as("aida"), "exam")
    address, question_id = first.path, question_of(first)
    second = signed_in_as("aida").get(address)
    first.submit(question_id, fields_for(books, question_id))
    second.submit(question_id, fields_for(books, question_id, right=False), status=409)
    assert "open twice" in second.text


def test_the_same_delivery_twice_is_kept_once(
    app: Flask, books: Library, world: World, signed_in_as: Browse
) -> None:
    page = begin(signed_in_as("aida"), "exam")
    address, question_id = page.path, question_of(page)
    form = next(f for f in page.sheet.forms if question_id in str(f["action"]))
    fields = dict(form["fields"]) | fields_for(books, question_id)
    for _ in range(3):
        assert page.client.post(address, data=fields).status_code == 303
    with app.app_context():
        kept = sa.select(sa.func.count()).select_from(Step).where(Step.question == question_id)
        assert db.session().scalar(kept.execution_options(scope="all")) == 1


def test_an_answer_after_time_is_up_changes_nothing(
    app: Flask, books: Library, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = begin(signed_in_as("aida"), "exam")
    question_id = question_of(page)
    now.move(minutes=20, seconds=31)
    page.submit(question_id, fields_for(books, question_id), status=409)
    assert "The time is over" in page.text
    with app.app_context():
        answers = sa.select(sa.func.count()).select_from(Step).where(Step.kind == "answer")
        assert db.session().scalar(answers.execution_options(scope="all")) == 0


def test_an_answer_within_the_grace_counts(
    books: Library, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = begin(signed_in_as("aida"), "exam")
    question_id = question_of(page)
    now.move(minutes=20, seconds=29)
    page.submit(question_id, fields_for(books, question_id))
    assert page.answer.status_code == 200


def test_an_attempt_that_ran_out_makes_room_for_the_next(
    app: Flask, books: Library, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = begin(signed_in_as("aida"), "exam")
    first = page.path.split("/")[2]
    now.move(hours=1)
    begin(page, "exam")
    assert page.path.split("/")[2] != first
    with app.app_context():
        results = sa.select(sa.func.count()).select_from(AttemptResult)
        assert db.session().scalar(results.execution_options(scope="all")) == 1


def test_after_three_attempts_there_is_no_fourth(
    books: Library, world: World, signed_in_as: Browse
) -> None:
    page = signed_in_as("aida")
    for _ in range(3):
        answer_all(begin(page, "exam"), books, wrong=frozenset({"q-see"}))
    page.get("/quizzes/exam")
    assert "All attempts are used" in page.text
    page.post("/quizzes/exam/start", status=409)


def test_sixteen_starts_at_once_open_one_attempt(
    app: Flask, world: World, signed_in_as: Browse
) -> None:
    pages = [signed_in_as("aida").get("/quizzes/exam") for _ in range(16)]
    barrier = threading.Barrier(16)

    def start(page: Page) -> None:
        barrier.wait()
        page.client.post("/quizzes/exam/start", data={"csrf_token": page.token()})

    threads = [threading.Thread(target=start, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        count = sa.select(sa.func.count()).select_from(Attempt).execution_options(scope="all")
        assert db.session().scalar(count) == 1


def test_sixteen_who_hand_in_at_once_get_one_result(
    app: Flask, books: Library, world: World, signed_in_as: Browse
) -> None:
    page = begin(signed_in_as("aida"), "exam")
    attempt = page.path.split("/")[2]
    pages = [signed_in_as("aida").get(f"/attempts/{attempt}/finish") for _ in range(16)]
    barrier, codes = threading.Barrier(16), []

    def hand_in(one: Page) -> None:
        barrier.wait()
        answer = one.client.post(f"/attempts/{attempt}/finish", data={"csrf_token": one.token()})
        codes.append(answer.status_code)

    threads = [threading.Thread(target=hand_in, args=(one,)) for one in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) == {303}
    with app.app_context():
        results = sa.select(sa.func.count()).select_from(AttemptResult)
        assert db.session().scalar(results.execution_options(scope="all")) == 1


def test_an_attempt_reads_as_it_was_taken_after_the_question_changed(
    app: Flask, books: Library, world: World, signed_in_as: Browse, now: Moment, tmp_path: Path
) -> None:
    page = answer_all(begin(signed_in_as("aida"), "exam"), books)
    result = page.path
    begin(page, "exam")
    open_question = page.path
    before = page.text
    republish(app, tmp_path, now, "Where do you stand at the count?", "Where did you stand?")
    page.get(open_question)
    assert page.text == before
    page.get(result)
    assert "100 % right" in page.text


def republish(app: Flask, folder: Path, now: Moment, old: str, new: str) -> None:
    """Publish the test tree with a sentence changed."""
    import shutil

    root = folder / "tree"
    shutil.copytree(TREE, root)
    bank = root / "quizzes/banks/basics.md"
    bank.write_text(bank.read_text("utf-8").replace(old, new), "utf-8")
    compiled = compile_tree(root)
    assert not compiled.problems
    with app.app_context(), db.transaction() as session:
        publishing.publish(session, compiled.documents, compiled.files, now=now())


def test_standings_are_what_the_evidence_says(
    app: Flask, books: Library, world: World, signed_in_as: Browse
) -> None:
    page = answer_all(begin(signed_in_as("aida"), "exam"), books, wrong=frozenset({"q-see"}))
    answer_all(begin(page, "exam"), books)
    everybody = {"scope": "all"}
    with app.app_context():
        session = db.session()
        kept = {
            (row.account_id, row.rule): (row.seen, row.right)
            for row in session.scalars(sa.select(RuleStanding).execution_options(**everybody))
        }
        counted: dict[tuple[object, str], tuple[int, int]] = {}
        for row in session.scalars(sa.select(Evidence).execution_options(**everybody)):
            seen, right = counted.get((row.account_id, row.rule), (0, 0))
            counted[row.account_id, row.rule] = (seen + 1, right + int(row.right))
    assert kept == counted
    assert kept


def test_nobody_elses_attempt_is_there(world: World, signed_in_as: Browse) -> None:
    page = begin(signed_in_as("aida"), "exam")
    signed_in_as("bota").get(page.path, status=404)
