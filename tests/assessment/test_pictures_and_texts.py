"""Pictures and shared stems through their pages: what is seen, and what only trainers see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.assessment.papers import answer, start
from tests.page import Page

Browser = Callable[[str], Page]


@pytest.fixture
def sitting(signed_in_as: Browser) -> tuple[Page, str]:
    page = signed_in_as("aida")
    return page, start(page, "more-practice")


def test_a_place_on_a_picture_is_a_box_to_tick_and_a_letter_on_the_picture(
    sitting: tuple[Page, str],
) -> None:
    page, attempt = sitting
    page.get(f"{attempt}/q-spot")
    assert "It is 21:40 and the room is full." in page.text
    assert page.html.count('type="checkbox"') == 3
    assert "<b>C</b> The pile on the chair" in page.html
    assert 'alt="Plan of a room: a table' in page.html
    assert "right ones less wrong ones" in page.text
    assert "Ask the group" not in page.html  # notes are for trainers


@pytest.mark.parametrize(
    ("chosen", "verdict"),
    [(["box", "heap"], "Right"), (["box"], "Partly right"), (["way"], "Not right")],
)
def test_places_are_marked_one_by_one(
    chosen: list[str], verdict: str, sitting: tuple[Page, str]
) -> None:
    page = answer(*sitting, "q-spot", {"answer": chosen})
    assert f'<p class="word">{verdict}</p>' in page.html


def test_the_points_of_each_type_are_said_beside_the_question(sitting: tuple[Page, str]) -> None:
    page, attempt = sitting
    assert "Points: all or none." in page.get(f"{attempt}/q-film").text
