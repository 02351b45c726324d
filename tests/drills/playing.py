"""Playing through the pages, for the tests of the room."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.drills.models import RunChoice
from tests.page import Page

Browser = Callable[[str], Page]


def begin(page: Page, slug: str = "night", pace: str = "calm") -> Page:
    return page.get(f"/scenarios/{slug}").submit("/start", {"pace": pace})


def choose(page: Page, *choices: str) -> Page:
    for choice in choices:
        page.submit("/choices", {"choice": choice})
    return page


def run_of(page: Page) -> str:
    """The run that a page is about, as an address."""
    return "/".join(page.path.split("/")[:3])


def id_of(run: str) -> UUID:
    return UUID(run.rsplit("/", 1)[-1])


def kept(app: Flask, run: str) -> list[tuple[str, bool]]:
    """(choice, late) of everything that was kept."""
    with app.app_context():
        rows = db.session().execute(
            sa.select(RunChoice.choice, RunChoice.late)
            .where(RunChoice.run_id == id_of(run))
            .order_by(RunChoice.sequence)
        )
        return [(row.choice, row.late) for row in rows]
