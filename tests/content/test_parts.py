"""The small parts: YAML that knows its lines, attribute lists, pictures."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.attributes import read_attributes
from lms.content.compiling import compile_tree
from lms.content.figures import clean_png, inspect_svg
from lms.content.located import Mapping, Refused, Scalar, load
from lms.content.problems import Report
from tests.content.building import LESSON, LESSON_RU, change, good_tree


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("12:30", "12:30"),
        ("12:30:00", "12:30:00"),
        ("010", 10),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("2019-06-09", "2019-06-09"),
        ("1.50", 1.5),
        ("43.10", 43.1),
        ("~", None),
        ("", None),
        ("'true'", "true"),
        ('"12"', "12"),
        ("1e999999", "1e999999"),
        ("9" * 40, "9" * 40),
    ],
)
def test_scalars_mean_what_an_author_means(written: str, value: object) -> None:
    node = load(f"key: {written}\n")
    assert isinstance(node, Mapping)
    scalar = node.entries["key"].node
    assert isinstance(scalar, Scalar)
    if isinstance(value, str) and value.startswith("1e"):
        assert scalar.value == float("inf")
        assert scalar.text == value
    else:
        assert scalar.value == value


def test_lines_count_from_where_the_text_stands() -> None:
    node = load("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", first_line=10)
    assert isinstance(node, Mapping)
    assert [entry.line for entry in node.entries.values()] == [10, 11]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        load(text)
    except Refused as refused:
        assert refused.line >= 1


@given(st.text(alphabet='{}#.="ab- \\', max_size=60))
def test_any_attribute_list_is_read_or_reported(text: str) -> None:
    read_attributes(text, "x.md", 1, Report())


def test_attributes() -> None:
    report = Report()
    found = read_attributes('#id .end best key=v if="a >= 1 and b" tone=+1', "x.md", 1, report)
    assert report.problems == []
    assert (found.id, found.classes, found.words) == ("id", ["end"], ["best"])
    assert found.pairs == {"key": "v", "if": "a >= 1 and b", "tone": "+1"}


def chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 3, 8, 2, 0, 0, 0))
DATA = chunk(b"IDAT", zlib.compress(b"\0" * 21))
END = chunk(b"IEND", b"")


def test_a_photograph_forgets_where_it_was_taken() -> None:
    report = Report()
    place = chunk(b"eXIf", b"51.1694N 71.4491E") + chunk(b"tEXt", b"Author\0Aigerim")
    cleaned, size = clean_png(SIGNATURE + HEAD + place + DATA + END + b"hidden", "p.png", report)
    assert report.problems == []
    assert cleaned == SIGNATURE + HEAD + DATA + END
    assert size == (2, 3)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<svg/>", "this is not a PNG picture"),
        (SIGNATURE + HEAD + DATA[:-6], "the picture is cut off"),
        (SIGNATURE + HEAD + DATA.replace(b"IDAT", b"IDAX") + END, "the picture is damaged"),
        (SIGNATURE + HEAD + END, "the picture is not whole"),
        (SIGNATURE + DATA + END, "the picture is not whole"),
        (SIGNATURE + HEAD + chunk(b"XYZa", b"") + DATA + END, "a part of the picture"),
        (
            SIGNATURE
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 9_000, 3, 8, 2, 0, 0, 0))
            + DATA
            + END,
            "the picture has 9000 × 3 pixels",
        ),
    ],
)
def test_a_picture_that_is_not_sound_is_refused(data: bytes, what: str) -> None:
    report = Report()
    assert clean_png(data, "p.png", report) == (None, None)
    assert report.problems[0].what.startswith(what)


def test_a_png_is_published_clean(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    (root / "courses/rights/seal.png").write_bytes(
        SIGNATURE + HEAD + chunk(b"tIME", b"\0" * 7) + DATA + END
    )
    change(
        root,
        (LESSON, "/// figure | plan.svg", "/// figure | seal.png"),
        (LESSON_RU, "/// figure | plan.svg", "/// figure | seal.png"),
    )
    compiled = compile_tree(root)
    assert compiled.problems == []
    ((name, body),) = compiled.files.items()
    assert name.endswith("/seal.png")
    assert body == SIGNATURE + HEAD + DATA + END
    unused = [w for w in compiled.warnings if w.path.endswith("plan.svg")]
    assert [w.what for w in unused] == ["no lesson shows “plan.svg”"]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20">%s</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<image href="https://evil.example/x.png"/>',
        '<use href="data:image/svg+xml,x#y"/>',
        '<rect onclick="alert(1)"/>',
        "<foreignObject><p>x</p></foreignObject>",
        "<style>rect{fill:url(//evil.example)}</style>",
        '<rect style="fill:url(//evil.example)"/>',
        '<rect style="fill:u\\rl(//evil.example)"/>',
        '<rect fill="url(//evil.example#a)"/>',
        '<rect fill="URL(//evil.example#a)"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onmouseover" to="alert(1)"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<g xmlns="http://www.w3.org/1999/xhtml"><script/></g>',
        '<?xml-stylesheet href="//evil.example/x.css"?>',
        "<rect>",
    ],
)
def test_a_drawing_that_does_more_than_draw_is_refused(inside: str) -> None:
    report = Report()
    assert inspect_svg((SVG % inside).encode(), "p.svg", report) is None
    assert report.problems


def test_a_drawing_of_another_encoding_is_refused() -> None:
    report = Report()
    text = '<?xml version="1.0" encoding="utf-16"?>' + SVG % ""
    assert inspect_svg(text.encode("utf-16"), "p.svg", report) is None
    assert report.problems


def test_a_billion_laughs_are_not_laughed() -> None:
    report = Report()
    bomb = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + SVG % "<text>&b;</text>"
    assert inspect_svg(bomb.encode(), "p.svg", report) is None
    assert [p.what for p in report.problems] == ["a document type (<!DOCTYPE)"]


def test_a_drawing_that_only_draws_is_measured() -> None:
    report = Report()
    inside = '<defs><marker id="m"/></defs><path d="M0 0" marker-end="url(#m)" style="fill: none"/>'
    assert inspect_svg((SVG % inside).encode(), "p.svg", report) == (10, 20)
    assert report.problems == []
