"""Two houses in processes of their own: a receipt is carried from one to the other."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lms.domain.joint.exercise import COMMISSION, OBSERVER
from tests.journeys.looking import Eyes
from tests.journeys.meeting import EXERCISE, Phone, Room, cards
from tests.journeys.people import Trainee, enter
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.deep]
LIGHT, SEVENTEEN = "New Light", "Commission No. 17"


def founded(site: Site, prepared: Path) -> list[str]:
    """A house of joint sessions alone with two organisations; the codes of their trainers."""
    for words in (
        ("init",),
        ("migrate",),
        ("publish",),
        ("organisations", "add", LIGHT, "--kind", "observers"),
        ("organisations", "add", SEVENTEEN, "--kind", "commission"),
        ("organisations", "election", LIGHT, "Early", "2027-01-24"),
        ("organisations", "cohort", LIGHT, "Ours", "--programme", "joint-training"),
        ("organisations", "cohort", SEVENTEEN, "Theirs", "--programme", "joint-training"),
    ):
        site.lms(*words)
    site.lms("organisations", "add", LIGHT, "--kind", "commission", codes=(1,))
    assert "cohort    Theirs (joint-training)" in site.lms("organisations", "list")
    shutil.copy(prepared / "documents.pickle", site.folder)
    invited = [("--role", "trainer", "--cohort", cohort) for cohort in ("Ours", "Theirs")]
    return [site.lms("people", "invite", *words).strip() for words in invited]


class House(Room):
    """The same room, held by somebody who joined this house by a code."""

    def __init__(self, site: Site, browser: Browser, codes: list[str]) -> None:
        self.site, self.browser, self.language = site, browser, "en"
        self.seen, self.states = set[str](), set[str]()
        self.exercise = site.books.joint_exercise(EXERCISE)
        self.texts = site.books.joint[EXERCISE]["texts"]["en"]
        self.holds, self.members = (
            self.joined(code, f"facilitator-{at}") for at, code in enumerate(codes)
        )

    def joined(self, code: str, login: str) -> Eyes:
        eyes = Eyes(self.browser, self.site.address, "en", True, self.seen)
        secret = Trainee(eyes, self.site).join(code, login, "en")
        enter(eyes, login, secret)
        return eyes


def test_a_receipt_is_carried_from_a_house_of_its_own(
    tmp_path: Path, prepared: Path, site: Site, browser: Browser
) -> None:
    joint = Site(tmp_path / "joint", LMS_ROOMS="joint")
    joint.folder.mkdir()
    codes = founded(joint, prepared)
    joint.start()
    try:
        receipts = played(House(joint, browser, codes))
    finally:
        joint.stop()
    keys = site.folder / "keys"
    shutil.copy(joint.folder / "keys" / "receipts.pub", keys / "receipts-joint.pub")
    trainer = Eyes(browser, site.address, "en", True, set())
    enter(trainer, "trainer2", site.cards["trainer2"]["secret"])
    trainer.go("/cohorts/")
    trainer.press("th a:has-text('Shymkent')")
    trainer.press(f"main tbody a:has-text('{site.cards['trainee']['name']}')")
    trainer.press("main a[href$='/receipt']")
    for receipt, counts in ((receipts[0], True), (receipts[0], False), (receipts[1], True)):
        here = trainer.path
        trainer.page.fill("#f-receipt", receipt)
        trainer.page.locator("form[action$='/receipt'] button").click()
        trainer.page.wait_for_load_state()
        assert bool(trainer.page.locator(".notice.good").count()) == counts
        trainer.page.goto(trainer.address + here)
    assert "2 receipts count so far" in trainer.text()
    (keys / "receipts-joint.pub").unlink()
    trainer.context.close()


def played(house: House) -> list[str]:
    """A short session: everybody is there, nobody answers, both take their receipt."""
    day = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    house.holds.go("/sessions/new")
    page = house.holds.page
    page.select_option("#f-exercise", EXERCISE)
    for name, value in (("starts_on", day), ("starts_time", "9:00"), ("place", "School 4")):
        page.fill(f"#f-{name}", value)
    house.holds.press("main form button")
    house.address = house.holds.path
    phones = [
        Phone(house, side, 1, True, "a", cards(eyes, house.address, 1)[0])
        for side, eyes in ((OBSERVER, house.holds), (COMMISSION, house.members))
    ]
    house.holds.go(f"{house.address}/console")
    house.do("open")
    house.holds.go(f"{house.address}/wall")
    digits = house.holds.page.locator(".digits").inner_text()
    for phone in phones:
        phone.eyes.go("/sessions/room")
        phone.page.fill("#f-digits", digits)
        phone.press("form[action$='/present'] button")
    house.holds.go(f"{house.address}/console")
    for deed in ("next", "show", "next", "show", "next"):
        house.do(deed)
    receipts = []
    for phone in phones:
        phone.eyes.go("/sessions/room")
        phone.press("form[action$='/receipt'] button")
        receipts.append(phone.page.locator("strong.receipt").inner_text())
        phone.eyes.context.close()
    for eyes in (house.holds, house.members):
        eyes.context.close()
    return receipts
