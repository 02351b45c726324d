"""Files that mean harm or are broken: refused with a reason, quickly, and never a crash."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from random import Random

import pytest

from lms.exchange import packages
from lms.exchange.items import Unreadable
from lms.exchange.keeping import READERS
from lms.exchange.placing import Known, Placing
from tests.exchange.reading import KNOWN, SAMPLES, placed
from tests.exchange.test_aiken_and_qti import package

SEED = int(os.environ.get("LMS_SEED", "20190609"))
MUTATIONS = int(os.environ.get("LMS_FUZZED_IMPORTS", "300"))
LONGEST_SECONDS = 2.0

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<quiz><question type="essay"><name><text>&b;</text></name></question></quiz>"""
OUTSIDE = b"""<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]><quiz>&x;</quiz>"""


@pytest.mark.parametrize("form", ["moodle-xml", "qti"])
@pytest.mark.parametrize("data", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_are_refused_before_one_is_opened(data: bytes, form: str) -> None:
    with pytest.raises(Unreadable, match="document type"):
        READERS[form](data)


def test_a_document_nested_without_end_is_refused() -> None:
    deep = b"<quiz>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</quiz>"
    with pytest.raises(Unreadable, match="deep"):
        READERS["moodle-xml"](deep)


@pytest.mark.parametrize(
    ("form", "data", "reason"),
    [
        ("gift", b"x" * (2 * 1024 * 1024 + 1), "the most is"),
        ("aiken", b"x" * (2 * 1024 * 1024 + 1), "the most is"),
        ("gift", b"Q {T}\n\n" * 1001, "more than 1000"),
        ("gift", b"a\x00b", "not a text"),
        ("moodle-xml", b"<quiz>" + b"<a/>" * 200_001 + b"</quiz>", "elements"),
        ("moodle-xml", b"<rss/>", "<quiz>"),
        ("moodle-xml", b"<?xml version='1.0' encoding='no-such'?><quiz/>", "XML"),
        ("qti", b"<quiz/>", "assessment item"),
        ("qti", b"PK\x03\x04 nothing", "cannot be opened"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_that_is_too_much_or_something_else_is_refused_whole(
    form: str, data: bytes, reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        READERS[form](data)


def zipped(fill: Callable[[zipfile.ZipFile], object]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return packed.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("item.xml")
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(lambda z: z.writestr("../out.xml", "x")), "leads out"),
        (zipped(lambda z: z.writestr("/etc/out.xml", "x")), "leads out"),
        (zipped(lambda z: z.writestr("c:/out.xml", "x")), "leads out"),
        (zipped(lambda z: z.writestr(link(), "/etc/passwd")), "leads out"),
        (zipped(lambda z: [z.writestr("a.xml", "x"), z.writestr("A.xml", "x")]), "twice"),
        (zipped(lambda z: z.writestr("a.xml", "0" * 1_000_000)), "times its size"),
        (zipped(lambda z: [z.writestr(f"{n}.xml", "x") for n in range(201)]), "200"),
        (zipped(lambda z: z.writestr("a.xml", "x")), "no imsmanifest.xml"),
        (package({}), "names no QTI item"),
    ],
    ids=["up", "root", "drive", "link", "twice", "bomb", "many", "bare", "empty"],
)
def test_a_package_that_is_not_safe_is_refused_whole(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        packages.opened(data)


def test_a_package_gives_only_what_its_manifest_names() -> None:
    good = package({"item.xml": (SAMPLES / "choice.xml").read_bytes()})
    packed = io.BytesIO(good)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("setup.exe", "MZ")
    opened = packages.opened(packed.getvalue())
    assert list(opened.items) == ["item.xml"]
    assert not opened.files


@pytest.mark.parametrize(
    "sign", ["<", "<b>", "<!--", "&", "*", "_", "[", "`", "{", "\\", "<p><ul><li>", "**a", "]]>"]
)
def test_words_made_to_keep_a_parser_busy_are_read_or_refused_in_time(sign: str) -> None:
    words = sign * (19_000 // len(sign))
    for form in ("html", "markdown", "plain", "moodle"):
        text = words.replace("\\", "\\\\").replace("{", "\\{").replace("=", "\\=")
        started = time.monotonic()
        placed(f"[{form}]{text} Q{{T}}".encode(), "gift")
        assert time.monotonic() - started < LONGEST_SECONDS, (sign, form)


_TOKENS = (
    b"{", b"}", b"=", b"~", b"#", b"->", b"%50%", b"####", b"\\", b"::", b"//", b"\n\n", b"[html]",
    b"<p>", b"</p>", b"<text>", b"<![CDATA[", b"]]>", b"&#123;", b"&amp;", b"\x00", b"\xff",
    b"<answer fraction='", b"1e999", b"-0", b"ANSWER: ", b"A. ", b"{1:SA:=", b"..", b"\xef\xbb\xbf",
    "\u202e".encode(), "ё".encode(), "\ue107".encode(), b"///", b"{#id}", b"| |", b"> ", b"- [x] ",
)  # fmt: skip


def _mutated(data: bytes, random: Random) -> bytes:
    made = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(made) + 1)
        length = random.choice([1, 1, 2, 5, 20, 200])
        match random.randrange(6):
            case 0:
                del made[at : at + length]
            case 1:
                made[at:at] = random.choice(_TOKENS)
            case 2:
                made[at : at + 1] = bytes([random.randrange(256)])
            case 3:
                start = random.randrange(len(made) + 1)
                made[at:at] = made[start : start + length]
            case 4:
                made[at : at + length] = random.choice(_TOKENS) * random.choice([1, 1, 3, 50])
            case _:
                del made[random.randrange(len(made) // 2, len(made) + 1) :]
    return bytes(made)


def _seeds() -> list[tuple[str, bytes]]:
    """Whole samples, and each of their questions alone: a small file is damaged more deeply."""
    gift = (SAMPLES / "documentation.gift").read_bytes()
    moodle = (SAMPLES / "documentation.xml").read_bytes()
    qti = [f.read_bytes() for f in sorted(SAMPLES.glob("*.xml")) if f.stem != "documentation"]
    heads, tail = moodle.split(b"  <question "), b"</quiz>"
    singles = [b"<quiz><question " + part.removesuffix(tail + b"\n") + tail for part in heads[1:]]
    packed = package({"a.xml": qti[0], "b.xml": qti[2]})
    return [
        ("gift", gift),
        *(("gift", part) for part in gift.split(b"\n\n") if part.strip()),
        ("aiken", (SAMPLES / "examples.aiken").read_bytes()),
        ("moodle-xml", moodle),
        *(("moodle-xml", part) for part in singles),
        *(("qti", item) for item in qti),
        ("qti", packed),
    ]


def test_damaged_files_are_read_or_refused_and_never_crash_or_hang() -> None:
    """20,000 of them in the long tier: LMS_FUZZED_IMPORTS=20000."""
    random = Random(SEED)
    seeds = _seeds()
    read = kept = refused = unreadable = 0
    slowest = 0.0
    placing = Placing("new", KNOWN, rules=["rule-one"])
    for number in range(MUTATIONS):
        form, data = seeds[number % len(seeds)]
        damaged = _mutated(data, random)
        started = time.monotonic()
        try:
            found = READERS[form](damaged)
        except Unreadable:
            unreadable += 1
        else:
            read += 1
            placing = Placing("new", Known(KNOWN.rules), rules=["rule-one"])
            for one in map(placing.place, found):
                kept += bool(one.section)
                refused += bool(one.reasons)
                assert one.section or one.reasons
        took = time.monotonic() - started
        slowest = max(slowest, took)
        assert took < LONGEST_SECONDS, (number, form)
    print(  # noqa: T201 - the figures of the long tier
        f"{MUTATIONS} damaged files (seed {SEED}): {read} read, {unreadable} refused whole; "
        f"{kept} questions kept, {refused} refused; slowest {slowest:.2f} s"
    )
    assert read and unreadable and kept and refused
