"""What is typed into a form stays on the device until the server has said that it has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser
SITE = "http://keep.test"
SCRIPT = (Path(__file__).parents[2] / "lms/web/static/keep.js").read_text("utf-8")
FORM = """<!doctype html><html lang=en><title>Form</title>
<form method=post action="/save" data-keep="form" data-send data-saved-server="server"
  data-saved-device="device" data-saved-nowhere="nowhere" data-put-back="put back">
<p class=field><label for=f>Words</label><textarea id=f name=words></textarea></p></form>
<script type=module src="/keep.js"></script></html>"""
KEPT = "JSON.parse(localStorage.getItem('kept:form'))?.values.words"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with one such form. Which answer a save gets stands in ``page.answer``."""
    context = browser.new_context()
    found = context.new_page()
    found.clock.install()
    yield found
    context.close()


def serve(page: Page, *answers: int) -> list[str | None]:
    """Answer saves with these statuses, one after the other; gives what was asked with each."""
    left, asked = list(answers), []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/keep.js":
            route.fulfill(body=SCRIPT, content_type="text/javascript")
        elif path == "/save":
            asked.append(route.request.headers.get("x-kept"))
            status = left.pop(0)
            route.fulfill(status=status, headers={"Location": "/next"} if status == 303 else {})
        else:
            route.fulfill(body=FORM, content_type="text/html")

    page.route("**/*", answer)
    page.goto(SITE)
    return asked


def type_and_wait(page: Page) -> None:
    page.fill("#f", "four papers at 09:12")
    page.clock.run_for(2_000)


@pytest.mark.parametrize("status", [204, 303])
def test_what_the_server_kept_is_forgotten_here(page: Page, status: int) -> None:
    asked = serve(page, status)
    type_and_wait(page)
    page.wait_for_selector(".saved[data-state=server]")
    assert page.evaluate(KEPT) is None
    assert asked == ["ask"]


def test_an_answer_of_the_sign_in_is_not_taken_for_saved(page: Page) -> None:
    serve(page, 401, 204)
    with page.expect_response("**/save"):
        type_and_wait(page)
    page.wait_for_timeout(100)
    assert page.locator(".saved").get_attribute("data-state") == "device"
    assert page.evaluate(KEPT) == ["four papers at 09:12"]
    with page.expect_request("**/save"):  # asked again by itself, for somebody may have signed in
        page.clock.run_for(16_000)
    page.wait_for_selector(".saved[data-state=server]")
    assert page.evaluate(KEPT) is None


@pytest.mark.parametrize("status", [403, 422, 500])
def test_what_is_refused_stays_on_the_device(page: Page, status: int) -> None:
    serve(page, status)
    with page.expect_response("**/save"):
        type_and_wait(page)
    assert page.evaluate(KEPT) == ["four papers at 09:12"]
    assert page.locator(".saved").get_attribute("data-state") == "device"
