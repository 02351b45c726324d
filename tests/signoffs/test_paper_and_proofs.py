"""Sheets on paper and back, and pages of filled forms without what came with them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from PIL.ExifTags import Base

from lms import db
from lms.signoffs import onpaper, proofs
from lms.signoffs.models import FilledForm
from tests.conftest import Moment
from tests.page import Page
from tests.signoffs.conftest import Event, send
from tests.world import World

Browse = Callable[[str], Page]


def printed(page: Page, world: World) -> tuple[str, list[list[str]]]:
    """Print a sheet for Aida: its code, and what to type for each mark of each line."""
    cohort = world.ids["North one"]
    page.get(f"/cohorts/{cohort}/practical")
    page.post(f"/cohorts/{cohort}/practical/showing/paper", {"people": str(world.ids["aida"])})
    found = re.search(r'<strong class="code">([^<]+)</strong>', page.html)
    assert found
    signs = re.findall(r'☐ <span class="code">(..)</span>', page.html)
    return found[1], [signs[:2], signs[2:]]


def test_a_sheet_is_printed_filled_typed_confirmed_and_counts_once(
    app: Flask, assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara")
    code, lines = printed(page, assessors)
    assert "Aida" not in page.html.split('class="paper-sheet"')[1]  # a mark, no name
    back = f"/cohorts/{assessors.ids['North one']}/practical/read-back"
    for _time in range(2):
        page.get(back)
        page.submit("/read-back", {"code": code.lower(), "strip": f"{lines[0][0]} {lines[1][0]}"})
        assert "Is this what stands on paper?" in page.text
        page.submit("/read-back")
    assert page.text.count("waits for the second assessor") >= 1
    assert page.html.count('action="/cohorts/') > 0
    assert page.text.count("Withdraw this sheet") == 1  # one sheet, though typed twice


def test_sheets_are_printed_for_those_who_have_not_passed_some_at_a_time_with_a_key(
    assessors: World,
    signed_in_as: Browse,
    an_event: Callable[..., Event],
    now: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onpaper, "MOST_SHEETS", 1)
    page, path = signed_in_as("tamara"), f"/cohorts/{assessors.ids['North one']}/practical"
    page.get(path).submit("/showing/paper")
    assert "These are the sheets of people 1 to 1 of" in page.text
    people = int(re.search(r"people 1 to 1 of (\d+)", page.text)[1])  # type: ignore[index]
    shown = set()
    for number in range(1, people + 1):
        assert f"people {number} to {number} of {people}" in page.text
        key = page.html.split("paper-key")[1].split("</details>")[0]
        code = re.search(r'<strong class="code">([^<]+)</strong>', page.html)
        assert code
        assert code[1] in key
        shown.add(re.findall(r"<td>([^<]+)</td>", key)[0])
        if number < people:
            page.submit("/showing/paper")
    assert len(shown) == people
    assert 'name="start"' not in page.html
    sheet = str(UUID(int=9))
    send(page, an_event(sheet=sheet))
    send(signed_in_as("timur"), an_event("countersign", by="timur", sheet=sheet))
    page.get(path).submit("/showing/paper")
    assert f"of {people - 1}" in page.text or people == 2
    assert "Aida" not in page.html.split("paper-key")[1]


def test_a_slip_is_noticed_and_nothing_is_signed(
    assessors: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara")
    code, lines = printed(page, assessors)
    page.get(f"/cohorts/{assessors.ids['North one']}/practical/read-back")
    page.submit("/read-back", {"code": code, "strip": lines[0][0] + lines[0][0]}, status=422)
    assert "Line 2 does not fit" in page.text
    page.submit("/read-back", {"code": code, "strip": lines[0][0]}, status=422)
    assert "type 4 signs" in page.text
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    page.submit("/read-back", {"code": wrong, "strip": "A0A0"}, status=422)
    assert "No sheet of this cohort has this code" in page.text


def a_picture(form: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture that says who took it, where and when."""
    made = io.BytesIO()
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Artist] = "SECRETCAM", "SECRETNAME"
    exif[Base.Orientation] = 6
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", size, "white").save(made, form, exif=exif, comment=b"SECRETWORD")
    return made.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_only_pixels_are_left_of_a_picture(form: str) -> None:
    clean = proofs.pixels(a_picture(form))
    assert b"SECRET" not in clean
    with Image.open(io.BytesIO(clean)) as found:
        assert not found.getexif()
        assert found.size == (40, 60)  # turned upright as the camera meant it
        assert "comment" not in found.info


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "unreadable"),
        (b"GIF89a" + bytes(40), "unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unreadable"),
        (bytes(proofs.MOST_BYTES + 1), "too-big"),
        (a_picture()[:200], "unreadable"),
    ],
)
def test_what_is_no_picture_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(proofs.NotAPage) as refused:
        proofs.pixels(body)
    assert str(refused.value) == why


def test_a_large_picture_is_made_small() -> None:
    with Image.open(io.BytesIO(proofs.pixels(a_picture(size=(4000, 1000))))) as found:
        assert max(found.size) == proofs.LONGEST_SIDE


def test_a_page_is_sealed_shown_to_the_trainer_and_erased_on_its_day(
    app: Flask,
    assessors: World,
    signed_in_as: Browse,
    an_event: Callable[..., Event],
    now: Moment,
) -> None:
    page = signed_in_as("tamara")
    event = an_event()
    send(page, event)
    cohort = assessors.ids["North one"]
    page.get(f"/cohorts/{cohort}/practical/showing/{assessors.ids['aida']}")
    page.submit("/form", {"file": (io.BytesIO(a_picture()), "IMG_2019_home.jpg")})
    assert "kept until 30 May 2026" in page.text
    link = next(x for x in page.sheet.links if "/forms/" in x)
    shown = page.client.get(link)
    assert shown.mimetype == "image/jpeg"
    assert "home" not in shown.headers["Content-Disposition"]
    assert signed_in_as("timur").client.get(link).status_code == 200
    assert signed_in_as("saule").client.get(link).status_code == 404
    with app.app_context():
        row = db.session().scalar(
            sa.select(FilledForm).where(FilledForm.account_id == assessors.ids["aida"])
        )
        assert row is not None
        assert shown.data[:40] not in row.page_sealed
        for days, erased in ((90, 0), (91, 1), (91, 0)):
            day = now().date() + timedelta(days=days)
            with db.transaction() as session:
                assert proofs.erase_over(session, day, now=now()) == erased
    assert page.client.get(link).status_code == 404


def test_a_file_that_is_no_picture_is_refused_in_words(
    assessors: World, signed_in_as: Browse, an_event: Callable[..., Event], now: Moment
) -> None:
    page = signed_in_as("tamara")
    send(page, an_event())
    page.get(f"/cohorts/{assessors.ids['North one']}/practical/showing/{assessors.ids['aida']}")
    page.submit("/form", {"file": (io.BytesIO(b"MZ"), "x.jpg")})
    assert "This is no picture that can be read" in page.text
