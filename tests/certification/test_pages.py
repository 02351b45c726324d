"""The pages: anybody checks, a trainer issues and revokes, the holder takes theirs away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from lms import config, db, trail
from lms.accounts.models import Account
from lms.certification import lists, printing, sealing, tokens, views
from lms.certification.actions import Desk
from lms.certification.commands import certificates
from lms.certification.models import Certificate
from lms.certification.signing import shown
from lms.certification.throttle import Throttle
from tests.certification import deeds
from tests.certification.builders import a_key, claims
from tests.certification.conftest import Certify, Ready
from tests.conftest import START, Moment
from tests.page import Page
from tests.world import World

SignedInAs = Callable[[str], Page]
FORM = {"name": deeds.NAME, "language": "en", "purpose": "training"}


def certify_address(world: World, login: str = "aida", cohort: str = "North one") -> str:
    return f"/cohorts/{world.ids[cohort]}/people/{world.ids[login]}/certify"


def token_of(app: Flask, desk: Desk, serial: str) -> str:
    with app.app_context():
        row = db.session().get_one(Certificate, serial)
        person_key = db.session().get_one(Account, row.account_id).person_key
        return sealing.open_token(desk.vault, row.account_id, person_key, row.token_sealed)


# --- checking ------------------------------------------------------------------------------------


def test_a_stranger_checks_a_token_and_sees_every_printed_claim_and_nobody(
    app: Flask, page: Page, desk: Desk, certified: Certify
) -> None:
    serial = certified(purpose="deployment")
    token = token_of(app, desk, serial)
    page.get("/verify").submit("/verify", {"token": token})
    for claim in (
        "Genuine",
        tokens.serial_shown(serial),
        "North",
        "Basic observer (basic-observer)",
        "May be deployed",
        "19 April 2026",
        "B: as in force from 24 May 2021",
        "English",
        "1 March 2026",
        "19 May 2026",
        desk.keys.must_issue().id.hex(),
    ):
        assert claim in page.text, claim
    for person in (deeds.NAME, "Aida", "aida", "Tamara", "North one"):
        assert person not in page.text


def test_a_certificate_can_be_typed_in_many_ways(
    app: Flask, page: Page, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    token = token_of(app, desk, serial)
    wrapped = "\r\n".join(shown(token)[at : at + 60] for at in range(0, len(token), 60))
    for typed in (
        token,
        wrapped,
        wrapped.lower(),
        serial,
        tokens.serial_shown(serial).lower(),
        f" {' '.join(serial)} ",
    ):
        page.get("/verify").submit("/verify", {"token": typed})
        assert "Genuine" in page.text, typed
    for address in (serial, tokens.serial_shown(serial), serial.lower()):
        assert "Genuine" in page.get(f"/verify/{address}").text


def test_unknown_and_malformed_are_answered_with_the_same_bytes(
    client: FlaskClient, desk: Desk, certified: Certify
) -> None:
    certified()
    forged = tokens.issue(claims(), a_key(9))
    by_our_key = tokens.issue(claims(), desk.keys.must_issue())  # signed, but never issued here
    known = "".join(desk.keys.must_issue().id.hex())
    bodies = set()
    for typed in ("7" * 26, "rubbish", forged, by_our_key, "OBS1:", known, "'; DROP TABLE x"):
        answer = client.post("/verify", data={"token": typed})
        assert answer.status_code == 200
        html = answer.get_data(as_text=True)
        assert "Unknown" in html
        bodies.add(re.sub(r'<textarea.*?</textarea>|value="[^"]*"', "", html, flags=re.S))
    assert len(bodies) == 1
    serials = {
        re.sub(r'<textarea.*?</textarea>|value="[^"]*"', "", client.get(a).text, flags=re.S)
        for a in ("/verify/" + "7" * 26, "/verify/x", "/verify/" + "A" * 500)
    }
    assert len(serials) == 1


def test_a_token_signed_again_for_a_known_serial_is_unknown(
    app: Flask, page: Page, desk: Desk, certified: Certify
) -> None:
    """Whoever steals the key still cannot give a certificate another level or a longer life."""
    from dataclasses import replace

    serial = certified()
    key = desk.keys.must_issue()
    found = tokens.verify(token_of(app, desk, serial), desk.keys.public).claims
    bent = tokens.issue(replace(found, level=2), key)
    page.get("/verify").submit("/verify", {"token": bent})
    assert "Unknown" in page.text


def test_a_name_is_checked_against_token_and_serial(
    app: Flask, page: Page, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    for typed in (serial, token_of(app, desk, serial)):
        page.get("/verify").submit("/verify", {"token": typed, "name": deeds.NAME.lower()})
        assert "The name fits" in page.text
        page.get("/verify").submit("/verify", {"token": typed, "name": "Somebody Else"})
        assert "The name does not fit" in page.text
        assert deeds.NAME not in page.text


def test_a_name_cannot_be_asked_of_an_unknown_serial(page: Page) -> None:
    page.get("/verify").submit("/verify", {"token": "7" * 26, "name": "Aida"})
    assert "Unknown" in page.text
    assert "The name" not in page.text.split("Check a certificate")[1].split("Serial, or")[0]


def test_an_expired_certificate_is_expired(page: Page, now: Moment, certified: Certify) -> None:
    serial = certified()
    now.move(days=366)
    assert "Expired" in page.get(f"/verify/{serial}").text


def test_revoking_is_told_by_page_and_command_alike(
    app: Flask,
    page: Page,
    desk: Desk,
    certified: Certify,
    signed_in_as: SignedInAs,
    settings: config.Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serial = certified()
    token = token_of(app, desk, serial)
    monkeypatch.setenv("LMS_INSTANCE", str(settings.instance))

    def command() -> tuple[int, str]:
        file = tmp_path / "newest.list"
        file.write_bytes(page.client.get("/verify/list").data)
        done = CliRunner().invoke(certificates, ["verify", token, "--list", str(file)])
        return done.exit_code, done.stdout.split()[0]

    assert "Genuine" in page.get(f"/verify/{serial}").text
    assert command() == (0, "GENUINE")
    trainer = signed_in_as("tamara").get(f"/certificates/{serial}")
    trainer.get(f"/certificates/{serial}/revoke?reason=pledge")
    assert "Revoke this certificate?" in trainer.text
    assert "Genuine" in page.get(f"/verify/{serial}").text  # asking changed nothing
    trainer.submit(f"/certificates/{serial}/revoke")
    assert trainer.path == f"/certificates/{serial}"
    assert "Revoked" in trainer.text
    page.get(f"/verify/{serial}")
    assert "Revoked" in page.text
    assert "pledge" not in page.text
    assert command() == (4, "REVOKED")


def test_what_is_revoked_cannot_be_revoked_again(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    certified: Certify,
    signed_in_as: SignedInAs,
) -> None:
    serial = certified()
    deeds.revoke(app, world, now, desk, serial)
    trainer = signed_in_as("tamara").get(f"/certificates/{serial}")
    assert "Revoke it" not in trainer.text
    trainer.get(f"/certificates/{serial}/revoke?reason=mistake", status=409)
    trainer.get(f"/certificates/{serial}")
    trainer.post(f"/certificates/{serial}/revoke", {"reason": "mistake"}, status=409)


def test_a_reason_has_to_be_on_the_list(
    app: Flask, certified: Certify, signed_in_as: SignedInAs
) -> None:
    serial = certified()
    trainer = signed_in_as("tamara").get(f"/certificates/{serial}")
    trainer.get(f"/certificates/{serial}/revoke", status=422)
    trainer.get(f"/certificates/{serial}/revoke?reason=dislike", status=422)
    trainer.post(f"/certificates/{serial}/revoke", {"reason": "dislike"}, status=422)
    trainer.post(f"/certificates/{serial}/revoke", status=422)
    with app.app_context():
        assert db.session().get_one(Certificate, serial).revoked_at is None


def test_the_public_list_and_keys_verify_each_other(
    client: FlaskClient, page: Page, certified: Certify, tmp_path: Path
) -> None:
    page.get("/verify/list", status=404)
    certified()
    answer = client.get("/verify/list")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="revocations-1.list"'
    keys = client.get("/verify/keys")
    assert b"PRIVATE" not in keys.data
    from lms.certification.keys import public_keys
    from lms.certification.signing import key_id

    public = {key_id(key): key for key in public_keys(keys.data, tmp_path)}
    found = lists.verify_typed(answer.get_data(as_text=True), public)
    assert found.revoked == frozenset()
    assert set(public) <= found.covers


def test_a_network_that_asks_too_often_waits(
    client: FlaskClient, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_throttle", Throttle(per_minute=3))

    def ask(address: str) -> int:
        environ = {"REMOTE_ADDR": address}
        return client.get("/verify/x", environ_base=environ).status_code

    assert [ask("203.0.113.9") for _ in range(4)] == [200, 200, 200, 429]
    assert ask("203.0.113.77") == 429  # the same network
    assert ask("198.51.100.1") == 200
    assert [ask("127.0.0.1") for _ in range(5)] == [200] * 5
    now.move(minutes=1)
    assert ask("203.0.113.9") == 200


def test_the_limit_holds_no_address() -> None:
    throttle = Throttle()
    throttle.is_too_much("203.0.113.9", START)
    throttle.is_too_much("2001:db8:1:2::3", START)
    assert "203.0.113" not in repr(throttle)
    assert "2001:db8" not in repr(throttle)


def test_nothing_typed_is_a_form_to_mend(page: Page) -> None:
    page.get("/verify").submit("/verify", {"token": "", "name": "Kept Name"}, status=422)
    assert "Type the serial, or paste the text of the code." in page.text
    assert "Kept Name" in page.html
    page.get("/verify").submit("/verify", {"token": "x" * 2001}, status=422)


# --- certifying ----------------------------------------------------------------------------------


def test_a_trainer_certifies_and_the_holder_opens_the_file(
    app: Flask, world: World, desk: Desk, ready: Ready, signed_in_as: SignedInAs
) -> None:
    ready("aida")
    trainer = signed_in_as("tamara").get(certify_address(world))
    assert "Nothing is missing" in trainer.text
    trainer.submit("/certify", FORM)
    assert trainer.path.startswith("/certificates/")
    serial = trainer.path.rsplit("/", 1)[1]
    assert "Certified. Give the file to its holder." in trainer.text
    for login in ("aida", "tamara", "kairat"):
        answer = signed_in_as(login).get(f"/certificates/{serial}/file").answer
        assert answer.mimetype == "application/pdf"
        assert printing.token_in(answer.data) == token_of(app, desk, serial)
        assert "certificate-" in answer.headers["Content-Disposition"]
    assert tokens.serial_shown(serial) in signed_in_as("aida").get("/my/").text or (
        serial in signed_in_as("aida").get("/my/").text
    )


def test_a_double_click_gives_one_certificate_and_shows_it(
    app: Flask, world: World, ready: Ready, signed_in_as: SignedInAs
) -> None:
    ready("aida")
    trainer = signed_in_as("tamara").get(certify_address(world))
    trainer.submit("/certify", FORM)
    first = trainer.path
    trainer.post(certify_address(world), FORM)
    assert trainer.path == first
    assert "already" in trainer.text
    with app.app_context():
        deeds_done = db.session().scalars(sa.select(trail.Entry.deed)).all()
    assert list(deeds_done) == ["certify", "certify-again"]


def test_the_page_names_what_is_missing_and_offers_no_form(
    world: World, ready: Ready, signed_in_as: SignedInAs
) -> None:
    trainer = signed_in_as("tamara").get(certify_address(world))
    for line in (
        "Lesson not finished: Seeing the count",
        "Not passed: Exam",
        "Scenario not passed: The door",
        "The pledge is not signed.",
    ):
        assert line in trainer.text
    assert "Name to print" not in trainer.text
    trainer.post(certify_address(world), FORM, status=409)
    assert "Not passed: Exam" in trainer.text


def test_the_page_names_the_sources_that_block_deployment(
    app: Flask, world: World, ready: Ready, signed_in_as: SignedInAs
) -> None:
    ready("dana", clock="2026-12-20")
    address = certify_address(world, "dana", "North two")
    trainer = signed_in_as("timur").get(address)
    assert "Sources that block deployment" in trainer.text
    assert "src-confirmed" in trainer.text
    assert "Article 7(1)" in trainer.text
    assert "See the whole count" in trainer.text
    trainer.post(address, FORM | {"purpose": "deployment"}, status=409)
    assert "src-confirmed" in trainer.text
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(Certificate)) == 0
    trainer.post(address, FORM)
    assert trainer.path.startswith("/certificates/")


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"name": " 12 "},
        {"name": "x" * 81},
        {"purpose": "anything"},
        {"language": "de"},
    ],
)
def test_what_cannot_be_printed_is_a_form_to_mend(
    world: World, ready: Ready, signed_in_as: SignedInAs, typed: dict[str, str]
) -> None:
    ready("aida")
    trainer = signed_in_as("tamara").get(certify_address(world))
    trainer.submit("/certify", FORM | typed, status=422)
    assert "Something needs mending" in trainer.text


@pytest.mark.parametrize(
    ("by", "login", "cohort", "status"),
    [
        ("timur", "aida", "North one", 404),
        ("saule", "aida", "North one", 404),
        ("tamara", "dana", "North one", 404),
        ("tamara", "dana", "North two", 404),
        ("tamara", "tamara", "North one", 404),
        ("kairat", "aida", "North one", 403),
        ("aida", "aida", "North one", 403),
        ("oleg", "aida", "North one", 403),
        ("arman", "aida", "North one", 403),
    ],
)
def test_nobody_else_certifies_and_each_refusal_is_in_the_trail(
    app: Flask,
    world: World,
    ready: Ready,
    signed_in_as: SignedInAs,
    by: str,
    login: str,
    cohort: str,
    status: int,
) -> None:
    ready("aida")
    browser = signed_in_as(by).get("/account")
    address = certify_address(world, login, cohort)
    browser.get(address, status=status)
    browser.get("/account").post(address, FORM, status=status)
    with app.app_context():
        entries = db.session().scalars(sa.select(trail.Entry)).all()
    assert [(entry.deed, entry.facts["status"]) for entry in entries] == [("refused", status)]


@pytest.mark.parametrize(
    ("by", "page_status", "file_status"),
    [
        ("timur", 404, 404),
        ("saule", 404, 404),
        ("bota", 403, 404),
        ("oleg", 403, 404),
        ("arman", 403, 404),
        ("kairat", 200, 200),
        ("aida", 403, 200),
    ],
)
def test_a_certificate_is_seen_by_its_holder_and_its_cohorts_staff(
    certified: Certify,
    signed_in_as: SignedInAs,
    by: str,
    page_status: int,
    file_status: int,
) -> None:
    serial = certified()
    browser = signed_in_as(by).get("/account")
    browser.get(f"/certificates/{serial}", status=page_status)
    browser.get(f"/certificates/{serial}/file", status=file_status)
    revoke = 404 if page_status == 404 else page_status
    browser.get("/account").post(
        f"/certificates/{serial}/revoke", {"reason": "mistake"}, status=revoke
    )


def test_an_unknown_or_malformed_serial_is_not_there(signed_in_as: SignedInAs) -> None:
    trainer = signed_in_as("tamara")
    for serial in ("7" * 26, "x", "8" * 26, "a'b"):
        for tail in ("", "/file", "/revoke?reason=mistake"):
            trainer.get(f"/certificates/{serial}{tail}", status=404)


def test_the_file_of_an_erased_person_is_gone_and_the_paper_still_verifies(
    app: Flask, world: World, page: Page, certified: Certify, signed_in_as: SignedInAs
) -> None:
    serial = certified()
    with app.app_context(), db.transaction() as session:
        session.get_one(Account, world.ids["aida"]).person_key = None
    signed_in_as("tamara").get(f"/certificates/{serial}/file", status=404)
    page.get("/verify").submit("/verify", {"token": serial, "name": deeds.NAME})
    assert "Genuine" in page.text
    assert "The name fits" not in page.text
    assert "The name does not fit" not in page.text
