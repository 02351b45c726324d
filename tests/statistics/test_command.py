"""`lms statistics`: the same numbers for a matrix of marks from anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from lms.cli import main
from lms.statistics.matrix import Trouble, read_matrix
from tests.domain.statistics import formulas
from tests.domain.statistics.published import DATA


def run(path: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["statistics", str(path), *words])


def a_file(folder: Path, text: str | bytes, name: str = "marks.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def printed(path: Path) -> dict[str, Any]:
    found = run(path, "--format", "json")
    assert found.exit_code == 0, found.output
    document: dict[str, Any] = json.loads(found.stdout)
    return document


@pytest.mark.parametrize("name", DATA)
def test_published_matrices_come_out_as_the_textbook_has_them(name: str, tmp_path: Path) -> None:
    rows, maximum = DATA[name]
    names = [f"Q{number}" for number in range(1, len(rows[0]) + 1)]
    lines = [names, [maximum] * len(names), *rows]
    document = printed(
        a_file(tmp_path, "".join(",".join(map(str, line)) + "\r\n" for line in lines))
    )
    assert document["attempts"] == len(rows)
    assert [item["name"] for item in document["items"]] == names
    for number, item in enumerate(document["items"]):
        for figure, wanted in formulas.of_item(rows, number, maximum).items():
            assert item[figure] == pytest.approx(wanted, rel=1e-9), figure
    for figure, wanted in formulas.of_test(rows).items():
        assert document[figure] == pytest.approx(wanted, rel=1e-9, abs=1e-9), figure


def test_null_stands_where_a_number_is_undefined(tmp_path: Path) -> None:
    document = printed(a_file(tmp_path, "a,b\n1,1\n1,0\n1,0\n"))
    assert document["items"][0]["discrimination_index"] is None
    assert document["items"][0]["facility_interval"] is None
    assert document["alpha"] is None


def test_marks_may_be_parts_and_may_have_a_decimal_comma(tmp_path: Path) -> None:
    dots = printed(a_file(tmp_path, "a,b\n1.5,2\n0.75,1\n1.5,0.1\n0,2\n"))
    commas = printed(a_file(tmp_path, "\ufeffa;b\n1,5;2\n0,75;1\n1,5;0,1\n0;2\n"))
    tabs = printed(a_file(tmp_path, "a\tb\n1,5\t2\n0,75\t1\n1,5\t0,1\n0\t2\n"))
    assert dots == commas == tabs
    assert dots["items"][0]["facility"] == pytest.approx(0.5)
    assert dots["mean"] == pytest.approx((1.75 + 1.6 + 2) / 3)


def test_an_empty_cell_is_an_item_that_was_not_on_the_paper(tmp_path: Path) -> None:
    document = printed(a_file(tmp_path, "a,b,c\n1,1,1\n1,,0\n,1,1\n0,1,\n1,1,\n"))
    assert document["form"] == "drawn"
    assert [item["attempts"] for item in document["items"]] == [3, 3, 2]
    assert document["items"][0]["facility"] == pytest.approx(2 / 3)
    assert document["alpha"] is None


def test_a_table_is_printed_for_people(tmp_path: Path) -> None:
    found = run(a_file(tmp_path, "easy,hard\n1,1\n" + "1,0\n" * 20))
    assert found.exit_code == 0
    assert "easy" in found.output
    assert "1.00 [0.84, 1.00]" in found.output
    assert "hard" in found.output.split("attempts:")[0]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("a,b\n", 2, "the line of maximum marks is missing"),
        ("a,b\n1,1\n", 3, "there is no attempt"),
        ("a,a\n1,1\n1,1\n", 1, "the name “a” again"),
        ("a,\n1,1\n1,1\n", 1, "column 2 has no name"),
        ("a,b\n1\n1,1\n", 2, "1 maximum marks for 2 items"),
        ("a,b\n1,0\n1,0\n", 2, "a maximum of 0"),
        ("a,b\n1,one\n1,0\n", 2, "“one” is not a number"),
        ("a,b\n1,1\n1,0\n1,2\n", 4, "2 is above the maximum"),
        ("a,b\n1,1\n1,-1\n", 3, "“-1” is not a mark"),
        ("a,b\n1,1\n1,NaN\n", 3, "“NaN” is not a mark"),
        ("a,b\n1,1\n1,1e99999\n", 3, "“1e99999” is not a mark"),
        ("a,b\n1,1\n1,0.00000001\n", 3, "too many decimals"),
        ("a,b\n1,1\n1\n", 3, "1 marks for 2 items"),
        ('a,b\n1,1\n1,"0\n', 3, "check the quotes"),
        (b"\xff\xfea\x00", 1, "this is not UTF-8"),
        ("\n".join([",".join(f"i{n}" for n in range(2001))]), 1, "2001 items"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_line(
    text: str | bytes, line: int, words: str, tmp_path: Path
) -> None:
    path = a_file(tmp_path, text)
    found = run(path, "--format", "json")
    assert found.exit_code == 1
    assert words in found.stderr
    assert f"{path}:{line}: " in found.stderr
    assert found.stdout == ""


def test_every_problem_of_a_file_is_told_up_to_twenty(tmp_path: Path) -> None:
    found = run(a_file(tmp_path, "a,b\n1,1\n" + "x,2\n" * 30))
    assert found.exit_code == 1
    assert len(found.stderr.splitlines()) == 20


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert run(tmp_path / "absent.csv").exit_code == 2


@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = a_file(tmp_path_factory.getbasetemp(), b"a,b\n1,2\n" + body, "any.csv")
    try:
        assert read_matrix(path).count
    except Trouble as trouble:
        assert trouble.problems
