"""Aiken and QTI: the public examples are read right, or refused with their reason."""

from __future__ import annotations

import io
import zipfile

import pytest

from lms.exchange.items import Unreadable
from tests.exchange.reading import SAMPLES, key, placed, sample

RICHARD = "Now is the {{winter}} of our discontent"
QTI: dict[str, tuple[tuple[object, ...], str]] = {
    "choice.xml": (
        (
            "single",
            "+You must stay with your luggage at all times.",
            "-Do not let someone else look after your luggage.",
            "-Remember your luggage when you leave.",
        ),
        "",
    ),
    "choice_3.xml": (("truefalse", "+True", "-False"), ""),
    "choice_multiple.xml": (
        ("multiple", "+Hydrogen", "-Helium", "-Carbon", "+Oxygen", "-Nitrogen", "-Chlorine"),
        "",
    ),
    "order.xml": (("order", "Michael Schumacher", "Rubens Barrichello", "Jenson Button"), ""),
    "match.xml": (
        (
            "match",
            ("Capulet", "Romeo and Juliet"),
            ("Demetrius", "A Midsummer-Night's Dream"),
            ("Lysander", "A Midsummer-Night's Dream"),
            ("Prospero", "The Tempest"),
        ),
        "",
    ),
    "gap_match.xml": (
        (
            "gaps",
            f"Identify the missing words.\n\n{RICHARD}\n\n"
            "Made glorious {{summer}} by this sun of York.",
        ),
        "",
    ),
    "text_entry_3.xml": (("gaps", "Made glorious summer by this sun of {{York}}."), ""),
    "text_entry.xml": (("refused",), "“Yorke” earns 50 %"),
    "associate.xml": (("refused",), "different shares"),
    "adaptive.xml": (("refused",), "an adaptive item"),
    "extended_text.xml": (("refused",), "an essay"),
    "hotspot.xml": (("refused",), "“hotspotInteraction” has no counterpart"),
    "own_rules.xml": (("refused",), "marking rules of its own"),
}


@pytest.mark.parametrize("name", QTI)
def test_each_item_of_the_samples_is_right_or_refused_with_its_reason(name: str) -> None:
    (one,) = sample(name, "qti")
    expected, reason = QTI[name]
    assert key(one) == expected
    assert bool(one.reasons) == bool(reason)
    assert reason in "".join(one.reasons)


def test_feedback_comes_along_from_both_places() -> None:
    (inline,) = sample("choice.xml", "qti")
    (modal,) = sample("choice_3.xml", "qti")
    assert inline.item and inline.item.parts[0].feedback == "That is the notice."
    assert modal.item and modal.item.parts[0].feedback == "Before the first ballot."
    assert modal.item.id == "sealed-box"


def test_pairs_of_equal_worth_become_a_match() -> None:
    data = (SAMPLES / "associate.xml").read_bytes().replace(b'mappedValue="2"', b'mappedValue="1"')
    (one,) = placed(data, "qti")
    pairs = (("Antonio", "Prospero"), ("Capulet", "Montague"), ("Demetrius", "Lysander"))
    assert key(one) == ("match", *pairs)


def package(items: dict[str, bytes]) -> bytes:
    resources = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv2p1" href="{name}">'
        f'<file href="{name}"/></resource>'
        for n, name in enumerate(items)
    )
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m">'
        f"<resources>{resources}</resources></manifest>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", manifest)
        for name, data in items.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_a_package_gives_its_items_in_the_order_of_its_manifest() -> None:
    names = ["order.xml", "choice.xml", "hotspot.xml"]
    data = package({f"items/{name}": (SAMPLES / name).read_bytes() for name in names})
    found = placed(data, "qti")
    assert [one.found.place for one in found] == [f"items/{name}" for name in names]
    assert [key(one) for one in found] == [QTI[name][0] for name in names]


def test_one_broken_item_does_not_spoil_its_package() -> None:
    good = (SAMPLES / "choice.xml").read_bytes()
    broken, right = placed(package({"a.xml": b"<assessmentItem>", "b.xml": good}), "qti")
    assert "not whole XML" in broken.reasons[0]
    assert not right.reasons


def test_each_question_of_the_aiken_sample_is_right_or_refused_with_its_reason() -> None:
    found = sample("examples.aiken", "aiken")
    assert [key(one) for one in found] == [
        (
            "single",
            "-Is it this one?",
            "-Maybe this answer?",
            "-Possibly this one?",
            "+Must be this one!",
        ),
        ("single", "+Moodle", "-ATutor", "-Claroline", "-Blackboard", "-WebCT", "-Ilias"),
        ("refused",),
        ("refused",),
        ("single", "-One", "+Two"),
    ]
    assert "no line ANSWER:" in found[2].reasons[0]
    assert "ANSWER: C names no option" in found[3].reasons[0]


@pytest.mark.parametrize("form", ["gift", "aiken"])
def test_a_text_of_another_encoding_is_refused_whole(form: str) -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        placed("Вопрос {=да ~нет}".encode("cp1251"), form)


def test_utf_16_with_its_mark_is_read() -> None:
    (one,) = placed("Q {=да ~нет}".encode("utf-16"), "gift")
    assert key(one) == ("single", "+да", "-нет")
