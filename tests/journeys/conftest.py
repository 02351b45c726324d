"""One server and one Chromium for all journeys of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.looking import chromium
from tests.journeys.site import Site

# The longest first: two processes that share the rest of them then end at nearly the same time.
LONGEST = (
    "test_the_whole_way",
    "test_a_trainer_finds_whom_to_call_writes_and_marks",
    "test_two_sides_meet_and_leave_with_a_receipt",
    "test_every_lesson_is_there_fits_and_can_be_read_with_a_screen_reader",
    "test_a_full_night",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.name.partition("[")[0]
        return LONGEST.index(name) if name in LONGEST else len(LONGEST)

    journeys = [at for at, item in enumerate(items) if item.get_closest_marker("browser")]
    for at, item in zip(journeys, sorted((items[at] for at in journeys), key=place), strict=True):
        items[at] = item


@pytest.fixture(scope="session")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = Site.like(prepared, tmp_path_factory.mktemp("site") / "instance")
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = chromium(playwright)
        yield found
        found.close()
