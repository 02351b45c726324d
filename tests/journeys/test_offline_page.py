"""The page that checks certificates without a network, opened from a file; and its script against
the product's verifier, in Node and in Chromium, with a built-in Ed25519 and without."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Page

from lms.certification import chain, lists, offline, tokens
from lms.certification.chain import Listed
from lms.certification.signing import NotGenuine
from tests.certification.builders import NAME, a_key, claims
from tests.certification.cases import ANSWERS, KEY, KEYS, cases, given
from tests.journeys.looking import examined

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
COUNT = 10_000 if DEEP else 250
OWN_COUNT = 2_000 if DEEP else 40  # big numbers take a hundred times as long as the browser's own
TODAY = datetime.now(tz=UTC).date()
SEED = int(os.environ.get("LMS_SEED") or 20260301)


def some(own: bool) -> list[dict[str, object]]:
    return list(cases(OWN_COUNT if own else COUNT, SEED))


def test_the_cases_are_of_every_kind() -> None:
    kinds = {str(case["expected"]).split(",")[0] for case in some(own=False)}
    words = {f'["{word}"' for word in ("valid", "expired", "not-yet", "listed")}
    assert {"format", "key", "claims"} | words <= kinds


@pytest.mark.parametrize("own", [False, True], ids=["builtin", "own"])
def test_the_script_agrees_with_the_product_in_node(tmp_path: Path, own: bool) -> None:
    node = compute_driver_executable()[0]
    code = "\n".join((offline.FOLDER / name).read_text("utf-8") for name in ("sha.js", "verify.js"))
    program = tmp_path / "check.js"
    program.write_text(
        f"{code}\n({ANSWERS})(JSON.parse(require('fs').readFileSync(0, 'utf8')))"
        ".then((found) => console.log(JSON.stringify(found)));",
        "utf-8",
    )
    asked = some(own)
    done = subprocess.run(
        [node, str(program)],
        input=json.dumps(given(asked, own=own)),
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert json.loads(done.stdout) == [case["expected"] for case in asked]


@pytest.fixture
def page_file(app: Flask, tmp_path: Path) -> Path:
    """The page with a list that revokes place 7, as somebody carries it on a stick."""
    now = datetime.now(tz=UTC)
    with app.test_request_context():
        content = offline.page(KEYS, lists.publish(3, now, [7], KEY))
    file = tmp_path / "check-certificates.html"
    file.write_bytes(content)
    return file


@pytest.fixture
def opened(browser: Browser, page_file: Path) -> Page:
    """The page opened from a file in a browser that is cut off."""
    context = browser.new_context(
        offline=True, locale="en-GB", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on(
        "request",
        lambda request: problems.append(request.url) if "file:" not in request.url else None,
    )
    page.goto(page_file.as_uri())
    page.problems = problems  # type: ignore[attr-defined]
    return page


@pytest.mark.parametrize("own", [False, True], ids=["builtin", "own"])
def test_the_script_agrees_with_the_product_in_chromium(opened: Page, own: bool) -> None:
    asked = some(own)
    assert opened.evaluate(ANSWERS, given(asked, own=own)) == [one["expected"] for one in asked]


def issued(place: int = 77, **stated: object) -> str:
    days = {"issued_on": TODAY - timedelta(days=5), "valid_until": TODAY + timedelta(days=5)}
    return tokens.issue(claims(status_index=place, **{**days, **stated}), KEY)


@pytest.mark.parametrize(
    ("token", "name", "says"),
    [
        (issued(), "", ["Genuine", "precinct-observer"]),
        (issued(), NAME, ["Genuine", "The name fits"]),
        (issued(), "Somebody Else", ["Genuine", "The name does not fit"]),
        (issued(7), "", ["Does not hold"]),
        (issued(valid_until=TODAY - timedelta(days=2)), "", ["Expired"]),
        (issued().replace("7", "8", 1), "", ["Unknown"]),
        (tokens.issue(claims(), a_key(9)), "", ["Unknown"]),
        ("anything", "", ["Unknown"]),
    ],
)
def test_a_stranger_opens_it_from_a_stick(
    opened: Page, token: str, name: str, says: list[str]
) -> None:
    opened.get_by_label("The text of the code").fill(token)
    opened.get_by_label("The name on it").fill(name)
    opened.get_by_role("button", name="Check", exact=True).click()
    answer = opened.get_by_role("status")
    answer.locator("h2").first.wait_for()
    for words in says:
        assert words in answer.inner_text()
    assert opened.problems == []  # type: ignore[attr-defined]


def test_under_a_root_a_stolen_key_is_told_and_a_newer_list_can_be_given(
    app: Flask, browser: Browser, tmp_path: Path
) -> None:
    root, thief = a_key(3), a_key(2)
    now, stolen = datetime.now(tz=UTC), tokens.issue(claims(issued_on=TODAY), thief)
    days = (TODAY - timedelta(days=9), TODAY + timedelta(days=80))
    before = [Listed(KEY.public, *days), Listed(thief.public, *days)]
    after = [before[0], Listed(thief.public, *days, True, frozenset())]
    text = chain.publish(1, now, before, root)
    with app.test_request_context():
        content = offline.page(
            {KEY.id: KEY.public, thief.id: thief.public},
            lists.publish(3, now, [7], thief),
            root=root.public,
            key_list=text,
        )
    (tmp_path / "page.html").write_bytes(content)
    (tmp_path / "keys.signed").write_text(chain.publish(2, now, after, root) + "\n", "ascii")
    page = browser.new_context(offline=True, locale="en-GB").new_page()
    page.goto((tmp_path / "page.html").as_uri())
    page.get_by_text("signed by the root").wait_for()
    page.get_by_label("The text of the code").fill(stolen)
    button, answer = (
        page.get_by_role("button", name="Check", exact=True),
        page.get_by_role("status"),
    )
    button.click()
    answer.get_by_text("Genuine", exact=True).wait_for()
    page.get_by_label("Newer lists").set_input_files(tmp_path / "keys.signed")
    button.click()
    answer.get_by_text("Its key was withdrawn").wait_for()
    page.get_by_label("The text of the code").fill(issued())
    button.click()
    answer.get_by_text("Genuine", exact=True).wait_for()
    assert "Whether it was revoked could not be checked" in answer.inner_text()


def test_it_speaks_three_languages_and_can_be_used_by_everybody(opened: Page) -> None:
    for name, language in (("Русский", "ru"), ("Қазақша", "kk"), ("English", "en")):
        opened.get_by_role("button", name=name, exact=True).click()
        assert opened.locator("html").get_attribute("lang") == language
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360
        assert examined(opened) == []


def test_a_changed_page_is_not_the_signed_one(page_file: Path) -> None:
    content = page_file.read_bytes()
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    signature = offline.signature(content, KEY, now)
    assert offline.signed_at(content, signature + "\n", KEYS) == now
    with pytest.raises(NotGenuine):
        offline.signed_at(content.replace(b"Refused", b"refused", 1), signature, KEYS)
    with pytest.raises(NotGenuine):
        offline.signed_at(content, offline.signature(content, a_key(9), now), KEYS)
