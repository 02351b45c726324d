"""Whoever looks at pages sees what is wrong: one pale text among many that look the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import examined

pytestmark = pytest.mark.browser
ROWS = "".join(f"<p id='p{n}'>Protocol number {n}</p>" for n in range(12))
PAGE = """<!doctype html><html lang="en"><title>Handbook</title>
<body style="background: #fff; color: #222"><main><h1>Handbook</h1>%s</main>"""


@pytest.mark.parametrize(
    "pale",
    [
        "#p7 { color: #bbb }",
        "main { background: #444 }",
        *(
            pytest.param(pale, marks=pytest.mark.deep)
            for pale in (
                "p:nth-of-type(3n) { opacity: 0.3 }",
                "#p4 { background: #333 }",
                "#p9 { position: absolute; bottom: 0; color: #ccc }",
                ".box { background: #444 }",
            )
        ),
    ],
)
def test_a_text_that_is_too_pale_is_seen_among_its_like(browser: Browser, pale: str) -> None:
    page = browser.new_page()
    page.set_content(PAGE % f"{ROWS}<div class='box'><p>Minutes</p></div>")
    assert examined(page) == []
    page.add_style_tag(content=pale)
    for alone in (False, True):
        [found] = examined(page, colours_alone=alone)
        assert found.startswith("color-contrast")
    page.close()


def test_what_is_disabled_spares_no_text_that_looks_like_it(browser: Browser) -> None:
    page = browser.new_page()
    field = "<label style='color: #bbb'>Of the whole polling station <input {}></label>"
    page.set_content(PAGE % (field.format("disabled") + field.format("")))
    [found] = examined(page)
    assert found.startswith("color-contrast")
    page.close()
