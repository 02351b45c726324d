"""A trainer's view of their cohort's runs: numbers that a count by hand confirms, and no names."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.domain.permissions import Role
from tests.drills.playing import Browser, begin, choose
from tests.page import Page
from tests.world import World


@pytest.fixture
def page(app: Flask, world: World, signed_in_as: Browser) -> Page:
    """Four people of *North one* have played the door; one of South one, too."""
    for login, way in (
        ("aida", ("paper", "stayed")),
        ("bota", ("street",)),
        ("cora", ("paper", "street")),
        ("dina", ("over",)),
    ):
        if login not in world.ids:
            world.add_person(login, Role.TRAINEE, "North one")
        choose(begin(signed_in_as(login), "door"), *way)
    choose(begin(signed_in_as("erik"), "door"), "street")
    choose(begin(signed_in_as("bota"), "door"), "paper", "stayed")
    return signed_in_as("tamara")


def at(world: World, cohort: str = "North one") -> str:
    return f"/cohorts/{world.ids[cohort]}/scenarios"


def numbers(page: Page, address: str) -> list[tuple[str, ...]]:
    """(scene, choice, grade, on the best path, people) of the table as it is taken away."""
    answer = page.client.get(f"{address}format=csv")
    lines = answer.get_data(as_text=True).replace('"', "").splitlines()[1:]
    return [tuple(line.split(",")) for line in lines]


def test_it_shows_who_left_the_best_path_where(world: World, page: Page) -> None:
    found = {(row[0], row[1]): int(row[4]) for row in numbers(page, f"{at(world)}/door?")}
    assert found == {
        ("door", "paper"): 2,
        ("door", "street"): 1,
        ("door", "over"): 1,
        ("paper", "stayed"): 1,
        ("paper", "street"): 1,
    }


def test_the_latest_runs_are_another_picture(world: World, page: Page) -> None:
    rows = numbers(page, f"{at(world)}/door?runs=latest&")
    assert {(row[0], row[1]): int(row[4]) for row in rows}["door", "paper"] == 3


def test_the_picture_has_its_numbers_in_it_and_a_table_beside_it(world: World, page: Page) -> None:
    page.get(f"{at(world)}/door")
    picture = page.html[page.html.index("<svg viewBox") : page.html.index("</svg>")]
    assert ">4</text>" in picture
    assert ">2</text>" in picture
    assert "The first runs of 4 people." in page.text
    assert "Passed: 1." in page.text
    for words in ("Came here", "Went on along the best path", "Left it by", "Shout"):
        assert words in page.text


def test_nobody_is_named(world: World, page: Page) -> None:
    page.get(f"{at(world)}/door")
    main = page.html[page.html.index("<main") :]
    for name in ("Aida", "Bota", "Cora", "Dina", "Erik"):
        assert name not in main


def test_a_list_of_all_scenarios_leads_there(world: World, page: Page) -> None:
    page.get(at(world))
    assert f"{at(world)}/door" in page.sheet.links
    rows = page.client.get(f"{at(world)}?format=csv").get_data(as_text=True)
    assert "door,4,1,2" in rows.replace('"', "")
    page.get(f"/cohorts/{world.ids['North one']}")
    assert at(world) in page.sheet.links


def test_a_cohort_that_played_nothing_says_so(world: World, signed_in_as: Browser) -> None:
    other = signed_in_as("timur").get(f"{at(world, 'North two')}/door")
    assert "Nobody of this group has finished this scenario yet." in other.text


def test_another_trainers_cohort_is_not_there(world: World, page: Page) -> None:
    page.get(at(world, "South one"), status=404)
    page.get(f"{at(world, 'South one')}/door", status=404)
    page.get(f"{at(world)}/absent", status=404)


def test_trainees_see_no_flow_and_no_answers(world: World, signed_in_as: Browser) -> None:
    mine = signed_in_as("aida")
    mine.get(at(world), status=403)
    mine.get("/scenarios/door/booklet", status=403)
