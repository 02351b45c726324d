"""A browser that looks at every page it opens: overflow, console, content policy, accessibility."""

from __future__ import annotations

import os
import re
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
CONTRAST = Path(__file__).parent / "contrast.js"
# Contrast takes four fifths of axe's time, text by text; it is asked of one text of each look.
EXAMINATION = """async (rest) => {
    const texts = (%s)();
    const one = ["color-contrast"], resultTypes = ["violations"];
    const contrast = { runOnly: one, resultTypes };
    const others = { rules: { "color-contrast": { enabled: texts === null } }, resultTypes };
    const found = rest ? [await axe.run(others)] : [];
    if (texts === null ? !rest : texts.length)
        found.push(await axe.run(texts === null ? document : { include: texts }, contrast));
    return found.flatMap((part) => part.violations);
}"""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDTHS = (360, 1280)
PICTURES = os.environ.get("LMS_PICTURES", "")  # a folder


def chromium(playwright: Playwright) -> Browser:
    path = os.environ.get("LMS_CHROMIUM") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=path, args=QUIET)


class Eyes:
    """One person's browser.

    ``seen`` remembers which kinds of page axe has looked at, over all people of a language, so that
    each kind is examined once, in light and dark; without ``dark`` in light alone, since a language
    changes no colour; without ``axe`` for its width alone. With LMS_PICTURES a folder receives a
    picture of each kind at both widths.
    """

    def __init__(
        self,
        browser: Browser,
        address: str,
        language: str,
        script: bool,
        seen: set[str],
        *,
        dark: bool = True,
        axe: bool = True,
    ) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280 if script else 360, "height": 900},
            java_script_enabled=script,
            locale={"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}[language],
        )
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.address, self.language, self.script, self.seen = address, language, script, seen
        self.dark, self.axe = dark or bool(PICTURES), axe
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("response", self._response)

    def _console(self, message) -> None:  # type: ignore[no-untyped-def]  # playwright's own
        # Chromium logs every answer that is not 2xx; the journeys check statuses themselves.
        if message.type in ("error", "warning") and "status of" not in message.text:
            self.complaints.append(message.text)

    def _response(self, response: Response) -> None:
        if response.status >= 500 or not response.url.startswith(self.address):
            self.complaints.append(f"{response.status} {response.url}")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.look()

    def press(self, selector: str) -> None:
        """Click something that leads to another page, and look at that page."""
        # A script may send the form and lead on only when it has heard from the server.
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.look()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def look(self, *, dark: bool = True, state: str = "") -> None:
        """Complain of what is wrong with this page. ``dark``: examine it in dark as well; ``state``
        is what its picture is called besides its kind."""
        assert not self.complaints, (self.path, self.complaints)
        language = self.page.locator("html").get_attribute("lang")
        assert language == self.language, f"{self.path} is in {language}"
        if not self.script:
            return
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.path} is {wide} px too wide"
        kind = _kind(self.path)
        if kind in self.seen:
            return
        self.seen.add(kind)
        for scheme in ("light", "dark") if dark and self.dark else ("light",):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal
            if self.axe:
                self._examine(scheme)
            self._picture(f"{kind} {state}", scheme)
        self.page.emulate_media(color_scheme="light")

    def examine(self) -> None:
        """Look at this very page, as wide as it is and in light alone, whatever its kind."""
        assert not self.complaints, (self.path, self.complaints)
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.path} is {wide} px too wide"
        self._examine("light")

    def _examine(self, scheme: str) -> None:
        # In the dark the colours are others, and nothing else is.
        lines = examined(self.page, colours_alone=scheme == "dark")
        assert not lines, (self.path, scheme, lines)

    def _picture(self, kind: str, scheme: str) -> None:
        """Both widths are looked at for overflow; with LMS_PICTURES also kept."""
        if scheme == "dark" and not PICTURES:
            return  # it is no wider than in light
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{self.path} is {wide} px too wide at {width}"
            if PICTURES:
                name = re.sub(r"\W+", "-", kind).strip("-") or "front"
                Path(PICTURES).mkdir(parents=True, exist_ok=True)
                self.page.screenshot(
                    path=f"{PICTURES}/{self.language}-{name}-{width}-{scheme}.png", full_page=True
                )


def examined(page: Page, *, colours_alone: bool = False) -> list[str]:
    """What axe has against a page as it stands: the rule, where, and why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(EXAMINATION % CONTRAST.read_text("utf-8"), not colours_alone)
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')}"
        for v in found
    ]


def _kind(path: str) -> str:
    """The kind of a page: its address without ids, one for every lesson, question and rule."""
    path = re.sub(r"[?#].*", "", path)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", path)
    path = re.sub(r"^/attempts/id/(?!finish|result).+", "/attempts/id/question", path)
    path = re.sub(r"^/(certificates|verify)/[0-9A-Z]{20,}", r"/\1/serial", path)
    return re.sub(r"^(/courses/)[a-z-]+/[a-z-]+", r"\1course/lesson", path)
