"""Every type of question through its page: right, partly right, wrong, and what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.assessment.papers import PARTLY, RIGHT, WRONG, Fields, answer, paper, start
from tests.page import Page

Browser = Callable[[str], Page]
# What would give the answer away to somebody who answered wrongly. (An order says only which
# lines stand in their place.)
KEYS = {
    "q-see": ("The marks must be visible",),
    "q-look": (">Yes.",),
    "q-true": (">Right.<",),
    "q-match": ("Right</span>",),
    "q-number": ("1200", "1 200", "1,200"),
    "q-text": ("protocol of results",),
    "q-gaps": ("stamp", "seal", "signatures"),
    "q-mixed": ("It is the record that counts",),
}


@pytest.fixture
def sitting(signed_in_as: Browser) -> tuple[Page, str]:
    page = signed_in_as("aida")
    return page, start(page, "practice")


def test_a_practice_asks_every_question_of_every_type(sitting: tuple[Page, str]) -> None:
    assert sorted(paper(*sitting)) == sorted(RIGHT)


@pytest.mark.parametrize("question", RIGHT)
def test_a_right_answer_is_right(question: str, sitting: tuple[Page, str]) -> None:
    page = answer(*sitting, question, RIGHT[question])
    assert _verdict(page) == "Right"


@pytest.mark.parametrize("question", WRONG)
def test_a_wrong_answer_is_wrong_and_does_not_print_the_key(
    question: str, sitting: tuple[Page, str]
) -> None:
    page = answer(*sitting, question, WRONG[question])
    assert _verdict(page) == "Not right"
    main = unescape(page.html[page.html.index("<main") :])
    main = re.sub(r"[0-9a-f-]{20,}", "", main)  # ids and receipts, in which any figure may stand
    for key in KEYS.get(question, ()):
        assert key not in main, key


@pytest.mark.parametrize("question", PARTLY)
def test_an_answer_that_is_partly_right_says_so_part_by_part(
    question: str, sitting: tuple[Page, str]
) -> None:
    page = answer(*sitting, question, PARTLY[question])
    assert _verdict(page) == "Partly right"


def _verdict(page: Page) -> str:
    found = re.search(r'class="notice \w+" role="status">\s*<p class="word">([^<]+)<', page.html)
    assert found, "nothing is said about the answer"
    return found.group(1).strip()


UNREADABLE: list[tuple[str, Fields, str]] = [
    ("q-see", {"answer": "window"}, "does not belong to the question"),
    ("q-see", {"answer": ["marks", "door"]}, "Choose one answer only"),
    ("q-look", {"answer": ["piles", "moon"]}, "does not belong to the question"),
    ("q-order", {"place-count": "1"}, "Give every line a place"),
    (
        "q-order",
        {"place-count": "1", "place-protocol": "1", "place-copy": "3"},
        "Two lines have the place 1",
    ),
    (
        "q-order",
        {"place-count": "1", "place-protocol": "9", "place-copy": "3"},
        "one of the numbers in the list",
    ),
    ("q-match", {"match-chair": "r-sleeps"}, "does not belong to the question"),
    ("q-number", {"answer": "many"}, "Write a number in figures"),
    ("q-number", {"answer": "9" * 40}, "Shorten your answer"),
    ("q-text", {"answer": "p" * 501}, "Shorten your answer to 500 characters"),
    ("q-gaps", {"gap-g1": "s" * 501, "gap-g2": "b"}, "Shorten your answer to 500 characters"),
]


@pytest.mark.parametrize(("question", "fields", "words"), UNREADABLE)
def test_what_cannot_be_read_comes_back_with_what_to_mend(
    question: str, fields: Fields, words: str, sitting: tuple[Page, str]
) -> None:
    page = answer(*sitting, question, fields, status=422)
    assert words in page.text
    for value in fields.values():
        if isinstance(value, str) and question in ("q-number", "q-text", "q-gaps"):
            assert value in page.html
    page.get(f"{sitting[1]}/finish")
    assert "answered, saved" not in page.text


@pytest.mark.parametrize("question", RIGHT)
def test_an_empty_answer_in_practice_asks_for_one(question: str, sitting: tuple[Page, str]) -> None:
    page, attempt = sitting
    page.get(f"{attempt}/{question}").post(f"{attempt}/{question}", {}, status=422)
    assert "Choose or write an answer first." in page.text


def test_the_first_answer_stands_where_feedback_follows_each(sitting: tuple[Page, str]) -> None:
    page, attempt = sitting
    answer(page, attempt, "q-text", WRONG["q-text"])
    fields = {**RIGHT["q-text"], "seen": "2"}
    page.post(f"{attempt}/q-text", fields, status=409)
    assert "the first answer stands" in page.text
    assert "Protocol of Results" in page.text  # what was typed is not lost
    assert f'href="{attempt}"' in page.html
    page.get(f"{attempt}/q-text")
    assert 'value="a paper"' in page.html


def test_a_number_is_read_as_each_language_writes_it(signed_in_as: Browser) -> None:
    for login, typed in (
        ("aida", "1,200"),
        ("bota", "1 200"),
        ("dana", "1200,0"),
        ("erik", "１２００"),
    ):
        page = signed_in_as(login)
        assert _verdict(answer(page, start(page, "practice"), "q-number", {"answer": typed})) == (
            "Right"
        )


def test_parts_lie_in_an_order_of_the_attempts_own_that_stays(sitting: tuple[Page, str]) -> None:
    page, attempt = sitting
    first = re.findall(r'name="place-(\w+)"', page.get(f"{attempt}/q-order").html)
    again = re.findall(r'name="place-(\w+)"', page.get(f"{attempt}/q-order").html)
    assert first == again
    assert first != ["count", "protocol", "copy"]  # never in the right order


def test_after_a_practice_each_answer_is_looked_at_once_more(sitting: tuple[Page, str]) -> None:
    page, attempt = sitting
    answer(page, attempt, "q-see", WRONG["q-see"])
    page.get(f"{attempt}/finish").submit("/finish")
    assert page.path == f"{attempt}/result"
    assert "Your answers" in page.text
    assert "Nothing can be seen there." in page.text
    assert page.text.count("Not answered") == 8
