"""What trainers and coordinators see and do: their cohorts, the heatmap, bringing people in."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask

from lms import db
from lms.learning.actions import keep_evidence
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]


def upload(
    page: Page, world: World, text: str, cohort: str = "North one", status: int = 200
) -> Page:
    page.get(f"/cohorts/{world.ids[cohort]}/import")
    file = (io.BytesIO(text.encode()), "people.csv")
    return page.submit("/import", {"file": file}, status=status)


def test_a_trainer_sees_their_cohort_and_no_other(world: World, signed_in_as: Browse) -> None:
    page = signed_in_as("tamara").get("/cohorts/")
    assert "North one" in page.text
    assert "North two" not in page.text
    page.get(f"/cohorts/{world.ids['North two']}", status=404)


def test_a_coordinator_sees_all_cohorts_of_their_organisation(
    world: World, signed_in_as: Browse
) -> None:
    page = signed_in_as("kairat").get("/cohorts/")
    assert "North one" in page.text
    assert "North two" in page.text
    assert "South one" not in page.text


def test_whoever_lacks_most_comes_first(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    aida = signed_in_as("aida")
    aida.get("/courses/basics/seeing").submit("/finish")
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}")
    assert page.text.index("Bota") < page.text.index("Aida")
    page.get(f"/cohorts/{world.ids['North one']}?sort=name")
    assert page.text.index("Aida") < page.text.index("Bota")


def test_the_heatmap_shows_shares_and_frames_what_went_wrong_last(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    with app.app_context(), db.transaction() as session:
        for number, right in enumerate((True, True, False)):
            keep_evidence(
                session, world.ids["aida"], [("see-count", right)], origin=f"t:{number}", now=now()
            )
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/rules")
    assert ">66<" in page.html  # two of three
    assert "last wrong" in page.text
    page.client.get(f"/cohorts/{world.ids['North one']}/rules?format=csv")
    table = page.client.get(f"/cohorts/{world.ids['North one']}/rules?format=csv").text
    assert '"See the whole count","66"' in table


def test_a_dry_run_writes_nothing_and_the_import_adds_everybody(
    world: World, signed_in_as: Browse
) -> None:
    page = upload(signed_in_as("tamara"), world, "name,language\nАсель Ким,ru\nӘли Бек,kk\n")
    assert "2 people would be added" in page.text
    assert "Асель Ким" not in signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}").text
    page.submit("/import/confirm")
    assert page.html.count('class="code"') == 2
    assert "Асель Ким" in signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}").text


def test_one_wrong_row_keeps_everybody_out(world: World, signed_in_as: Browse) -> None:
    page = upload(signed_in_as("tamara"), world, "name,language\nАсель Ким,ru\n,kk\n", status=422)
    assert "Line 3" in page.text
    assert "/import/confirm" not in page.html


def test_the_same_plan_confirmed_twice_adds_nobody_twice(
    world: World, signed_in_as: Browse
) -> None:
    page = upload(signed_in_as("tamara"), world, "name\nАсель Ким\n")
    fields = dict(next(f for f in page.sheet.forms if "confirm" in str(f["action"]))["fields"])
    address = f"/cohorts/{world.ids['North one']}/import/confirm"
    assert page.client.post(address, data=fields).status_code == 200
    assert page.client.post(address, data=fields).status_code == 409


def test_a_plan_belongs_to_who_made_it_and_where(world: World, signed_in_as: Browse) -> None:
    page = upload(signed_in_as("tamara"), world, "name\nАсель Ким\n")
    fields = dict(next(f for f in page.sheet.forms if "confirm" in str(f["action"]))["fields"])
    other = signed_in_as("kairat").get(f"/cohorts/{world.ids['North one']}/import")
    answer = other.client.post(
        f"/cohorts/{world.ids['North one']}/import/confirm",
        data={"plan": fields["plan"], "csrf_token": other.token()},
    )
    assert answer.status_code == 422


def test_an_imported_person_joins_with_their_code_and_keeps_their_place(
    app: Flask, world: World, signed_in_as: Browse
) -> None:
    page = upload(signed_in_as("tamara"), world, "name,language\nАсель Ким,kk\n")
    page.submit("/import/confirm")
    code = page.html.split('class="code">')[1].split("<")[0]
    newcomer = Page(app.test_client())
    newcomer.get("/join").submit("/join", {"code": code})
    newcomer.submit("/join/account", {"login": "asel-kim"})
    newcomer.get("/my/")
    assert "Basic observer" in newcomer.text


def test_a_new_code_closes_the_old_one(app: Flask, world: World, signed_in_as: Browse) -> None:
    page = upload(signed_in_as("tamara"), world, "name\nАсель Ким\n")
    page.submit("/import/confirm")
    old = page.html.split('class="code">')[1].split("<")[0]
    cohort = page.get(f"/cohorts/{world.ids['North one']}")
    address = next(link for link in cohort.sheet.links if "/people/" in link)
    for link in [x for x in cohort.sheet.links if "/people/" in x]:
        if "Асель" in cohort.get(link).text:
            address = link
            break
    page.get(address).submit("/code")
    newcomer = Page(app.test_client())
    newcomer.get("/join").submit("/join", {"code": old}, status=422)
    new = page.html.split('class="code">')[1].split("<")[0]
    newcomer.submit("/join", {"code": new})


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_every_table_can_be_taken_away(
    world: World, signed_in_as: Browse, file_format: str
) -> None:
    client = signed_in_as("tamara").client
    for path in ("/cohorts/", f"/cohorts/{world.ids['North one']}"):
        answer = client.get(f"{path}?format={file_format}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert len(answer.data) > 40
