"""Rule by person, every number worked out by hand."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from lms import db
from lms.domain.permissions import Role
from lms.learning.actions import keep_evidence
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]
# Rule → the latest answers of aida and of bota, 1 right and 0 not.
ANSWERS = {
    "see-count": ("110", ""),  # two of three right, and the last one wrong
    "have-copy": ("1", "011"),
    "phone-id": ("", "10"),
    "mixed-practice": ("1111", "0"),
}
NAMES = {
    "see-count": "See the whole count",
    "have-copy": "A copy on request",
    "phone-id": "A document on a phone",
    "mixed-practice": "Two local habits",
}


@pytest.fixture
def known(app: Flask, world: World) -> World:
    """North one, after these answers."""
    with app.app_context(), db.transaction() as session:
        for rule, answers in ANSWERS.items():
            for login, marks in zip(("aida", "bota"), answers, strict=True):
                for number, mark in enumerate(marks):
                    keep_evidence(
                        session,
                        world.ids[login],
                        [(rule, mark == "1")],
                        origin=f"check:{rule}-{number}",
                        now=world.now + timedelta(minutes=number),
                    )
    return world


def table(page: Page, world: World) -> list[list[str]]:
    """The heatmap as a list of lines, as it can be taken away."""
    answer = page.client.get(f"/cohorts/{world.ids['North one']}/rules?format=csv")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_each_cell_is_the_share_of_right_answers_and_the_rule_nobody_knows_comes_first(
    known: World, signed_in_as: Browser
) -> None:
    """Known by: phone-id nobody (bota's last was wrong), see-count nobody (so was aida's),
    mixed-practice one of two, have-copy both."""
    assert table(signed_in_as("tamara"), known) == [
        ["rule", "Aida", "Bota"],
        ["A document on a phone", "", "50"],
        ["See the whole count", "66", ""],
        ["Two local habits", "100", "0"],
        ["A copy on request", "100", "66"],
    ]


def test_the_page_shows_the_same_numbers_and_says_in_words_where_trouble_is(
    known: World, signed_in_as: Browser
) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{known.ids['North one']}/rules")
    order = [page.text.index(name) for name in (line[0] for line in table(page, known)[1:])]
    assert order == sorted(order)
    for number in ("50", "66", "100"):
        assert f">{number}<" in page.html
    assert page.text.count("last wrong") >= 3
    assert 'href="/courses/basics/seeing#rule-see-count"' in page.html


def test_a_persons_page_says_what_is_missing_and_which_rules_are_weak(
    known: World, signed_in_as: Browser
) -> None:
    cohort, aida = known.ids["North one"], known.ids["aida"]
    page = signed_in_as("tamara").get(f"/cohorts/{cohort}/people/{aida}")
    assert "Aida" in page.text
    assert "Read: Seeing the count" in page.text
    assert page.text.index("See the whole count") < page.text.index("A copy on request")


def test_the_cohorts_page_counts_weak_rules(known: World, signed_in_as: Browser) -> None:
    cohort = known.ids["North one"]
    page = signed_in_as("tamara").get(f"/cohorts/{cohort}?sort=-weak")
    assert page.text.index("Bota") < page.text.index("Aida")  # two weak rules, and one
    lines = re.findall(r'<tr><th scope="row">.*?</tr>', page.html, re.S)
    assert [re.findall(r'class="number">(\d+)<', line)[2] for line in lines] == ["2", "1"]


def test_a_cohort_of_many_is_shown_forty_at_a_time_and_taken_away_whole(
    app: Flask, known: World, signed_in_as: Browser
) -> None:
    place = known.place("North one")
    with app.app_context(), db.transaction() as session:
        for number in range(39):
            known.person(session, f"more-{number:02}", Role.TRAINEE, place)
    page = signed_in_as("tamara").get(f"/cohorts/{known.ids['North one']}/rules")
    assert "Page 1 of 2" in page.text
    assert "More-38" not in page.text
    page.get(f"/cohorts/{known.ids['North one']}/rules?page=2")
    assert "More-38" in page.text
    assert "Aida" not in page.text
    assert len(table(page, known)[0]) == 1 + 41
    page.get(f"/cohorts/{known.ids['North one']}")
    assert "Page" not in page.text or "Page 1 of 1" in page.text


def test_an_empty_cohort_says_what_to_do(world: World, signed_in_as: Browser) -> None:
    world.add_cohort("North", "North empty", None)
    page = signed_in_as("kairat")
    page.get(f"/cohorts/{world.ids['North empty']}")
    assert "Nobody is in this cohort yet." in page.text
    page.get(f"/cohorts/{world.ids['North empty']}/rules")
    assert "Nobody is in this cohort yet." in page.text


def test_nobody_is_counted_outside_their_cohort(known: World, signed_in_as: Browser) -> None:
    page = signed_in_as("timur").get(f"/cohorts/{known.ids['North two']}/rules")
    assert "Dana" in page.text
    assert "Aida" not in page.text
    assert ">66<" not in page.html
