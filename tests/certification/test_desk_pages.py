"""The pages of the desk: a trainer issues and revokes, the holder takes theirs away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db, trail
from lms.accounts.models import Account
from lms.certification import printing, room, tokens
from lms.certification.keys import Keyring
from lms.certification.making import Desk
from lms.certification.models import Certificate
from tests.certification import deeds
from tests.certification.conftest import Certify, Ready
from tests.certification.deeds import EVERY_CERTIFICATE
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

SignedInAs = Callable[[str], Page]
FORM = {"name": deeds.NAME, "language": "en", "purpose": "training"}


def certify_address(world: World, login: str = "aida", cohort: str = "North one") -> str:
    return f"/cohorts/{world.ids[cohort]}/people/{world.ids[login]}/certify"


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
        assert printing.token_in(answer.data) == deeds.token_of(app, desk, serial)
        assert "certificate-" in answer.headers["Content-Disposition"]
    assert tokens.serial_shown(serial) in signed_in_as("aida").get("/my/").text


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
        deeds_done = (
            db.session().scalars(sa.select(trail.Entry.deed).order_by(trail.Entry.number)).all()
        )
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
        assert db.session().scalar(EVERY_CERTIFICATE) == 0
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


def test_without_a_key_nothing_is_certified_and_revoking_still_works(
    app: Flask,
    world: World,
    page: Page,
    ready: Ready,
    certified: Certify,
    signed_in_as: SignedInAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serial = certified()
    ready("bota")
    monkeypatch.setattr(room, "keyring", lambda _folder: Keyring())
    trainer = signed_in_as("tamara").get(certify_address(world, "bota"))
    assert "no key to sign with" in trainer.text
    trainer.post(certify_address(world, "bota"), FORM, status=409)
    trainer.get(f"/certificates/{serial}/revoke?reason=lost").submit("/revoke")
    assert "needs a key to be signed" in trainer.text
    assert "Revoked" in page.get(f"/verify/{serial}").text


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
