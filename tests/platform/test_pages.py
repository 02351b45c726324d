"""What the operator and the auditor see: whether it is well, and the trail. Never a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from lms import db, trail
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]


def entries(app: Flask, world: World, count: int) -> None:
    with app.app_context(), db.transaction() as session:
        for number in range(count):
            trail.record(
                session,
                "certify",
                actor_id=world.ids["tamara"],
                subject=f"certificate:{number}",
                now=world.now + timedelta(seconds=number),
            )


def test_the_operator_sees_what_is_published_and_nobody(signed_in_as: Browser) -> None:
    page = signed_in_as("arman").get("/admin/")
    assert re.search(r"Lessons\D+2\b", page.text)
    assert re.search(r"Questions\D+14\b", page.text)
    for name in ("Aida", "aida", "Tamara", "North one"):
        assert name not in page.text


def test_the_auditor_reads_the_trail_by_number_and_never_by_name(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    entries(app, world, 3)
    page = signed_in_as("asel").get("/admin/trail")
    assert page.text.index("certificate:2") < page.text.index("certificate:0")
    assert str(world.ids["tamara"]) in page.html
    assert "Tamara" not in page.text


def test_a_long_trail_is_read_a_hundred_entries_at_a_time(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    entries(app, world, 130)
    page = signed_in_as("asel").get("/admin/trail")
    assert "certificate:129" in page.text
    assert "certificate:29" not in page.text.replace("certificate:129", "")
    older = next(link for link in page.sheet.links if "before=" in link)
    page.get(f"/admin/trail{older}" if older.startswith("?") else older)
    assert "certificate:29" in page.text
    assert "certificate:30" not in page.text
    assert not [link for link in page.sheet.links if "before=" in link]


def test_whether_the_house_stands_is_said_in_a_word(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").get_data() == b"ok"
    assert client.get("/readyz").get_data() == b"ready"
