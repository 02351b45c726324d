"""Figures that are other for every account, and the text that gives them away."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.canaries import figures, fits, is_sample, odds, readings, told, told_in_html, ways
from lms.domain.drawing import draw, drawable, seen_percent, worn_out
from tests.domain.builders import a_line, a_question, a_quiz, seeded

STORY = "Precinct 4127, 19:05. The protocol is signed. The chair says: come tomorrow, room 12."
SAMPLES = ("4127", "19:05")
SEED = int(os.environ.get("LMS_SEED") or 20190609)
secrets = st.binary(min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("19:05", True), ("4127", True), ("123456", True)]
    + [(text, False) for text in ("7", "12", "0127", "25:00", "19:5", "1234567", "1,421", "two")],
)
def test_a_time_and_a_number_of_three_to_six_digits_may_differ(text: str, is_one: bool) -> None:
    assert is_sample(text) == is_one


@given(secrets, secrets)
def test_an_account_reads_the_same_figures_always_and_they_keep_their_form(
    one: bytes, other: bytes
) -> None:
    own = figures(SAMPLES, one)
    assert own == figures(SAMPLES, one)
    assert all(is_sample(figure) for figure in own)
    assert (len(own[0]), own[1][:3]) == (4, "19:")
    if one != other:
        assert own != figures(("4128", "19:05"), other) or own[1] == figures(SAMPLES, other)[1]


def test_figures_are_spread_over_all_that_may_be() -> None:
    random = Random(SEED)
    seen = {figures(("102", "08:00"), random.randbytes(16)) for _ in range(15_000)}
    assert len({number for number, _ in seen}) == ways("102") == 900
    assert len({time for _, time in seen}) == ways("08:00") == 60


@given(secrets)
def test_a_copy_of_a_page_is_read_back_whatever_its_signs_and_spaces(secret: bytes) -> None:
    own = figures(SAMPLES, secret)
    page = told(STORY, SAMPLES, own)
    assert own[0] in page and own[1] in page and "room 12" in page
    leak = f"Look what they ask!!\n  {page.upper().replace('. ', ' -- ')}\nand so on"
    found = readings(leak, STORY, SAMPLES)
    assert found == {0: {own[0]}, 1: {own[1]}}
    assert fits(own, found)
    assert odds(SAMPLES, found) == 9000 * 60


def test_what_only_sounds_like_it_says_nothing() -> None:
    assert readings("At precinct 4127 the protocol was signed at 19:05.", STORY, SAMPLES) == {}
    assert readings("", STORY, SAMPLES) == {}


def test_two_pages_in_one_text_fit_both_and_are_weaker_proof() -> None:
    pages = [figures(SAMPLES, secret) for secret in (b"aida", b"bota")]
    leak = " ".join(told(STORY, SAMPLES, own) for own in pages)
    found = readings(leak, STORY, SAMPLES)
    assert all(fits(own, found) for own in pages)
    assert odds(SAMPLES, found) == 4500 * 30


def test_tags_and_longer_figures_stay_as_they_are() -> None:
    html = '<p id="f-4127">41270, 4127.5, <b>4127</b> and 119:05</p>'
    assert told_in_html(html, SAMPLES, ("8000", "19:59")) == html.replace("<b>4127", "<b>8000")


def test_a_bank_is_spread_evenly_over_many_who_scrape_it() -> None:
    """Two hundred accounts draw three papers each; no question wears out above its cap."""
    questions = [a_question(slug=f"q{n}", bank="bank") for n in range(40)]
    quiz = a_quiz(a_line(10), exposure_percent=35)
    random = seeded(SEED)
    drawn: dict[str, int] = {}
    papers = 0
    for _ in range(200):
        met: dict[str, int] = {}
        for attempt in range(1, 4):
            worn = worn_out(drawn, papers, quiz.exposure_percent)
            paper = draw(quiz, questions, met, random, worn=worn)
            papers += 1
            for question in paper:
                drawn[question] = drawn.get(question, 0) + 1
                met[question] = met.get(question, 0) + 1
            # Nobody meets more of the bank than so many papers hold.
            pool = drawable(quiz, questions)
            assert seen_percent(pool, met) <= 100 * 10 * attempt // 40
    assert max(drawn.values()) <= 0.35 * papers + 1
    assert min(drawn.values()) >= 0.15 * papers
