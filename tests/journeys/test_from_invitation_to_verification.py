"""The whole way once: from an invitation to a certificate that a stranger checks, and back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pyzbar.pyzbar import decode

from tests.journeys.looking import Eyes
from tests.journeys.people import Trainee, lessons_of, pass_drills, sign_in
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
COHORT = "Shymkent, weekends"
PROGRAMME = "precinct-observer"
NAMES = {"en": "Anna O’Neill", "ru": "Щёголева Ёлка", "kk": "Әлия Ғұмарқызы Ңұрөі"}
WORDS = {
    "genuine": {"en": "Genuine", "ru": "Подлинный", "kk": "Түпнұсқа"},
    "revoked": {"en": "Revoked", "ru": "Отозван", "kk": "Қайтарып алынған"},
}
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
_seen: dict[str, set[str]] = {"en": set(), "ru": set(), "kk": set()}


# Each language once, with script and without it; the other three ways in the deep tier.
WAYS = [("en", True), ("ru", False), ("kk", False), ("en", False), ("ru", True), ("kk", True)]


@pytest.mark.parametrize(
    ("language", "script"),
    [
        pytest.param(
            *way,
            id=f"{way[0]}-{'with' if way[1] else 'without'}-script",
            marks=[pytest.mark.deep] if number >= 3 else [],
        )
        for number, way in enumerate(WAYS)
    ],
)
def test_the_whole_way(
    site: Site, browser: Browser, tmp_path: Path, language: str, script: bool
) -> None:
    eyes = new_eyes(site, browser, language, script)
    trainee = Trainee(eyes, site)
    login = f"walker-{language}-{'s' if script else 'n'}"
    code = site.lms("people", "invite", "--role", "trainee", "--cohort", COHORT).strip()

    secret = trainee.join(code, login, language)
    eyes.go("/")
    assert eyes.path == "/my/"
    lessons = lessons_of(site.books, PROGRAMME)
    trainee.answer_check(next(x for x in lessons if site.books.lessons[x]["questions"]))
    trainee.sit("rights-practice")
    trainee.play("told-to-leave")
    trainee.sit("final-exam", missing_critical=True)
    assert eyes.page.locator(".notice.stop").count() == 1, "a missed critical rule is not a pass"
    assert eyes.page.locator("main a[href*='#rule-']").count() >= 1, "the passage is one click away"
    trainee.sit("final-exam")
    assert eyes.page.locator(".notice.good").count() == 1
    for number, lesson in enumerate(lessons):
        # All pages of lessons are of one kind; every one is looked at in the deep tier, and those
        # of three modules in their own test.
        if number < 3 or DEEP:
            trainee.read(lesson)
        else:
            trainee.read_plainly(lesson)
    trainee.play_plainly("copy-refused")  # one was played by hand
    trainee.sign_pledge()
    eyes.go("/my/")
    for drill in ("certifying/precinct-observer", "counts/three-protocols"):
        assert eyes.page.locator(f"main a[href='/{drill}']").count(), "what is missing, and where"
    pass_drills(site, login)
    eyes.go("/my/")
    assert eyes.page.locator("main .notice.good").count() == 1, "nothing is missing any more"
    for page in ("/courses/", "/glossary", "/sources", "/account", "/what-we-keep"):
        eyes.go(page)

    serial = certify(site, browser, login, language, script)

    # The holder, on another device, with nothing but login and passphrase.
    device = new_eyes(site, browser, language, script)
    sign_in(device, login, secret)
    device.go("/my/")
    href = device.page.locator("a[href$='/file']").first.get_attribute("href")
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(device.context.request.get(site.address + (href or "")).body())
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert re.sub(r"\s", "", NAMES[language]) in re.sub(r"\s", "", text)
    token = read_qr(pdf, tmp_path)

    stranger = new_eyes(site, browser, language, script)
    stranger.page.goto(f"{site.address}/verify")
    stranger.page.locator(f"button[formaction='/languages/{language}']").click()
    assert WORDS["genuine"][language].lower() in ask(stranger, token).lower()
    assert NAMES[language] not in stranger.text(), "nothing about people"
    keys, listed = take_along(site, stranger, tmp_path)
    assert offline(site, token, keys, listed) == 0
    assert offline(site, str(pdf), keys, listed) == 0

    revoke(site, browser, serial, language, script)
    assert WORDS["revoked"][language].lower() in ask(stranger, token).lower()
    keys, listed = take_along(site, stranger, tmp_path)
    assert offline(site, token, keys, listed) == 4
    assert offline(site, str(pdf), keys, listed) == 4
    for found in (eyes, device, stranger):
        found.context.close()


def new_eyes(site: Site, browser: Browser, language: str, script: bool) -> Eyes:
    """Axe looks at the English pages, and at those of all languages in the deep tier: another
    language changes neither the elements of a page nor their colours."""
    english = language == "en"
    return Eyes(
        browser, site.address, language, script, _seen[language], dark=english, axe=english or DEEP
    )


def certify(site: Site, browser: Browser, login: str, language: str, script: bool) -> str:
    """The trainer finds the person in the cohort and certifies them; gives the serial."""
    eyes = trainer(site, browser, language, script)
    eyes.go("/cohorts/")
    eyes.press(f"table a:has-text('{COHORT}')")
    cohort = eyes.path
    eyes.press("main a[href$='/rules']")
    eyes.go(f"{cohort}/import")
    eyes.go(f"{cohort}?sort=missing")
    eyes.press(f"table a:text-is('{login}')")
    eyes.press("main a[href$='/certify']")
    eyes.page.fill("#f-name", NAMES[language])
    eyes.page.check(f"input[name='language'][value='{language}']")
    eyes.press("form[action$='/certify'] button")
    found = re.search(r"/certificates/([0-9A-Z-]+)", eyes.path)
    assert found, (eyes.path, eyes.text())
    eyes.context.close()
    return found[1]


def trainer(site: Site, browser: Browser, language: str, script: bool) -> Eyes:
    eyes = new_eyes(site, browser, language, script)
    sign_in(eyes, "trainer2", site.cards["trainer2"]["secret"])
    eyes.page.locator(f"button[formaction='/languages/{language}']").click()
    return eyes


def revoke(site: Site, browser: Browser, serial: str, language: str, script: bool) -> None:
    eyes = trainer(site, browser, language, script)
    eyes.go(f"/certificates/{serial}")
    eyes.page.locator("form[action*='/revoke'] select[name='reason']").first.select_option(index=1)
    eyes.press("main form[action*='/revoke'] button")
    if eyes.page.locator("main form[method='post'][action$='/revoke']").count():
        eyes.press("main form[method='post'][action$='/revoke'] button")
    eyes.context.close()


def ask(eyes: Eyes, token: str) -> str:
    """Type a token into the public page and read the answer."""
    eyes.go("/verify")
    eyes.page.fill("#f-token", token)
    eyes.press("form[action$='/verify'] button")
    return eyes.text()


def read_qr(pdf: Path, folder: Path) -> str:
    """The text of the QR, from a picture of the printed page at 150 dpi."""
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-singlefile", pdf, folder / "page"], check=True
    )
    kind, width, height, _depth, pixels = (folder / "page.pgm").read_bytes().split(maxsplit=4)
    assert kind == b"P5"
    found = decode((pixels, int(width), int(height)))
    assert len(found) == 1
    return str(found[0].data.decode())


def take_along(site: Site, eyes: Eyes, folder: Path) -> tuple[Path, Path]:
    """What a stranger takes along to check without a network."""
    keys, listed = folder / "keys.pub", folder / "revoked.list"
    keys.write_bytes(eyes.context.request.get(f"{site.address}/verify/keys").body())
    listed.write_bytes(eyes.context.request.get(f"{site.address}/verify/list").body())
    return keys, listed


def offline(site: Site, subject: str, keys: Path, listed: Path) -> int:
    """The exit code of the offline check, with the network taken away where the system allows."""
    words = [sys.executable, "-m", "lms", "certificates", "verify", subject]
    words += ["--key", str(keys), "--list", str(listed)]
    cut = ["unshare", "-rn"] if _can_cut_network() else []
    environ = {**site.environ, "LMS_INSTANCE": str(keys.parent / "nowhere")}
    return subprocess.run([*cut, *words], env=environ, capture_output=True, check=False).returncode


def _can_cut_network() -> bool:
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    )
