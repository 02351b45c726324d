"""Tries with hints, certainty, what is seen when, what disqualifies and how it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.assessment.models import AttemptResult, Closing, Exposure, Repair
from tests.assessment.papers import answer, paper, sit, start
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]
RIGHT: dict[str, dict[str, object]] = {
    "q-film": {"answer": "ask"},
    "q-pile": {"answer": "move"},
    "q-heap": {"answer": "yes"},
}


@pytest.fixture
def page(signed_in_as: Browser) -> Page:
    return signed_in_as("aida")


def result(app: Flask, attempt: str) -> AttemptResult:
    with app.app_context():
        return db.session().get_one(AttemptResult, UUID(attempt.rsplit("/", 1)[-1]))


# --- tries ---------------------------------------------------------------------------------------


def test_a_wrong_answer_uses_a_try_and_shows_the_next_hint(app: Flask, page: Page) -> None:
    attempt = start(page, "more-tries")
    answer(page, attempt, "q-spot", {"answer": ["way"]})
    assert "1 of 3 tries used" in page.text
    assert "Look to the left." in page.text
    assert "Look at the chair." not in page.text
    answer(page, attempt, "q-spot", {"answer": ["box"]})
    assert "2 of 3 tries used" in page.text
    assert "Look at the chair." in page.text
    answer(page, attempt, "q-spot", {"answer": ["box", "heap"]})
    assert "tries used" not in page.text
    page.post(f"{attempt}/q-spot", {"answer": ["way"], "seen": "4"}, status=409)
    page.get(f"{attempt}/finish").submit("/finish")
    assert result(app, attempt).earned == 20  # sixty less twice a third of it, rounded down


def test_the_tries_run_out(page: Page) -> None:
    attempt = start(page, "more-tries")
    for chosen in (["way"], ["box"], ["heap"]):
        answer(page, attempt, "q-spot", {"answer": chosen})
    assert "tries used" not in page.text
    page.post(f"{attempt}/q-spot", {"answer": ["box", "heap"], "seen": "4"}, status=409)
    assert "the first answer stands" in page.text


# --- certainty -----------------------------------------------------------------------------------


def test_certainty_gives_a_second_result_and_names_what_was_wrong_and_certain(
    app: Flask, page: Page
) -> None:
    attempt = start(page, "more-sure")
    answer(page, attempt, "q-film", {"answer": "ask", "certainty": "3"})
    answer(page, attempt, "q-heap", {"answer": "yes", "certainty": "1"})
    answer(page, attempt, "q-pile", {"answer": "guess", "certainty": "3"})
    assert 'value="3" id="f-certainty-3" checked' in page.get(f"{attempt}/q-pile").html
    page.get(f"{attempt}/finish").submit("/finish")
    # Marks 3, 1 and -6; two of three right, whose best fixed level brings 2/3.
    assert "Second result: 53 %. It is 67 % right and -13.3 for honest doubt" in page.text
    assert "Wrong and certain" in page.text
    assert result(app, attempt).earned == 120  # the pass mark does not know certainty


def test_a_certainty_that_changes_alone_is_kept_and_nothing_else(page: Page) -> None:
    attempt = start(page, "more-sure")
    answer(page, attempt, "q-film", {"answer": "ask", "certainty": "1"})
    answer(page, attempt, "q-film", {"answer": "ask", "certainty": "2"})
    assert 'value="2" id="f-certainty-2" checked' in page.get(f"{attempt}/q-film").html
    answer(page, attempt, "q-film", {"answer": "ask", "certainty": "9"})
    assert 'value="2" id="f-certainty-2" checked' in page.get(f"{attempt}/q-film").html


# --- what is seen when ---------------------------------------------------------------------------


def test_a_practice_may_show_marks_and_the_key_afterwards(page: Page) -> None:
    sit(page, "more-sure", lambda q: {"answer": "guess"} if q == "q-pile" else RIGHT[q])
    assert "0 of 60 points" in page.text
    assert re.search(r"The right answer: Move to where it can be seen", page.text)


def test_an_exam_shows_what_was_right_only_once_it_is_closed_for_the_cohort(
    app: Flask, world: World, page: Page, now: Moment
) -> None:
    attempt = sit(page, "more-exam", RIGHT.get)
    assert "Your answers" not in page.text
    _close(app, world, "more-exam", now)
    now.move(minutes=2)
    page.get(f"{attempt}/result")
    assert "Your answers" in page.text
    assert "60 of 60 points" in page.text
    assert "The right answer" not in page.text
    other = page.get("/quizzes/more-exam")
    assert "This is closed since" in other.text
    other.post("/quizzes/more-exam/start", status=409)
    assert "closed for your group" in other.text


def _close(app: Flask, world: World, quiz: str, now: Moment) -> None:
    with app.app_context(), db.transaction() as session:
        session.add(
            Closing(
                cohort_id=world.ids["North one"],
                quiz=quiz,
                closes_at=now.at + timedelta(minutes=1),
                decided_by=world.ids["tamara"],
            )
        )


# --- time ----------------------------------------------------------------------------------------


def test_an_exam_that_nobody_hands_in_is_abandoned_where_the_quiz_says_so(
    page: Page, now: Moment
) -> None:
    attempt = start(page, "more-exam")
    answer(page, attempt, "q-film", RIGHT["q-film"])
    now.move(minutes=11)
    page.get(attempt)
    assert "this was not handed in" in page.text
    page.submit("/finish")
    assert page.path == f"{attempt}/result"
    assert "Not handed in" in page.text
    assert "not handed in" in page.get("/quizzes/more-exam").text


def test_in_the_grace_one_may_hand_in_and_answer_nothing(page: Page, now: Moment) -> None:
    attempt = start(page, "more-text")
    answer(page, attempt, "q-heap", RIGHT["q-heap"])
    page.get(f"{attempt}/q-act")
    now.move(minutes=14)
    page.submit("/q-act", {"answer": "At 21:40 …"}, status=409)
    assert "At 21:40" in page.text
    page.get(f"{attempt}/finish").submit("/finish")
    assert "50 % right" in page.text


# --- knock-outs and repair -----------------------------------------------------------------------


def test_a_choice_that_disqualifies_fails_and_has_to_be_mended_with_another_question(
    app: Flask, world: World, page: Page
) -> None:
    sit(page, "more-exam", lambda q: {"answer": "take"} if q == "q-film" else RIGHT[q])
    assert "something that nobody may do on the day" in page.text
    page.get("/quizzes/more-exam")
    assert "Mend this first" in page.text
    page.post("/quizzes/more-exam/start", status=409)
    with app.app_context():
        found = sa.select(Repair).where(Repair.account_id == world.ids["aida"])
        repair = db.session().scalars(found).one()
    assert repair.met == ["q-film"]
    assert repair.question != "q-film"
    page.get(f"/repairs/{repair.id}")
    assert 'href="/courses/basics/seeing#rule-see-count"' in page.html


RIGHTS: dict[str, dict[str, object]] = {
    **RIGHT,
    "q-spot": {"answer": ["box", "heap"]},
    "q-see": {"answer": "marks"},
    "q-look": {"answer": ["piles", "hands"]},
}
WRONGS: dict[str, dict[str, object]] = {
    "q-film": {"answer": "nothing"},
    "q-pile": {"answer": "guess"},
    "q-heap": {"answer": "no"},
    "q-spot": {"answer": ["way"]},
    "q-see": {"answer": "door"},
    "q-look": {"answer": ["ceiling"]},
}


def _mending(app: Flask, page: Page) -> str:
    sit(page, "more-exam", lambda q: {"answer": "take"} if q == "q-film" else RIGHT[q])
    page.get("/quizzes/more-exam")
    return next(link for link in page.sheet.links if link.startswith("/repairs/"))


def _asked(page: Page) -> str:
    found = re.search(r'name="question" value="([^"]+)"', page.html)
    assert found
    return found.group(1)


def test_mending_opens_the_way_to_the_next_attempt(app: Flask, page: Page) -> None:
    address = _mending(app, page)
    page.get(address).submit(address, RIGHTS[_asked(page.get(address))])
    assert "Mended" in page.text
    assert start(page, "more-exam")


def test_two_wrong_in_a_row_need_the_trainer_and_no_question_comes_twice(
    app: Flask, page: Page
) -> None:
    address = _mending(app, page)
    first = _asked(page.get(address))
    page.submit(address, WRONGS[first])
    assert "this is the last question before your trainer is needed" in page.text
    second = _asked(page)
    assert len({"q-film", first, second}) == 3
    page.submit(address, WRONGS[second])
    assert "Go through this with your trainer" in page.text
    page.post(address, {"question": second, **RIGHTS[second]}, status=409)
    page.post("/quizzes/more-exam/start", status=409)


def test_somebody_elses_repair_is_not_there(app: Flask, page: Page, signed_in_as: Browser) -> None:
    address = _mending(app, page)
    other = signed_in_as("bota").get("/my/")
    other.get(address, status=404)
    other.post(address, {"question": "q-pile", "answer": "move"}, status=404)


# --- draws ---------------------------------------------------------------------------------------


def test_papers_are_counted_where_there_is_a_cap(app: Flask, signed_in_as: Browser) -> None:
    for login in ("aida", "bota", "erik"):
        person = signed_in_as(login)
        assert len(paper(person, start(person, "more-exam"))) == 2
    with app.app_context():
        rows = db.session().execute(sa.select(Exposure.question, Exposure.drawn))
        drawn = {question: times for question, times in rows}  # noqa: C416 - rows are no pairs
    assert drawn.pop("") == 3
    assert sum(drawn.values()) == 6


# --- receipts ------------------------------------------------------------------------------------


def test_every_answer_has_a_receipt_that_only_fits_itself(page: Page) -> None:
    attempt = start(page, "more-exam")
    answer(page, attempt, "q-film", RIGHT["q-film"])
    codes = re.findall(r"Receipt: ([A-Z2-7]{5}-[A-Z2-7]{5})", page.get(f"{attempt}/finish").text)
    assert len(codes) == 1
    assert f"Receipt: {codes[0]}" in page.get(f"{attempt}/q-film").text
    answer(page, attempt, "q-film", {"answer": "nothing"})
    later = re.findall(r"Receipt: ([A-Z2-7]{5}-[A-Z2-7]{5})", page.get(f"{attempt}/finish").text)
    assert later != codes
