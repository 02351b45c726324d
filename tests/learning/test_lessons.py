"""Lessons: the rules of one's own election, sources with their doubts, questions inside."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.content import publishing
from lms.domain.permissions import Role
from lms.learning import pages
from lms.learning.models import CheckAnswer, Reading
from lms.web.filters import authored
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]
SEEING, COPYING = "/courses/basics/seeing", "/courses/basics/copying"


def check(page: Page, **answer: object) -> Page:
    return page.get(SEEING).submit("/checks/q-see", answer)


# --- rules and their law -------------------------------------------------------------------------


def test_a_rule_shows_what_to_say_its_duty_and_the_article_it_rests_on(
    signed_in_as: Browser,
) -> None:
    page = signed_in_as("aida").get(SEEING)
    for words in (
        "See the whole count critical",
        "I ask to see the marks.",
        "The commission places the table in view.",
        "Article 7(1), Teaching Election Act",
        "Version: first text",
        "Checked on 1 November 2026",
    ):
        assert words in page.text


def test_the_commission_reads_its_duty_and_the_same_words_as_the_observer(app: Flask) -> None:
    with app.test_request_context("/"):
        books = publishing.current(db.session())
        right = authored(pages.rule_html(books, "see-count", "en", None)).striptags()
        duty = authored(pages.rule_html(books, "see-count", "en", None, "duty")).striptags()
    words = books.rules["see-count"].wordings[-1].texts["en"]
    assert f"What the commission owes {words['duty']}" in duty
    assert f"What you will hear {words['say']}" in duty
    for same in (authored(words["html"]).striptags(), "Article 7(1), Teaching Election Act"):
        assert same in right
        assert same in duty


def test_an_unconfirmed_source_says_so_to_the_reader(signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get(COPYING)
    assert "unconfirmed: a lawyer has still to check this" in page.text
    assert "confirmed </span>" not in page.html


def test_readers_of_different_elections_read_the_rule_that_holds_for_theirs(
    world: World, signed_in_as: Browser
) -> None:
    world.add_cohort("North", "North of 2019", "Clock A")
    world.add_person("gulya", Role.TRAINEE, "North of 2019")
    then, today = signed_in_as("gulya").get(SEEING), signed_in_as("aida").get(SEEING)
    assert "A picture on a phone is no document." in then.text
    assert "A live digital document is accepted." not in then.text
    assert "A live digital document is accepted." in today.text
    assert "A picture on a phone is no document." not in today.text


def test_a_source_confirmed_until_an_older_day_is_not_confirmed_for_a_later_election(
    signed_in_as: Browser,
) -> None:
    """The source was checked for elections until June 2026; dana's is in December."""
    earlier = signed_in_as("aida").get(SEEING).html
    later = signed_in_as("dana").get(SEEING).html
    rule = re.compile(r'id="rule-see-count".*?</section>', re.S)
    assert 'class="tag good">confirmed' in rule.search(earlier).group()  # type: ignore[union-attr]
    assert 'class="tag good">confirmed' not in rule.search(later).group()  # type: ignore[union-attr]


def test_a_reader_without_an_election_reads_the_latest_wording(signed_in_as: Browser) -> None:
    page = signed_in_as("erik").get(SEEING)
    assert "A live digital document is accepted." in page.text


def test_a_contested_rule_shows_every_practice_what_to_do_and_what_to_write(
    signed_in_as: Browser,
) -> None:
    page = signed_in_as("aida").get(COPYING)
    for words in (
        "Two local habits contested",
        "North: copies are given by hand.",
        "South: copies are only posted.",
        "What you do Ask which rule it rests on.",
        "What you write down The answer, word for word.",
    ):
        assert words in page.text


# --- languages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "lesson", "shown", "note"),
    [
        ("ru", SEEING, "ru", "Машинный перевод, не проверен носителем языка."),
        ("ru", COPYING, "en", "Перевод старше текста."),
        ("kk", SEEING, "en", "Аудармасы әлі жоқ."),
        ("kk", COPYING, "kk", None),
        ("en", SEEING, "en", None),
    ],
)
def test_a_translation_says_what_it_is(
    language: str, lesson: str, shown: str, note: str | None, signed_in_as: Browser
) -> None:
    page = signed_in_as("aida").post(f"/languages/{language}").get(lesson)
    assert f'<article class="lesson" lang="{shown}">' in page.html
    assert page.sheet.lang == language
    assert ('role="note"' in page.html) == (note is not None)
    if note:
        assert note in page.text


def test_the_language_chosen_on_one_device_is_chosen_on_the_other(signed_in_as: Browser) -> None:
    signed_in_as("aida").post("/languages/kk")
    assert signed_in_as("aida").get("/my/").sheet.lang == "kk"


def test_a_stranger_reads_in_the_language_of_the_browser(app: Flask) -> None:
    client = app.test_client()
    for asked, given in (("kk,ru;q=0.8", "kk"), ("ru-RU", "ru"), ("de", "en"), ("", "en")):
        answer = client.get("/sign-in", headers={"Accept-Language": asked})
        assert f'<html lang="{given}">' in answer.get_data(as_text=True)


# --- questions inside ----------------------------------------------------------------------------


def test_a_wrong_answer_is_commented_on_and_the_right_one_not_given_away(
    signed_in_as: Browser,
) -> None:
    page = check(signed_in_as("aida"), answer="door")
    assert "Nothing can be seen there." in page.text
    assert "The law speaks of marks, not of metres." in page.text
    assert "The marks must be visible." not in page.html  # what stands beside the right option
    option = re.search(r'value="marks".*?</div>', page.html, re.S)
    assert option
    assert "Right" not in option.group()
    assert "rule-see-count" in page.html


def test_a_right_answer_is_praised_in_a_word(signed_in_as: Browser) -> None:
    page = check(signed_in_as("aida"), answer="marks")
    assert "The marks must be visible." in page.text
    assert "Nothing can be seen there." not in page.html


def test_before_an_answer_nothing_is_said_about_any_option(signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get(SEEING)
    for hidden in ("The marks must be visible", "Nothing can be seen", "not of metres"):
        assert hidden not in page.html


def test_a_blank_answer_asks_for_one_and_keeps_nothing(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    page = signed_in_as("aida").get(SEEING)
    page.submit("/checks/q-see", {}, status=422)
    assert "Choose or write an answer first." in page.text
    with app.app_context():
        assert not _answers(world, "aida")


def _answers(world: World, login: str) -> list[object]:
    rows = db.session().scalars(
        sa.select(CheckAnswer.answer)
        .where(CheckAnswer.account_id == world.ids[login])
        .order_by(CheckAnswer.at)
    )
    return list(rows)


def test_answers_are_added_and_the_last_is_shown(
    app: Flask, world: World, signed_in_as: Browser, now: object
) -> None:
    page = signed_in_as("aida")
    check(page, answer="door")
    now.move(minutes=1)  # type: ignore[attr-defined]  # a Moment
    check(page, answer="marks")
    with app.app_context():
        assert _answers(world, "aida") == ["door", "marks"]
    assert re.search(r'value="marks"[^>]*checked', page.get(SEEING).html)


def test_the_same_form_sent_twice_is_one_answer(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    page = signed_in_as("aida")
    key = "55555555-5555-4555-8555-555555555555"
    for _ in range(2):
        check(page, answer="door", client_key=key)
    with app.app_context():
        assert _answers(world, "aida") == ["door"]


def test_a_question_is_asked_only_in_its_lesson(signed_in_as: Browser) -> None:
    page = signed_in_as("aida").get(SEEING)
    page.post(f"{COPYING}/checks/q-see", {"answer": "marks"}, status=404)
    page.get(SEEING).post(f"{SEEING}/checks/q-text", {"answer": "protocol"}, status=404)


# --- the way through a course --------------------------------------------------------------------


def test_a_course_shows_what_is_done_what_is_now_and_what_comes_later(
    signed_in_as: Browser,
) -> None:
    page = signed_in_as("aida").get("/courses/basics/")
    assert re.findall(r'class="small[^"]*">(done|now|later)<', page.html) == ["now", "later"]
    page.get(SEEING).submit("/finish")
    page.get("/courses/basics/")
    assert re.findall(r'class="small[^"]*">(done|now|later)<', page.html) == ["done", "now"]


def test_a_lesson_without_questions_opens(signed_in_as: Browser) -> None:
    assert "You may have a copy on request." in signed_in_as("aida").get(COPYING).text


def test_a_lesson_finished_twice_keeps_its_first_day(
    app: Flask, world: World, signed_in_as: Browser, now: object
) -> None:
    page = signed_in_as("aida")
    page.get(SEEING).submit("/finish")
    now.move(days=2)  # type: ignore[attr-defined]  # a Moment
    page.get(SEEING).submit("/finish")
    with app.app_context():
        row = db.session().get_one(Reading, (world.ids["aida"], "basics/seeing"))
        assert row.finished_at == world.now


def test_a_picture_lies_under_its_own_digest_and_can_do_nothing(
    signed_in_as: Browser, app: Flask
) -> None:
    page = signed_in_as("aida").get(COPYING)
    found = re.search(r'src="(/content-files/[^"]+)" alt="([^"]+)"', page.html)
    assert found
    assert found.group(2) == "A table in the middle, a chair at its side."
    answer = app.test_client().get(found.group(1))
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer.headers["Cache-Control"]
    digest = found.group(1).split("/")[2]
    assert app.test_client().get(f"/content-files/{digest[:11]}/room.svg").status_code == 404
    assert app.test_client().get(f"/content-files/{digest}/other.svg").status_code == 404
