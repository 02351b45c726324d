"""Bringing a list in through the page: dry run, all or nobody, twice, and files of every kind."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug import formparser

from lms import db
from lms.accounts import actions as accounts
from lms.accounts.models import Account, OneTimeCode, RoleHeld
from lms.domain.permissions import Role
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]
NAMES = ("Әлия Ғұмарқызы", "Өтеген Ңұрөіһ")


def upload(
    page: Page, world: World, body: bytes, name: str = "people.csv", status: int = 200
) -> Page:
    page.get(f"/cohorts/{world.ids['North one']}/import")
    return page.submit("/import", {"file": (io.BytesIO(body), name)}, status=status)


def people(app: Flask, world: World) -> int:
    with app.app_context():
        counted = sa.select(sa.func.count()).select_from(RoleHeld)
        return db.session().scalar(counted.where(RoleHeld.cohort_id == world.ids["North one"])) or 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_kazakh_names_arrive_whole_from_every_spreadsheet(
    encoding: str, delimiter: str, world: World, signed_in_as: Browser
) -> None:
    text = f"name{delimiter}language\n" + "".join(f"{n}{delimiter}kk\n" for n in NAMES)
    page = upload(signed_in_as("tamara"), world, text.encode(encoding))
    assert "2 people would be added" in page.text
    for name in NAMES:
        assert name in page.text


def test_russian_names_of_windows_1251_arrive_whole_too(
    world: World, signed_in_as: Browser
) -> None:
    body = "name\nЁлкина Ирина\n".encode("cp1251")
    assert "Ёлкина Ирина" in upload(signed_in_as("tamara"), world, body).text


def test_letters_that_windows_1251_lost_are_refused_with_the_way_out(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    before = people(app, world)
    body = f"name\n{NAMES[0]}\n".encode("cp1251", "replace")
    page = upload(signed_in_as("tamara"), world, body, status=422)
    assert "Line 2" in page.text
    assert "Letters were lost when this file was saved." in page.text
    assert people(app, world) == before


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_like_a_list(world: World, signed_in_as: Browser) -> None:
    body = workbook(("firstname", "lastname", "lang"), ("Әлия", "Ким", "kk"), (None, None, None))
    page = upload(signed_in_as("tamara"), world, body, "people.xlsx")
    assert "Ким Әлия" in page.text


def laughing() -> bytes:
    """A workbook whose text unfolds into a billion laughs."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "lol">{entities}]>'
        "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
        "<row r='1'><c r='A1' t='inlineStr'><is><t>name</t></is></c></row>"
        "<row r='2'><c r='A2' t='inlineStr'><is><t>&l9;</t></is></c></row>"
        "</sheetData></worksheet>"
    )
    return replaced(workbook(("name",)), "xl/worksheets/sheet1.xml", sheet.encode())


def replaced(body: bytes, part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


BAD_FILES = {
    "nothing": b"",
    "only a heading": b"name\n",
    "no heading": b"Anna\nBoris\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "half a workbook": workbook(("name",), ("Anna",))[:400],
    "a workbook of noughts": replaced(
        workbook(("name",)), "xl/worksheets/sheet1.xml", b"\0" * 25_000_000
    ),
    "a billion laughs": laughing(),
    "a text inside a workbook": replaced(
        workbook(("name",)), "xl/worksheets/sheet1.xml", b"not XML at all"
    ),
    "null bytes": b"name\nAn\0na\n",
    "an endless quote": b'name\n"Anna\n' + b"x" * 200_000,
    "too many": b"name\n" + b"".join(b"p%d\n" % n for n in range(1001)),
    "an unknown column": "name,салмағы\nAnna,60\n".encode(),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_cannot_be_used_adds_nobody_and_says_why(
    kind: str, app: Flask, world: World, signed_in_as: Browser
) -> None:
    before = people(app, world)
    page = upload(signed_in_as("tamara"), world, BAD_FILES[kind], status=422)
    assert (
        "This file cannot be used" in page.text
        or "rows to mend" in page.text
        or "Line" in (page.text)
    )
    assert "/import/confirm" not in page.html
    assert people(app, world) == before


def test_a_list_never_lies_in_a_temporary_folder(
    world: World, signed_in_as: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names in the clear on a disk outlive the request, also where a file was deleted."""

    def made(*_given: object, **_more: object) -> object:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, made)
        monkeypatch.setattr(formparser, name, made, raising=False)
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/import")
    body = b"name\n" + b"".join(b"%s %d\n" % (b"x" * 1500, n) for n in range(900))
    send_whole(page, f"/cohorts/{world.ids['North one']}/import", body)
    assert "900 rows to mend" in page.text


def test_a_list_of_more_than_two_megabytes_is_refused_in_words(
    world: World, signed_in_as: Browser
) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/import")
    send_whole(page, f"/cohorts/{world.ids['North one']}/import", b"name\n" + b"x" * 2_000_001)
    assert "Send at most 2 MB." in page.text


def send_whole(page: Page, address: str, body: bytes) -> None:
    """Send a large file as a browser does; the test client would put it on the disk itself."""
    head = b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
    head += page.token().encode()
    head += b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n'
    kind = "multipart/form-data; boundary=x"
    answer = page.client.post(address, data=head + body + b"\r\n--x--\r\n", content_type=kind)
    page._take(answer, 422)


def test_no_file_at_all_is_asked_for(world: World, signed_in_as: Browser) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/import")
    page.submit("/import", {}, status=422)
    assert "Choose a file first." in page.text


def test_each_row_to_mend_is_named_with_its_reason(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    before = people(app, world)
    body = "name,language\nNew One,en\n,en\naida,kk\nNew One,en\nNew Two,fr\n"
    page = upload(signed_in_as("tamara"), world, body.encode(), status=422)
    for words in (
        "4 rows to mend",
        "Line 3: There is no name.",
        "Line 4 (aida): This name stands twice, or is in the group already.",
        "Line 5 (New One): This name stands twice",
        "Line 6 (New Two): The language must be en, ru or kk.",
    ):
        assert words in page.text
    assert people(app, world) == before


def test_a_failure_in_the_middle_adds_nobody(
    app: Flask, world: World, signed_in_as: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All rows or none: what was written for the first two people is undone with the third."""
    page = upload(signed_in_as("tamara"), world, b"name\nOne New\nTwo New\nThree New\n")
    before, invite, calls = people(app, world), accounts.invite, []

    def third_time_lucky(*given: object, **more: object) -> object:
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("the power went out")
        return invite(*given, **more)  # type: ignore[arg-type]  # passed on as it is

    monkeypatch.setattr(accounts, "invite", third_time_lucky)
    app.config["PROPAGATE_OURS"] = False
    page.submit("/import/confirm", status=500)
    assert len(calls) == 3
    assert people(app, world) == before
    with app.app_context():
        codes = db.session().scalar(
            sa.select(sa.func.count())
            .select_from(OneTimeCode)
            .where(OneTimeCode.issuer_id == world.ids["tamara"])
        )
        assert codes == 0


def test_what_is_confirmed_is_what_was_seen(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    """The plan is signed: a changed one, one of another cohort or an old one adds nobody."""
    page = upload(signed_in_as("tamara"), world, b"name\nNew One\n")
    form = next(f for f in page.sheet.forms if "confirm" in str(f["action"]))
    plan = dict(form["fields"])["plan"]
    before = people(app, world)
    for bent in ("", "x", plan[:-3] + "abc", plan.replace(".", "", 1)):
        page.get(f"/cohorts/{world.ids['North one']}/import")
        page.post(f"/cohorts/{world.ids['North one']}/import/confirm", {"plan": bent}, status=422)
        assert "The dry run is too old." in page.text
    other = signed_in_as("kairat").get(f"/cohorts/{world.ids['North two']}/import")
    other.post(f"/cohorts/{world.ids['North two']}/import/confirm", {"plan": plan}, status=422)
    assert people(app, world) == before


def test_a_name_is_kept_sealed_and_the_language_that_was_asked_for(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    upload(signed_in_as("tamara"), world, b"name,language\nNew One,kk\n").submit("/import/confirm")
    with app.app_context():
        row = (
            db.session()
            .scalars(
                sa.select(Account).where(Account.login.is_(None)).execution_options(scope="all")
            )
            .one()
        )  # the only one without a login
        assert row.language == "kk"
        assert row.name_sealed
        assert b"New One" not in row.name_sealed


def test_members_of_a_commission_become_members_and_not_trainees(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    world.add_person("vera", Role.TRAINER, "Members 17")
    page = signed_in_as("vera").get(f"/cohorts/{world.ids['Members 17']}/import")
    page.submit("/import", {"file": (io.BytesIO(b"name,post\nNew Member,chair\n"), "m.csv")})
    page.submit("/import/confirm")
    exported = page.client.get(f"/cohorts/{world.ids['Members 17']}?format=csv").get_data()
    assert b'"New Member","","en","chair"' in exported
    page.get(f"/cohorts/{world.ids['Members 17']}/import")
    page.submit("/import", {"file": (io.BytesIO(exported), "m.csv")})
    assert "Nothing would change" in page.text
    with app.app_context():
        roles = db.session().scalars(
            sa.select(RoleHeld.role).where(RoleHeld.cohort_id == world.ids["Members 17"])
        )
        assert sorted(roles) == ["official", "official", "trainer"]
