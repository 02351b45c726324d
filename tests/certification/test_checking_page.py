"""The public page: anybody checks a certificate and learns nothing about people."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from lms import config
from lms.certification import lists, tokens, views
from lms.certification.commands import certificates
from lms.certification.making import Desk
from lms.certification.signing import shown
from lms.certification.throttle import Throttle
from tests.certification import deeds
from tests.certification.builders import a_key, claims
from tests.certification.conftest import Certify
from tests.conftest import START, Moment
from tests.page import Page

SignedInAs = Callable[[str], Page]


def test_a_stranger_checks_a_token_and_sees_every_printed_claim_and_nobody(
    app: Flask, page: Page, desk: Desk, certified: Certify
) -> None:
    serial = certified(purpose="deployment")
    token = deeds.token_of(app, desk, serial)
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
    token = deeds.token_of(app, desk, serial)
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
    found = tokens.verify(deeds.token_of(app, desk, serial), desk.keys.public).claims
    bent = tokens.issue(replace(found, level=2), key)
    page.get("/verify").submit("/verify", {"token": bent})
    assert "Unknown" in page.text


def test_a_name_is_checked_against_token_and_serial(
    app: Flask, page: Page, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    for typed in (serial, deeds.token_of(app, desk, serial)):
        page.get("/verify").submit("/verify", {"token": typed, "name": deeds.NAME.lower()})
        assert "The name fits" in page.text
        page.get("/verify").submit("/verify", {"token": typed, "name": "Somebody Else"})
        assert "The name does not fit" in page.text
        assert deeds.NAME not in page.text


def test_a_name_cannot_be_asked_of_an_unknown_serial(page: Page) -> None:
    page.get("/verify").submit("/verify", {"token": "7" * 26, "name": "Aida"})
    assert "Unknown" in page.text
    assert "The name fits" not in page.text
    assert "The name does not fit" not in page.text


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
    token = deeds.token_of(app, desk, serial)
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
