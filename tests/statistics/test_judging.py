"""Calibration and panels: judged alone, shown together, never of too few."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from lms.domain.permissions import Role
from tests.page import Page
from tests.world import World

SignedIn = Callable[[str], Page]
INCIDENTS = {
    "sealed-box": "in-order",
    "long-queue": "in-order",
    "missing-pen": "irregularity",
    "open-register": "irregularity",
    "two-papers": "violation",
    "no-copy": "violation",
}


def judge(page: Page, judgements: dict[str, str], status: int = 200) -> Page:
    page.get("/calibrations/room")
    return page.submit(
        "/calibrations/room", {f"i-{k}": v for k, v in judgements.items()}, status=status
    )


def test_a_person_who_marks_everything_as_a_violation_is_told_so_alone(
    signed_in_as: SignedIn,
) -> None:
    page = judge(signed_in_as("aida"), dict.fromkeys(INCIDENTS, "violation"))
    assert page.path == "/calibrations/room/result"
    assert "Nobody but you sees this page." in page.text
    # Four graver of six, none milder: more than luck would only be from five on.
    assert "2 / 6" in page.text
    other = signed_in_as("bota")
    assert other.client.get("/calibrations/room/result").status_code == 404


def test_who_sees_as_the_key_does_leans_neither_way(signed_in_as: SignedIn) -> None:
    page = judge(signed_in_as("aida"), INCIDENTS)
    assert "You lean neither way." in page.text
    assert "6 / 6" in page.text


def test_an_incident_without_a_judgement_is_named_and_nothing_chosen_is_lost(
    signed_in_as: SignedIn,
) -> None:
    some = {k: v for k, v in INCIDENTS.items() if k != "no-copy"}
    page = judge(signed_in_as("aida"), some, status=422)
    assert "A copy is refused" in page.text
    assert page.html.count(" checked") == 5


def test_the_first_judgements_stand(signed_in_as: SignedIn) -> None:
    page = signed_in_as("aida")
    judge(page, INCIDENTS)
    assert page.get("/calibrations/room").path == "/calibrations/room/result"


def test_a_cohort_is_shown_together_from_five_people_on(
    world: World, signed_in_as: SignedIn
) -> None:
    address = f"/calibrations/room/cohorts/{world.ids['North one']}"
    for number in range(4):
        world.add_person(f"seer-{'abcd'[number]}", Role.TRAINEE, "North one")
        judge(signed_in_as(f"seer-{'abcd'[number]}"), INCIDENTS)
    trainer = signed_in_as("tamara")
    assert "would tell about each of them" in trainer.get(address).text
    judge(signed_in_as("aida"), INCIDENTS | {"missing-pen": "violation"})
    assert "Krippendorff" in trainer.get(address).text
    text = trainer.client.get(f"{address}?format=csv").get_data(as_text=True)
    rows = {r["incident"]: r for r in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert rows["missing-pen"]["irregularity"] == "4"
    assert rows["missing-pen"]["violation"] == "1"
    assert "aida" not in trainer.get(address).text.lower()


def opened(world: World, signed_in_as: SignedIn) -> tuple[Page, str]:
    page = signed_in_as("kairat").get("/panels/")
    page.submit("/panels/open", {"quiz": "exam"})
    return page, page.path


def test_judgements_are_private_until_the_panel_closes(
    world: World, signed_in_as: SignedIn
) -> None:
    coordinator, address = opened(world, signed_in_as)
    fields = [name for name in _fields(coordinator.html) if name.startswith("q-q-")]
    assert fields
    for login, value in (("tamara", "61"), ("timur", "83")):
        page = signed_in_as(login).get(address)
        page.submit(address, dict.fromkeys(fields, value))
    assert "83" not in signed_in_as("tamara").get(address).text
    assert "61" not in coordinator.get(address).text.replace("judges", "")
    coordinator.get(address).submit("/close")
    closed = coordinator.get(address).text
    assert "72.0" in closed  # the mean of 61 and 83
    assert "11.0" in closed  # (83 − 61) / √2 / √2
    late = signed_in_as("tamara").get(address)
    assert "61.0" in late.text


def test_a_number_above_a_hundred_is_named_and_kept(world: World, signed_in_as: SignedIn) -> None:
    coordinator, address = opened(world, signed_in_as)
    field = next(name for name in _fields(coordinator.html) if name.startswith("q-q-"))
    page = signed_in_as("tamara").get(address).submit(address, {field: "140"}, status=422)
    assert "from 0 to 100" in page.text
    assert 'value="140"' in page.html


def _fields(html: str) -> list[str]:
    return re.findall(r'name="([^"]+)"', html)
