"""Signed-in browsers: what begins, moves and ends a session, and what its cookie is.

Source: security C-20 to C-22.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from lms import create_app, db
from lms.accounts import actions
from lms.accounts.models import DeviceSession
from lms.config import Settings
from tests.conftest import Moment
from tests.page import Page
from tests.security.seeding import COOKIE, Seeded, token_of
from tests.world import World

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

STAFF = ("tamara", "kairat", "oleg", "asel", "arman")


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie(COOKIE, domain="localhost")
    assert found is not None
    return found.value


def signed_in(app: Flask, cookie: str) -> bool:
    """Whether whoever holds this cookie is let in."""
    client = app.test_client()
    client.set_cookie(COOKIE, cookie, domain="localhost")
    status = client.get("/account").status_code
    assert status in (200, 303)
    return status == 200


def browser(app: Flask, login: str) -> Page:
    page = Page(app.test_client())
    page.sign_in(login, World.secret)
    return page


# --- what ends it --------------------------------------------------------------------------------


def test_a_cookie_kept_from_before_signing_out_lets_nobody_in(app: Flask, world: World) -> None:
    page = browser(app, "aida")
    stolen = cookie_of(page.client)
    assert signed_in(app, stolen)
    page.post("/sign-out")
    assert not signed_in(app, stolen)
    assert not signed_in(app, cookie_of(page.client))


def test_signing_out_leaves_ones_other_browsers_alone(app: Flask, world: World) -> None:
    here, there = browser(app, "aida"), browser(app, "aida")
    here.post("/sign-out")
    assert signed_in(app, cookie_of(there.client))


def test_a_changed_passphrase_ends_every_other_session(app: Flask, world: World) -> None:
    here, there = browser(app, "aida"), browser(app, "aida")
    before = cookie_of(here.client)
    here.get("/account").submit(
        "/account/secret", {"old": World.secret, "secret": "a-new-long-passphrase"}
    )
    assert not signed_in(app, cookie_of(there.client))
    assert not signed_in(app, before)
    assert signed_in(app, cookie_of(here.client))


def test_a_suspended_person_is_out_everywhere_and_stays_out(app: Flask, world: World) -> None:
    page = browser(app, "aida")
    cookie = cookie_of(page.client)
    with app.app_context(), db.transaction() as session:
        actions.suspend(session, None, world.ids["aida"], now=world.now)
    assert not signed_in(app, cookie)
    page.get("/sign-in").submit("/sign-in", {"login": "aida", "secret": World.secret}, status=422)


def test_one_can_end_a_session_on_a_lost_telephone(app: Flask, world: World) -> None:
    lost, here = browser(app, "aida"), browser(app, "aida")
    here.get("/account").submit("/end")
    assert not signed_in(app, cookie_of(lost.client))
    assert signed_in(app, cookie_of(here.client))


def test_an_invented_or_bent_cookie_lets_nobody_in(seeded: Seeded) -> None:
    good = seeded.cookies["aida"]
    assert signed_in(seeded.app, good)
    head, _, tail = good.partition(".")
    bad = [good[:-1], good + "A", good.swapcase(), head, tail, "", "a.b.c", "e30.e30.e30"]
    bad += [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in (3, 20, 60)]
    for cookie in bad:
        assert not signed_in(seeded.app, cookie), cookie


def test_a_cookie_signed_with_another_key_lets_nobody_in(
    seeded: Seeded, settings: Settings
) -> None:
    foreign = create_app(replace(settings, session_key=b"another key of thirty-two bytes!"))
    assert not signed_in(foreign, seeded.cookies["aida"])


# --- how long it lasts ---------------------------------------------------------------------------


@pytest.mark.parametrize("login", STAFF)
def test_half_an_hour_without_use_signs_staff_out(
    login: str, app: Flask, world: World, now: Moment
) -> None:
    cookie = cookie_of(browser(app, login).client)
    now.move(minutes=29)
    assert signed_in(app, cookie)
    now.move(minutes=29)
    assert signed_in(app, cookie)  # its use has moved the limit on
    now.move(minutes=31)
    assert not signed_in(app, cookie)


@pytest.mark.parametrize("login", STAFF)
def test_eight_hours_sign_staff_out_however_busy_they_are(
    login: str, app: Flask, world: World, now: Moment
) -> None:
    cookie = cookie_of(browser(app, login).client)
    for _ in range(23):
        now.move(minutes=20)
        assert signed_in(app, cookie)
    now.move(minutes=21)
    assert not signed_in(app, cookie)


def test_a_trainee_stays_signed_in_for_fourteen_days(app: Flask, world: World, now: Moment) -> None:
    cookie = cookie_of(browser(app, "aida").client)
    now.move(days=13, hours=23)
    assert signed_in(app, cookie)
    now.move(hours=2)
    assert not signed_in(app, cookie)


# --- what begins it ------------------------------------------------------------------------------


def test_a_cookie_from_before_signing_in_never_becomes_a_session(app: Flask, world: World) -> None:
    """Whoever planted it in the browser holds nothing afterwards."""
    page = Page(app.test_client()).get("/sign-in")
    planted = cookie_of(page.client)
    page.sign_in("aida", World.secret)
    assert cookie_of(page.client) != planted
    assert not signed_in(app, planted)


def test_a_form_token_from_before_signing_in_is_worth_nothing_afterwards(
    app: Flask, world: World
) -> None:
    page = Page(app.test_client()).get("/sign-in")
    before = page.token()
    page.sign_in("aida", World.secret)
    page.post("/sign-out", {"csrf_token": before}, status=400)
    assert signed_in(app, cookie_of(page.client))


def test_every_signing_in_begins_a_session_of_its_own(app: Flask, world: World) -> None:
    first, second = browser(app, "aida"), browser(app, "aida")
    assert cookie_of(first.client) != cookie_of(second.client)
    page = second.sign_in("aida", World.secret)  # once more, on a browser that is signed in
    assert signed_in(app, cookie_of(page.client))


def test_the_page_after_signing_in_changes_no_cookie(app: Flask, world: World) -> None:
    client = app.test_client()
    token = Page(client).get("/sign-in").token()
    fields = {"csrf_token": token, "login": "aida", "secret": World.secret}
    answer = client.post("/sign-in", data=fields)
    begun = cookie_of(client)
    page = Page(client).get(answer.headers["Location"])
    assert page.sheet.signed_in and page.token() and cookie_of(client) == begun


def test_signing_in_forgets_sessions_that_are_over(app: Flask, world: World, now: Moment) -> None:
    def kept() -> set[bytes]:
        begun = sa.select(DeviceSession.digest).execution_options(scope="all")
        with app.app_context():
            return set(db.session().scalars(begun))

    browser(app, "aida")
    before = kept()
    now.move(days=14)
    browser(app, "bota")
    assert len(before) == len(kept()) == 1
    assert not before & kept()


def test_joining_begins_a_session_and_takes_over_nothing(seeded: Seeded) -> None:
    client = seeded.app.test_client()
    token = token_of(client.get("/join").get_data(as_text=True))
    planted = cookie_of(client)
    fields = {"csrf_token": token, "code": seeded.ids["code of nadia"], "login": "nadia"}
    answer = client.post("/join/account", data={**fields, "choice": "given"})
    assert answer.status_code == 200
    assert signed_in(seeded.app, cookie_of(client))
    assert not signed_in(seeded.app, planted)


# --- the cookie itself ---------------------------------------------------------------------------


def _attributes(answer: object) -> dict[str, str]:
    (line,) = answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]  # a response
    parts = [part.strip().partition("=") for part in line.split(";")]
    return {name.lower(): value for name, _, value in parts[1:]} | {"name": parts[0][0]}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    found = _attributes(app.test_client().get("/sign-in"))
    assert found["name"] == COOKIE
    assert "httponly" in found
    assert found["samesite"] == "Lax"
    assert found["path"] == "/"
    assert "domain" not in found


@contextmanager
def secure(settings: Settings) -> Iterator[Flask]:
    """The application as people reach it by https."""
    app = create_app(
        replace(
            settings, public_url="https://training.example", trusted_hosts=("training.example",)
        )
    )
    app.testing = True
    yield app
    with app.app_context():
        db.database().engine.dispose()


def test_over_https_the_cookie_is_bound_to_the_very_host(settings: Settings, world: World) -> None:
    with secure(settings) as app:
        answer = app.test_client().get("/sign-in", base_url="https://training.example")
    found = _attributes(answer)
    assert found["name"] == "__Host-handbook"
    assert "secure" in found
    assert "domain" not in found
    assert found["path"] == "/"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_signing_out_clears_what_the_browser_kept(app: Flask, world: World) -> None:
    client = browser(app, "aida").client
    token = token_of(client.get("/account").get_data(as_text=True))
    answer = client.post("/sign-out", data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_is_remembered_by_another_cookie(app: Flask, world: World) -> None:
    client = browser(app, "aida").client
    assert client.get_cookie("remember_token", domain="localhost") is None
    assert signed_in(app, cookie_of(client))


def test_another_network_and_another_browser_are_the_same_person(app: Flask, world: World) -> None:
    """Mobile lines change both within a lesson, so no session is tied to them."""
    client = browser(app, "aida").client
    answer = client.get(
        "/account",
        headers={"User-Agent": "another"},
        environ_overrides={"REMOTE_ADDR": "10.9.8.7"},
    )
    assert answer.status_code == 200


def test_what_the_cookie_holds_says_nothing_about_the_person(seeded: Seeded) -> None:
    """It can be read by anybody who holds the telephone: no login, no name, no id."""
    import base64
    import zlib

    for login in ("aida", "tamara"):
        text = seeded.cookies[login].lstrip(".").split(".")[0]
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        held = zlib.decompress(raw) if seeded.cookies[login].startswith(".") else raw
        assert login.encode() not in held.lower()
        assert seeded.ids[login].encode() not in held
        assert uuid.UUID(seeded.ids[login]).hex.encode() not in held
