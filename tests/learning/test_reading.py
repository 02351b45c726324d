"""Reading: one next step, the reader's law and language, questions inside, looking things up."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from lms import db
from lms.accounts.actions import choose_language
from lms.domain.permissions import Actor
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]


def in_language(app: Flask, world: World, login: str, language: str) -> None:
    with app.app_context(), db.transaction() as session:
        choose_language(session, Actor(world.ids[login]), language)


def test_the_next_step_is_the_first_thing_that_is_missing(
    world: World, signed_in_as: Browse
) -> None:
    page = signed_in_as("aida").get("/my/")
    assert "Read: Seeing the count" in page.text.split("Missing before")[0]
    page.get("/courses/basics/seeing").submit("/finish")
    page.get("/my/")
    assert "Read: The copy" in page.text.split("Missing before")[0]


def test_everything_that_is_missing_stands_in_order_with_its_day(
    world: World, signed_in_as: Browse
) -> None:
    text = signed_in_as("aida").get("/my/").text
    steps = ["Read: Seeing the count", "Read: The copy", "Pass: Exam", "Play until", "Sign the"]
    places = [text.index(step, text.index("Missing before")) for step in steps]
    assert places == sorted(places)
    assert "by 19 April 2026" in text


def test_a_lesson_goes_on_where_another_device_left_off(world: World, signed_in_as: Browse) -> None:
    phone = signed_in_as("aida").get("/courses/basics/seeing")
    phone.submit("/checks/q-see", {"answer": "door"})
    laptop = signed_in_as("aida").get("/courses/basics/seeing")
    assert "Nothing can be seen there." in laptop.text


def test_a_wrong_answer_inside_a_lesson_does_not_print_the_right_one(
    world: World, signed_in_as: Browse
) -> None:
    page = signed_in_as("aida").get("/courses/basics/seeing")
    page.submit("/checks/q-see", {"answer": "door"})
    assert "Not right" in page.text
    assert "The marks must be visible." not in page.text


def test_an_empty_answer_is_asked_for_in_words(world: World, signed_in_as: Browse) -> None:
    page = signed_in_as("aida").get("/courses/basics/seeing")
    page.submit("/checks/q-see", {}, status=422)
    assert "Choose or write an answer first." in page.text


def test_the_wording_is_that_of_the_readers_election(
    app: Flask, world: World, signed_in_as: Browse
) -> None:
    """Aida's election is in 2026; nobody reads the wording of 2019 as if it held."""
    page = signed_in_as("aida").get("/courses/basics/seeing")
    assert "A live digital document is accepted." in page.text
    assert "A picture on a phone is no document." not in page.text
    with app.app_context(), db.transaction() as session:
        from lms.cohorts.models import Cohort

        session.get_one(Cohort, world.ids["North one"]).election_id = world.ids["Clock A"]
    page.get("/courses/basics/seeing")
    assert "A picture on a phone is no document." in page.text


def test_an_unconfirmed_source_says_so_to_the_reader(world: World, signed_in_as: Browse) -> None:
    page = signed_in_as("aida").get("/courses/basics/copying")
    assert "unconfirmed" in page.text


def test_a_source_confirmed_until_summer_is_unconfirmed_for_an_election_in_winter(
    world: World, signed_in_as: Browse
) -> None:
    spring = signed_in_as("aida").get("/courses/basics/seeing").html
    winter = signed_in_as("dana").get("/courses/basics/seeing").html
    assert "unconfirmed" not in spring.split('id="rule-see-count"')[1].split("</section>")[0]
    assert "unconfirmed" in winter.split('id="rule-see-count"')[1].split("</section>")[0]


def test_a_contested_rule_says_both_habits_and_what_to_do(
    world: World, signed_in_as: Browse
) -> None:
    text = signed_in_as("aida").get("/courses/basics/copying").text
    for words in ("contested", "North: copies", "South: copies", "Ask which rule", "word for word"):
        assert words in text


def test_a_translation_that_nobody_reviewed_says_so(
    app: Flask, world: World, signed_in_as: Browse
) -> None:
    in_language(app, world, "aida", "ru")
    page = signed_in_as("aida").get("/courses/basics/seeing")
    assert "Вы вправе видеть весь подсчёт." in page.text
    assert "не проверен" in page.text


def test_a_missing_translation_falls_back_with_a_visible_note(
    app: Flask, world: World, signed_in_as: Browse
) -> None:
    in_language(app, world, "aida", "kk")
    page = signed_in_as("aida").get("/courses/basics/seeing")
    assert "You may see every part of the count." in page.text
    assert '<article class="lesson" lang="en">' in page.html


def test_search_finds_other_forms_of_a_word(app: Flask, world: World, signed_in_as: Browse) -> None:
    page = signed_in_as("aida").get("/search?q=copies")
    assert "/courses/basics/copying" in page.html
    in_language(app, world, "aida", "ru")
    assert "/courses/basics/seeing" in signed_in_as("aida").get("/search?q=подсчёта").html


def test_search_that_finds_nothing_says_what_to_do(world: World, signed_in_as: Browse) -> None:
    assert "Nothing found" in signed_in_as("aida").get("/search?q=zzzz").text


def test_the_glossary_marks_what_is_unsettled(world: World, signed_in_as: Browse) -> None:
    text = signed_in_as("aida").get("/glossary").text
    assert "Official record of the result." in text
    assert "wording not settled" in text


def test_the_pledge_is_signed_once_and_leaves_a_line_in_the_trail(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("aida").get("/my/pledge")
    assert "I will not interfere." in page.text
    page.submit("/my/pledge")
    page.get("/my/pledge")
    assert "You have signed this." in page.text
    assert "sign-pledge" in signed_in_as("asel").get("/admin/trail").text


def test_a_lesson_of_another_course_is_not_there(world: World, signed_in_as: Browse) -> None:
    signed_in_as("aida").get("/courses/other/seeing", status=404)
    signed_in_as("aida").get("/courses/basics/unknown", status=404)
