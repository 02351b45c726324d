"""Signing in: nobody learns who has an account, nobody is shut out by strangers.

Source: security C-40, C-42, C-51.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.accounts import actions, secrets
from lms.accounts.models import Account
from lms.domain.permissions import Role
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

NONCES = r'name="(csrf_token|client_key)" value="[^"]*"'


def said(page: Page, *typed: str) -> str:
    """Status, headers and body of the last answer, without nonces and what was typed."""
    body = re.sub(NONCES, "", page.html)
    for word in typed:
        body = body.replace(word, "…")
    headers = sorted((n, v) for n, v in page.answer.headers if n not in ("Content-Length", "Date"))
    return f"{page.answer.status}{headers}{body}"


def tried(client: FlaskClient, login: str, secret: str) -> Page:
    page = Page(client).get("/sign-in")
    return page.submit("/sign-in", {"login": login, "secret": secret}, status=422)


def test_an_unknown_login_and_a_wrong_passphrase_are_answered_alike(
    app: Flask, world: World
) -> None:
    wrong = tried(app.test_client(), "aida", "a wrong passphrase")
    unknown = tried(app.test_client(), "nobody-here", "a wrong passphrase")
    assert said(wrong, "aida") == said(unknown, "nobody-here")


def test_a_suspended_and_an_invited_person_are_answered_like_an_unknown_one(
    app: Flask, world: World
) -> None:
    with app.app_context(), db.transaction() as session:
        actions.suspend(session, None, world.ids["aida"], now=world.now)
    with app.app_context(), db.transaction() as session:
        world.person(session, "invited", Role.TRAINEE, world.place("North one"))
        session.get_one(Account, world.ids["invited"]).secret_hash = None
    unknown = said(tried(app.test_client(), "nobody-here", "x"), "nobody-here")
    assert said(tried(app.test_client(), "aida", World.secret), "aida") == unknown
    assert said(tried(app.test_client(), "invited", World.secret), "invited") == unknown


@pytest.mark.parametrize("login", ["aida", "nobody-here", "AÏDA", "  aida "])
def test_every_try_takes_the_same_work(
    login: str, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hash is computed whoever is asked for, so that time tells nothing either."""
    work: list[str] = []
    verify = secrets._verify

    def counted(hasher: object, kind: str, stored: str | None, secret: str) -> bool:
        work.append(kind)
        return verify(hasher, kind, stored, secret)  # type: ignore[arg-type]  # passed on as it is

    monkeypatch.setattr(secrets, "_verify", counted)
    tried(app.test_client(), login, "a wrong passphrase")
    assert work == ["secret"]


def test_waiting_is_asked_of_those_who_try_an_unknown_login_as_well(
    app: Flask, world: World, now: Moment
) -> None:
    """Else the fourth try would tell which logins exist."""
    for login in ("aida", "nobody-here"):
        client = app.test_client()
        for _ in range(4):
            tried(client, login, "a wrong passphrase")
        page = Page(client).get("/sign-in")
        page.submit("/sign-in", {"login": login, "secret": "x"}, status=429)


# --- waiting -------------------------------------------------------------------------------------


def test_three_slips_are_free_and_then_each_try_waits_twice_as_long(
    app: Flask, world: World, now: Moment
) -> None:
    client = app.test_client()
    for _ in range(4):
        tried(client, "aida", "wrong")
    for seconds in (1, 2, 4, 8, 16, 32, 60, 60):
        page = Page(client).get("/sign-in")
        page.submit("/sign-in", {"login": "aida", "secret": World.secret}, status=429)
        now.move(seconds=seconds - 0.5)
        page.get("/sign-in").submit(
            "/sign-in", {"login": "aida", "secret": World.secret}, status=429
        )
        now.move(seconds=1)
        tried(client, "aida", "wrong")
    now.move(seconds=61)
    Page(client).sign_in("aida", World.secret).get("/account")


def test_what_was_typed_while_waiting_is_kept_and_the_passphrase_is_not(
    app: Flask, world: World, now: Moment
) -> None:
    client = app.test_client()
    for _ in range(4):
        tried(client, "aida", "wrong")
    page = Page(client).get("/sign-in")
    page.submit("/sign-in", {"login": "aida", "secret": "a-secret-word"}, status=429)
    assert 'value="aida"' in page.html
    assert "a-secret-word" not in page.html


def test_strangers_cannot_shut_a_person_out_of_a_browser_they_know(
    app: Flask, world: World, now: Moment
) -> None:
    known = Page(app.test_client()).sign_in("aida", World.secret)
    known.post("/sign-out")
    for _ in range(60):
        tried(app.test_client(), "aida", "wrong")
        now.move(seconds=61)
    stranger = Page(app.test_client()).get("/sign-in")
    tried(app.test_client(), "aida", "wrong")
    stranger.submit("/sign-in", {"login": "aida", "secret": "x"}, status=429)
    known.sign_in("aida", World.secret).get("/account")


def test_a_known_browser_has_a_counter_of_its_own_and_it_counts(
    app: Flask, world: World, now: Moment
) -> None:
    known = Page(app.test_client()).sign_in("aida", World.secret)
    known.post("/sign-out")
    for _ in range(4):
        tried(known.client, "aida", "wrong")
    page = known.get("/sign-in")
    page.submit("/sign-in", {"login": "aida", "secret": World.secret}, status=429)
    Page(app.test_client()).sign_in("aida", World.secret).get("/account")


def test_signing_in_forgets_the_slips_before_it(app: Flask, world: World, now: Moment) -> None:
    client = app.test_client()
    for _ in range(3):
        tried(client, "aida", "wrong")
    Page(client).sign_in("aida", World.secret).post("/sign-out")
    other = app.test_client()
    for _ in range(3):
        tried(other, "aida", "wrong")
    Page(other).sign_in("aida", World.secret).get("/account")


def test_a_quiet_hour_forgets_them_too(app: Flask, world: World, now: Moment) -> None:
    client = app.test_client()
    for _ in range(4):
        tried(client, "aida", "wrong")
    now.move(hours=1, seconds=1)
    for _ in range(4):
        tried(client, "aida", "wrong")


def test_a_login_is_read_however_it_is_typed(app: Flask, world: World) -> None:
    """With another keyboard's look-alikes, too: the skeleton is what is compared."""
    for login in ("AIDA", " aida ", "Aidа", "ａｉｄａ"):  # the third ends in a Cyrillic letter
        Page(app.test_client()).sign_in(login, World.secret).get("/account")


def test_a_passphrase_is_compared_as_it_was_meant_not_as_it_was_composed(
    app: Flask, world: World
) -> None:
    Page(app.test_client()).sign_in("aida", f" {World.secret} ").get("/account")
    tried(app.test_client(), "aida", World.secret.upper())
