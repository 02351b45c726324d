"""Moodle XML: every type of question is read right, or refused with its reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lms.exchange.bank import questions_of
from lms.exchange.items import Picture
from lms.exchange.moodle_writing import write
from tests.exchange.reading import bank_of, key, placed, sample, text_file

EXPECTED: list[tuple[tuple[object, ...], str]] = [
    (("single", "+The protocol", "-A list of 5 & more names"), ""),
    (("multiple", "+one", "+two", "-three", "-four"), ""),
    (("refused",), "different shares"),
    (("truefalse", "+True", "-False"), ""),
    (("text", "protocol", "the protocol"), ""),
    (("refused",), "“paper” earns 50 %"),
    (("number", "1240", "5", "ballots"), ""),
    (("match", ("chair", "signs &#124; stamps"), ("secretary", "writes")), ""),
    (("refused",), "a side of a pair is empty"),
    (("gaps", "The copy carries a {{stamp|seal}} and a {{signature}}."), ""),
    (("refused",), "the kind MULTICHOICE"),
    (("order", "close", "count", "sign"), ""),
    (("refused",), "an essay"),
    (("refused",), "it asks nothing"),
    (("refused",), "“ddimageortext” has no counterpart"),
    (("single", "+A square", "-A circle"), ""),
    (("refused",), "a picture from another site"),
    (("refused",), "several languages"),
]


def test_each_question_of_the_sample_is_right_or_refused_with_its_reason() -> None:
    found = sample("documentation.xml", "moodle-xml")
    assert [key(one) for one in found] == [expected for expected, _ in EXPECTED]
    for one, (_, reason) in zip(found, EXPECTED, strict=True):
        assert bool(one.reasons) == bool(reason), one.found.title
        assert reason in "".join(one.reasons), one.found.title


def test_tags_give_the_level_and_others_are_named() -> None:
    two = sample("documentation.xml", "moodle-xml")[1]
    assert two.item and two.item.level == 2
    assert "the tag “spring” was left out" in two.notes
    assert "hints were left out" in two.notes


def test_lists_and_emphasis_come_along() -> None:
    seal = sample("documentation.xml", "moodle-xml")[0].item
    assert seal
    assert seal.prompt == (
        "Which paper carries the **seal**?\n\n- Read the law first.\n- Then answer."
    )
    assert seal.explanation == "One paper only."


def test_a_picture_comes_along_without_what_it_remembers() -> None:
    item = sample("documentation.xml", "moodle-xml")[15].item
    assert item and len(item.pictures) == 1
    picture = item.pictures[0]
    assert picture.name.startswith("red-square-") and picture.name.endswith(".png")
    assert b"made at home" not in picture.data
    assert f"/// figure | {picture.name}\n    alt: A red square\n///" in item.prompt


def test_a_picture_of_a_bank_goes_out_and_comes_back_under_its_name(tmp_path: Path) -> None:
    picture = sample("documentation.xml", "moodle-xml")[15].item
    assert picture
    (tmp_path / "square.png").write_bytes(picture.pictures[0].data)
    prompt = "What is it?\n\n/// figure | square.png\n    alt: A red square\n///\n\nLook."
    item = replace(picture, prompt=prompt, rules=("rule-one",), level=1, id="square", pictures=())
    file = replace(text_file(bank_of([item])), folder=tmp_path)
    title, written = questions_of(file)
    text, left_out = write(title, written)
    assert not left_out
    (back,) = placed(text.encode(), "moodle-xml")
    assert back.item == written[0].item
    assert back.item and back.item.pictures == (Picture("square.png", picture.pictures[0].data),)
