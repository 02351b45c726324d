"""The trainee's own page: where am I, what is next, what is missing, by when."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from lms import db
from lms.accounts.actions import add_role
from lms.cohorts.models import Cohort
from lms.domain.permissions import Role
from lms.learning.models import Pledge
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]
MISSING = (
    "Read: Seeing the count",
    "Read: The copy",
    "Pass: Exam",
    "Play until you pass: The door",
    "Sign the pledge",
)


def missing(page: Page) -> list[str]:
    listed = re.search(r'<ol class="tight">(.*?)</ol>', page.html, re.S)
    return re.findall(r"<a[^>]*>(.*?)</a>", listed.group(1)) if listed else []


def next_step(page: Page) -> tuple[str, str]:
    found = re.search(r'class="card next".*?href="([^"]+)">(.*?)</a>', page.html, re.S)
    assert found, "no next step"
    return found.group(2), found.group(1)


def answer_all(page: Page, answers: dict[str, dict[str, object]]) -> Page:
    """Answer the open attempt, question by question, and hand it in."""
    while "Question" in page.sheet.title:
        question = page.path.rsplit("/", 1)[-1]
        page.submit(f"/{question}", answers[question])
    return page.submit("/finish")


RIGHT: dict[str, dict[str, object]] = {
    "q-see": {"answer": "marks"},
    "q-look": {"answer": ["piles", "hands"]},
    "q-true": {"answer": "false"},
    "q-order": {"place-count": "1", "place-protocol": "2", "place-copy": "3"},
    "q-match": {"match-chair": "r-signs", "match-observer": "r-watches", "match-voter": "r-votes"},
    "q-number": {"answer": "1200"},
    "q-text": {"answer": "Protocol of results"},
    "q-gaps": {"gap-g1": "seal", "gap-g2": "signatures"},
    "q-mixed": {"answer": "write"},
}


def test_a_new_trainee_sees_one_next_step_all_that_is_missing_and_by_when(
    signed_in_as: Browser, now: Moment
) -> None:
    page = signed_in_as("aida").get("/my/")
    assert next_step(page) == ("Read: Seeing the count", "/courses/basics/seeing")
    assert missing(page) == list(MISSING)
    assert "by 19 April 2026" in page.text
    assert "0 of 2" in page.text


def test_each_thing_done_leaves_the_list_until_nothing_is_missing(
    signed_in_as: Browser, now: Moment
) -> None:
    page = signed_in_as("aida")
    page.get("/courses/basics/seeing").submit("/finish")
    assert page.path == "/courses/basics/copying"
    assert next_step(page.get("/my/")) == ("Read: The copy", "/courses/basics/copying")
    page.get("/courses/basics/copying").submit("/finish")
    assert missing(page.get("/my/")) == list(MISSING[2:])

    answer_all(page.get("/quizzes/exam").submit("/start"), RIGHT)
    assert next_step(page.get("/my/"))[1] == "/scenarios/door"
    page.get("/scenarios/door").submit("/start")
    page.submit("/choices", {"choice": "paper"}).submit("/choices", {"choice": "stayed"})
    assert missing(page.get("/my/")) == ["Sign the pledge"]

    page.get("/my/pledge").submit("/my/pledge")
    assert page.path == "/my/"
    assert not missing(page)
    assert "Nothing is missing" in page.text
    assert "Your trainer can certify you" in page.text


def test_what_was_done_on_one_device_is_done_on_the_other(signed_in_as: Browser) -> None:
    telephone, computer = signed_in_as("aida"), signed_in_as("aida")
    telephone.get("/courses/basics/seeing").submit("/finish")
    telephone.get("/courses/basics/seeing").submit("/checks/q-see", {"answer": "door"})
    assert next_step(computer.get("/my/"))[0] == "Read: The copy"
    assert "1 of 2" in computer.text
    computer.get("/courses/basics/seeing")
    assert re.search(r'value="door"[^>]*checked', computer.html)


def test_the_weakest_rule_comes_first_and_leads_to_its_passage(signed_in_as: Browser) -> None:
    page = signed_in_as("aida")
    page.get("/courses/basics/seeing").submit("/checks/q-see", {"answer": "door"})
    page.get("/my/")
    weak = page.html.index("Weak: the last answer was wrong")
    assert weak < page.html.index("Not yet seen")
    chip = re.search(r'class="chip" href="([^"]+)"', page.html[weak:])
    assert chip
    assert chip.group(1) == "/courses/basics/seeing#rule-see-count"
    page.get("/courses/basics/seeing")
    assert "rule-see-count" in page.sheet.ids


def test_a_passed_exam_is_not_lost_by_failing_it_afterwards(
    signed_in_as: Browser, now: Moment
) -> None:
    page = signed_in_as("aida")
    answer_all(page.get("/quizzes/exam").submit("/start"), RIGHT)
    now.move(days=1)
    page.get("/quizzes/exam").submit("/start")
    page.get(page.path.rsplit("/", 1)[0] + "/finish").submit("/finish")
    assert "Pass: Exam" not in missing(page.get("/my/"))


def test_a_person_in_no_group_is_told_what_they_can_do(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    with app.app_context(), db.transaction() as session:
        world.person(session, "loner", Role.TRAINER, None)
    page = signed_in_as("loner").get("/my/")
    assert "You are in no group yet" in page.text
    assert signed_in_as("loner").get("/my/pledge", status=404)


def test_the_pledge_is_signed_once_and_shown_as_signed(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    page = signed_in_as("aida").get("/my/pledge")
    assert "I will not interfere." in page.text
    page.submit("/my/pledge")
    page.get("/my/pledge")
    assert "You have signed this" in page.text
    assert not [f for f in page.sheet.forms if "pledge" in str(f["action"])]


def test_a_pledge_is_kept_in_the_language_whose_words_were_signed(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    """The programme has no Kazakh words here, so English ones are shown, and say so."""
    page = signed_in_as("aida").post("/languages/kk").get("/my/pledge")
    assert "Аудармасы әлі жоқ" in page.text
    assert '<div class="lesson" lang="en">' in page.html
    page.submit("/my/pledge")
    with app.app_context():
        signed = db.session().get_one(Pledge, (world.ids["aida"], "basic-observer"))
        assert signed.language == "en"


def test_who_learns_for_two_programmes_sees_what_each_still_asks_for(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Cohort, world.ids["North two"]).programme = "drawn"
        add_role(session, world.ids["aida"], Role.TRAINEE, world.place("North two"), now=now())
    page = signed_in_as("aida").get("/my/")
    assert page.html.count('<section aria-labelledby="missing') == 2
    assert "Missing before you can be certified: Basic observer" in page.text
    assert "Pass the certifying runs" in page.text
    page.get("/my/pledge?programme=basic-observer").submit("/my/pledge?programme=basic-observer")
    assert "Sign the pledge" not in page.get("/my/").text
    page.get("/my/pledge?programme=drawn", status=404)  # which asks for none
