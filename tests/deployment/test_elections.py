"""Elections: each with its legal clock, and the sources that nobody has confirmed for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]


def section(page: Page, name: str, following: str | None) -> str:
    start = page.text.index(name)
    return page.text[start : page.text.index(following, start + 1) if following else None]


def test_a_coordinator_sees_the_elections_of_their_organisation_with_their_law(
    signed_in_as: Browser,
) -> None:
    page = signed_in_as("kairat").get("/elections/")
    for words in ("Clock A", "9 June 2019", "Clock B", "19 April 2026", "Clock C"):
        assert words in page.text


def test_a_critical_rule_without_a_confirmed_source_is_named_with_what_blocks(
    signed_in_as: Browser,
) -> None:
    """Its one source was confirmed for elections until June 2026: the last of three is later."""
    page = signed_in_as("kairat").get("/elections/")
    assert "See the whole count" not in section(page, "Clock A", "Clock B")
    assert "See the whole count" not in section(page, "Clock B", "Clock C")
    last = section(page, "Clock C", None)
    assert "See the whole count" in last
    assert "Article 7(1), Teaching Election Act" in last


@pytest.mark.parametrize("login", ["tamara", "aida", "oleg", "asel", "arman"])
def test_the_plan_of_an_organisation_is_for_its_coordinator_only(
    login: str, signed_in_as: Browser
) -> None:
    signed_in_as(login).get("/elections/", status=403)


def test_the_table_says_the_same(signed_in_as: Browser, world: World) -> None:
    body = signed_in_as("kairat").client.get("/elections/?format=csv").get_data()
    found = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert found == [
        ["election", "held_on", "clock", "blocked_rules"],
        ["Clock A", "2019-06-09", "A", "0"],
        ["Clock B", "2026-04-19", "B", "0"],
        ["Clock C", "2026-12-20", "C", "1"],
    ]
