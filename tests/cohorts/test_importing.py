"""What would come of a spreadsheet: encodings, columns, rows, and what is refused as a whole."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.importing import MOST_ROWS, Plan, plan
from lms.exports.formats import csv, xlsx
from lms.exports.tables import Table


def planned(text: str | bytes, present: tuple[str, ...] = ()) -> Plan:
    body = text.encode() if isinstance(text, str) else text
    return plan(body, {"One": present}, "ru", "One")


def problems(found: Plan) -> list[tuple[int, str | None]]:
    return [(row.number, row.problem) for row in found.problems]


def test_a_row_is_a_name_and_a_language() -> None:
    found = planned("name,language\nӘлия Қайратқызы,kk\nAnna,\n")
    assert [(row.name, row.language) for row in found.rows] == [
        ("Әлия Қайратқызы", "kk"),
        ("Anna", "ru"),
    ]
    assert found.is_clean


def test_columns_come_in_any_order_and_case_and_with_semicolons() -> None:
    found = planned("Lang;LastName;FIRST_NAME\nkk;Ким;Лев\n")
    assert [(row.name, row.language) for row in found.rows] == [("Ким Лев", "kk")]


def test_what_is_not_kept_is_said() -> None:
    found = planned("name,email,phone1\nAnna,a@b,77\n")
    assert found.not_kept == ("email", "phone1")
    assert found.is_clean


def test_an_unknown_column_refuses_the_file() -> None:
    assert planned("name,shoe size\nAnna,38\n").trouble == ("column", "shoe size")


def test_each_row_says_what_is_wrong_with_it() -> None:
    found = planned(f"name,language\nAnna,en\n,en\nanna ,en\nBo?,en\n{'x' * 121},en\nCy,fr\n")
    assert problems(found) == [
        (3, "no-name"),
        (4, "twice"),
        (5, "lost-letters"),
        (6, "long-name"),
        (7, "language"),
    ]
    assert not found.is_clean


def test_somebody_who_is_there_already_is_not_added_again() -> None:
    assert problems(planned("name\nЁлкина\n", present=("елкина",))) == [(2, "twice")]


def test_a_row_for_another_cohort_is_refused_and_a_known_one_is_followed() -> None:
    body = b"name,cohort1\nAnna,One\nBo,Two\nCy,\n"
    assert problems(plan(body, {"One": ()}, "en", "One")) == [(3, "cohort")]
    assert problems(plan(body, {"One": (), "Two": ()}, "en")) == [(4, "no-cohort")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
def test_kazakh_letters_arrive_in_every_encoding_that_has_them(encoding: str) -> None:
    found = planned("name\nӘлия Ғұмарқызы Ңұрөіһ\n".encode(encoding))
    assert [row.name for row in found.rows] == ["Әлия Ғұмарқызы Ңұрөіһ"]


def test_letters_that_windows_1251_lost_are_noticed() -> None:
    assert problems(planned("name\nӘлия\n".encode("cp1251", "replace"))) == [(2, "lost-letters")]


def test_an_xlsx_reads_like_a_csv() -> None:
    book = openpyxl.Workbook()
    for row in (("name", "language"), ("Әлия", "kk"), (None, None), ("Anna", None)):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert [row.name for row in planned(out.getvalue()).rows] == ["Әлия", "Anna"]


def test_a_workbook_that_unpacks_to_far_more_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"\0" * 25_000_000)
    assert planned(out.getvalue()).trouble == ("too-big", "")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"name\n", "empty"),
        (b"language\nkk\n", "no-name-column"),
        (b"PK\x03\x04nonsense", "xlsx"),
        (b"\xff\xfe\x00", "encoding"),
        (b"name\n" + b"a\0b\n", "encoding"),
        ("name\n" + "\n".join(f"p{n}" for n in range(MOST_ROWS + 1)), "too-many"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(body: str | bytes, code: str) -> None:
    found = planned(body)
    assert found.trouble is not None
    assert found.trouble[0] == code


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(body: bytes) -> None:
    assert isinstance(planned(body), Plan)
    assert isinstance(planned(b"name\n" + body), Plan)


@given(st.text(max_size=20))
def test_what_we_export_runs_in_no_spreadsheet(cell: str) -> None:
    text = csv.harmless(cell)
    shown = text.lstrip()
    assert not shown or shown[0] not in "=+-@\t\r"


def test_what_we_export_we_can_read_again() -> None:
    table = Table("people", ("name", "language"), [("=cmd()", "en"), ("Әлия", "kk")])
    assert [row.name for row in planned(csv.write(table)).rows] == ["=cmd()", "Әлия"]
    assert [row.name for row in planned(xlsx.write(table)).rows] == ["=cmd()", "Әлия"]
    assert b'"\'=cmd()"' in csv.write(table)


def test_members_of_a_commission_have_posts_and_others_a_column_that_is_not_kept() -> None:
    def members(text: str) -> Plan:
        here = {"1": ("Oleg", "ru", "chair")}
        return plan(text.encode(), {"One": ("Oleg",)}, "ru", "One", here, posts=True)

    found = members("name,post\nAnna, Chair\nBota,\nCy,king\n")
    assert [row.post for row in found.rows] == ["chair", "", "king"]
    assert problems(found) == [(4, "post")]
    assert members("id,name,post\n1,Oleg,chair\n").is_clean
    assert problems(members("id,name,post\n1,Oleg,member\n")) == [(2, "differs")]
    assert members("id,name\n1,Oleg\n").is_clean
    assert planned("name,post\nAnna,chair\n").not_kept == ("post",)
