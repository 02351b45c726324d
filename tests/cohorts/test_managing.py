"""Moving, suspending, merging, undoing an import, and a way back in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts.models import Account, RoleHeld
from lms.content import publishing
from lms.counts import actions as counts
from lms.counts.models import CountRun
from lms.domain.errors import NotYours
from lms.domain.permissions import Role
from lms.drills.models import Gate
from lms.learning import actions as learning
from lms.learning import queries as readings
from lms.learning.models import RuleStanding
from lms.privacy import vault
from lms.trail import Entry
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]


def at(world: World, login: str, what: str, cohort: str = "North one") -> str:
    return f"/cohorts/{world.ids[cohort]}/people/{world.ids[login]}/{what}"


def deeds(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(sa.select(Entry.deed).order_by(Entry.number)))


def test_whoever_is_moved_keeps_what_they_did(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    signed_in_as("aida").get("/courses/basics/seeing").submit("/finish")
    page = signed_in_as("kairat").get(at(world, "aida", "manage"))
    page.submit("/move", {"to": str(world.ids["North two"])})
    assert page.path == at(world, "aida", "", "North two").rstrip("/")
    signed_in_as("tamara").get(at(world, "aida", "").rstrip("/"), status=404)
    with app.app_context():
        assert readings.readings(db.session(), world.ids["aida"])["basics/seeing"]
    assert "move" in deeds(app)


def test_nobody_is_moved_to_another_organisation(
    world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("kairat").get(at(world, "aida", "manage"))
    page.post(at(world, "aida", "move"), {"to": str(world.ids["South one"])}, status=404)


def test_a_suspended_person_is_out_at_once_and_can_come_back(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    aida = signed_in_as("aida")
    page = signed_in_as("kairat").get(at(world, "aida", "manage"))
    page.submit("/suspend")
    assert aida.client.get("/my/").status_code == 303
    assert "Let them in again" in page.text
    page.submit("/resume")
    signed_in_as("aida").get("/my/")


def give(app: Flask, world: World, login: str, rule: str, *rights: bool) -> None:
    with app.app_context(), db.transaction() as session:
        for number, right in enumerate(rights):
            learning.keep_evidence(
                session,
                world.ids[login],
                [(rule, right)],
                origin=f"{login}:{number}",
                now=world.now,
            )


def test_two_entries_become_one_after_a_confirmation(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    give(app, world, "aida", "see-count", False)
    give(app, world, "bota", "see-count", True, True)
    bota = signed_in_as("bota").get("/courses/basics/seeing").submit("/finish")
    with app.app_context():
        books = publishing.current(db.session())
        with db.transaction() as session:
            begun = counts.start(
                session,
                world.actor("bota"),
                books,
                "night",
                certifying=False,
                draw=lambda: 7,
                now=now(),
            )
            for login, passed in (("aida", False), ("bota", False), ("bota", True)):
                held = sa.select(sa.func.count()).where(Gate.account_id == world.ids[login])
                gate = Gate(account_id=world.ids[login], programme="drawn", scenarios=["door"])
                gate.number = (session.scalar(held) or 0) + 1
                gate.release_id, gate.started_at = books.published, now()
                gate.finished_at, gate.passed = now(), passed
                session.add(gate)
                session.flush()
    page = signed_in_as("kairat").get(at(world, "aida", f"merge?other={world.ids['bota']}"))
    assert "This cannot be undone." in page.text
    page.submit("/merge")
    assert bota.client.get("/my/").status_code == 303  # signed out
    assert "Bota" not in signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}").text
    with app.app_context():
        found = db.session().get_one(RuleStanding, (world.ids["aida"], "see-count"))
        assert (found.seen, found.right) == (3, 2)
        assert readings.readings(db.session(), world.ids["aida"])["basics/seeing"]
        assert db.session().get_one(CountRun, begun).account_id == world.ids["aida"]
        gates = sa.select(Gate).where(Gate.account_id == world.ids["aida"]).order_by(Gate.number)
        attempts = [(gate.number, gate.passed) for gate in db.session().scalars(gates)]
        assert attempts == [(1, False), (2, False), (3, True)]
        gone = db.session().get_one(Account, world.ids["bota"])
        assert gone.login is gone.name_sealed is gone.person_key is None
    assert "merge" in deeds(app)


def test_an_entry_with_a_certificate_is_the_one_to_keep(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    from lms.certification.models import Certificate

    assert Certificate  # what stands in the way is looked up by the holder
    page = signed_in_as("kairat")
    page.get(at(world, "aida", f"merge?other={world.ids['dana']}"), status=404)
    page.get(at(world, "aida", f"merge?other={world.ids['aida']}"), status=404)


def imported(page: Page, world: World, names: str) -> Page:
    page.get(f"/cohorts/{world.ids['North one']}/import")
    page.submit("/import", {"file": (io.BytesIO(f"name\n{names}".encode()), "people.csv")})
    return page.submit("/import/confirm")


def test_an_import_is_undone_for_a_day_and_whoever_has_joined_stays(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = imported(signed_in_as("tamara"), world, "Ким Асель\nБек Әли\n")
    code = page.html.split('class="code">')[1].split("<")[0]
    newcomer = Page(app.test_client())
    newcomer.get("/join").submit("/join", {"code": code})
    newcomer.submit("/join/account", {"login": "asel-kim"})
    page.get(f"/cohorts/{world.ids['North one']}/import").submit("/undo")
    assert "1 person was taken out again. 1 has joined already and stays." in page.text
    cohort = page.get(f"/cohorts/{world.ids['North one']}").text
    assert "Ким Асель" in cohort
    assert "Бек Әли" not in cohort
    with app.app_context():
        everybody = (
            sa.select(sa.func.count())
            .select_from(RoleHeld)
            .where(RoleHeld.cohort_id == world.ids["North one"])
        )
        assert db.session().scalar(everybody) == 4  # aida, bota, tamara, the newcomer


def test_after_a_day_an_import_stays(world: World, signed_in_as: Browse, now: Moment) -> None:
    page = imported(signed_in_as("tamara"), world, "Ким Асель\n")
    page.get(f"/cohorts/{world.ids['North one']}/import")
    address = next(str(f["action"]) for f in page.sheet.forms if "/undo" in str(f["action"]))
    now.move(hours=24)
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/import")
    assert "/undo" not in page.html
    page.post(address, status=409)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_then_import_changes_nothing(
    app: Flask, world: World, signed_in_as: Browse, kind: str, now: Moment
) -> None:
    page = imported(signed_in_as("tamara"), world, "Ким Асель\n=Бек Әли\n")
    roster = page.client.get(f"/cohorts/{world.ids['North one']}?format={kind}").data
    before = len(deeds(app))
    page.get(f"/cohorts/{world.ids['North one']}/import")
    page.submit("/import", {"file": (io.BytesIO(roster), f"people.{kind}")})
    assert "Nothing would change" in page.text
    assert "/import/confirm" not in page.html
    assert len(deeds(app)) == before


def test_a_roster_with_one_more_line_adds_only_that_one_and_changes_nobody(
    world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara")
    roster = page.client.get(f"/cohorts/{world.ids['North one']}?format=csv").data
    page.get(f"/cohorts/{world.ids['North one']}/import")
    more = roster + '"","Жаңа Адам","","kk","0","0","0","0",""\r\n'.encode()
    page.submit("/import", {"file": (io.BytesIO(more), "people.csv")})
    assert "1 person would be added" in page.text
    page.get(f"/cohorts/{world.ids['North one']}/import")
    renamed = roster.replace(b"Aida", b"Aida Other")
    page.submit("/import", {"file": (io.BytesIO(renamed), "people.csv")}, status=422)
    assert "An import changes nobody." in page.text


def code_for(page: Page, world: World) -> str:
    page.get(at(world, "aida", "").rstrip("/"))
    page.submit("/way-back", {"recognised": "in-person"})
    found = re.search(r'class="code">([^<]+)<', page.html)
    assert found
    assert 'class="qr"' in page.html
    return found[1]


def test_a_trainer_gives_a_new_passphrase_and_the_person_is_told(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    aida = signed_in_as("aida")
    code = code_for(signed_in_as("tamara"), world)
    page = Page(app.test_client())
    page.get("/join").submit("/join", {"code": code})
    assert "Your login is aida" in page.text
    page.submit("/join/renew", {"code": code})
    assert aida.client.get("/my/").status_code == 303  # every browser is signed out
    assert "renewed with a code on 1 March 2026" in page.get("/account").text
    other = Page(app.test_client())
    other.get("/join").submit("/join", {"code": code}, status=422)  # once
    assert deeds(app).count("renew-secret") == 1


def test_the_code_lives_for_an_hour_and_opens_no_new_account(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    code = code_for(signed_in_as("tamara"), world)
    page = Page(app.test_client()).get("/join")
    page.post("/join/account", {"code": code, "login": "intruder"}, status=409)
    now.move(minutes=60)
    page.get("/join").submit("/join", {"code": code}, status=422)


def test_nobody_is_reset_sideways_or_upwards_and_only_when_recognised(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    from lms.accounts.actions import add_role
    from lms.cohorts import managing

    page = signed_in_as("tamara").get(at(world, "aida", "").rstrip("/"))
    page.submit("/way-back", {})
    assert "First say how you know who it is." in page.text
    with app.app_context():
        with db.transaction() as session:
            place = world.place("North one")
            add_role(session, world.ids["timur"], Role.TRAINEE, place, now=now())
        with pytest.raises(NotYours), db.transaction() as session:
            managing.way_back(
                session,
                world.actor("tamara"),
                world.ids["North one"],
                world.ids["timur"],
                "in-person",
                vault=vault(),
                now=now(),
            )


def test_members_of_a_commission_have_posts_and_observers_have_none(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    world.add_person("vera", Role.TRAINER, "Members 17")
    oleg, cohort = world.ids["oleg"], f"/cohorts/{world.ids['Members 17']}"
    page = signed_in_as("vera").get(f"{cohort}/people/{oleg}")
    assert "Post none" in page.text
    page.submit("/post", {"post": "secretary"})
    assert "Post Secretary of the commission" in page.text
    assert "Secretary of the commission" in page.get(cohort).text
    page.post(f"{cohort}/people/{oleg}/post", {"post": "emperor"}, status=404)
    page.get(f"{cohort}/people/{oleg}").submit("/post", {"post": ""})
    assert "Post none" in page.text
    assert deeds(app).count("give-post") == 2
    tamara = signed_in_as("tamara").get(at(world, "aida", "").rstrip("/"))
    assert "Post" not in tamara.text
    tamara.post(at(world, "aida", "post"), {"post": "chair"}, status=404)
