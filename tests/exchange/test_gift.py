"""GIFT: every example of the documentation is read right, or refused with its reason."""

from __future__ import annotations

import pytest

from tests.exchange.reading import key, placed, sample

TOMB = ("-No one", "+Grant", "+Grant's wife", "-Grant's father")
EXPECTED: list[tuple[int, tuple[object, ...], str]] = [
    (6, ("single", "-Grant", "-Jefferson", "+no one"), ""),
    (8, ("single", "-buried", "+entombed", "-living"), ""),
    (10, ("truefalse", "-True", "+False"), ""),
    (12, ("text", "no one", "nobody"), ""),
    (14, ("number", "1822", "5", ""), ""),
    (
        17,
        (
            "match",
            ("Canada", "Ottawa"),
            ("Italy", "Rome"),
            ("Japan", "Tokyo"),
            ("India", "New Delhi"),
        ),
        "",
    ),
    (24, ("gaps", "Two plus two equals {{four|4}}."), ""),
    (26, ("single", "-15th", "-3rd", "+2nd"), ""),
    (32, ("number", "3.1415", "0.0005", ""), ""),
    (34, ("number", "3.1415", "0.0005", ""), ""),
    (36, ("refused",), "a number that earns 50 %"),
    (41, ("single", "+Grant", "-No one", "-Napoleon", "-Churchill", "-Mother Teresa"), ""),
    (53, ("multiple", *TOMB), ""),
    (60, ("multiple", *TOMB), ""),
    (67, ("refused",), "3 options earn something"),
    (73, ("refused",), "an essay"),
    (75, ("refused",), "it asks nothing"),
    (77, ("truefalse", "+True", "-False"), ""),
    (79, ("single", "-&#61; 2 + 2", "+&#61; 2 + 3", "-&#61; 2 + 4"), ""),
    (84, ("single", "-&#126;", "-&#61;", r"-\#", "-&#123;", "-&#125;", r"+\\"), ""),
    (97, ("text", "the answer", "the answers"), ""),
    (99, ("single", "+the *secretary*", "-the guard"), ""),
    (103, ("refused",), "{ without }"),
    (105, ("refused",), "more than one pair"),
]


def test_each_example_of_the_documentation_is_right_or_refused_with_its_reason() -> None:
    found = sample("documentation.gift", "gift")
    assert [(one.found.place, key(one)) for one in found] == [
        (f"line {line}", expected) for line, expected, _ in EXPECTED
    ]
    for one, (line, _, reason) in zip(found, EXPECTED, strict=True):
        assert bool(one.reasons) == bool(reason), line
        assert reason in "".join(one.reasons), line


def test_words_around_the_answers_keep_their_meaning() -> None:
    by_line = {one.found.place: one.item for one in sample("documentation.gift", "gift")}
    bold, lines = by_line["line 99"], by_line["line 97"]
    assert bold and bold.prompt == "The **chair** signs the *protocol*.\n\nWho else?"
    assert lines and lines.prompt == "First line.\n\nSecond line: what comes last?"
    controls, sunrise = by_line["line 84"], by_line["line 77"]
    assert controls and controls.explanation == "One sign escapes all the others."
    # A line that is broken in the file for reading is one paragraph.
    assert "BUT, it is used" in controls.parts[5].feedback
    # The first feedback of true or false is for the wrong answer, the second for the right one.
    assert sunrise and [p.feedback for p in sunrise.parts] == [
        "Right, it does.",
        "The sun rises in the east.",
    ]


def test_what_is_marked_otherwise_there_is_said() -> None:
    notes = {one.found.place: one.notes for one in sample("documentation.gift", "gift")}
    assert any("wrong option costs" in note for note in notes["line 53"])
    assert not any("wrong option costs" in note for note in notes["line 60"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q {=a}", ""),
        ("Q {=a*}", "the pattern"),
        ("Q {=%80%a}", "80 %"),
        ("Q {four}", "neither = nor ~"),
        ("Q {~a ~b}", "no option is right"),
        ("Q {=a =b ~c}", "2 options earn something"),
        ("Q {=a ~a}", "the same words"),
        ("Q {#abc}", "no plain number"),
        ("Q {#9..1}", "ends before it begins"),
        ("Q {#1:-2}", "below zero"),
        ("Q {=a -> b}", "fewer than two pairs"),
        ("Q {=a -> b =c -> }", "empty"),
        ("Q {=a -> b =c -> b}", "the same answer"),
        ("{=a ~b}", "nothing is asked"),
        ("[html]<video src='x'></video> Q{T}", "<video>"),
        ("[html]<table><tr><td>1</table> Q{T}", "<table>"),
        ("[markdown]See <b>this</b>{T}", "raw HTML"),
        ("Read https://example.org{T}", "address of another site"),
        ("[html]<img src='a.png' alt='x'>Q{T}", "words only"),
        ("Q \ue101 {T}", "a character without meaning"),
        ("[markdown]- [x] a{=a ~b}", "task list"),
    ],
)
def test_a_question_that_would_be_marked_or_shown_otherwise_is_refused(
    text: str, reason: str
) -> None:
    (one,) = placed(text.encode(), "gift")
    assert bool(one.reasons) == bool(reason), one
    assert reason in "".join(one.reasons)


def test_scripts_are_dropped_and_links_lose_their_address() -> None:
    text = "[html]<p>Who? <a href='javascript\\:alert(1)'>Look</a><script>alert(1)</script></p>{T}"
    (one,) = placed(text.encode(), "gift")
    assert one.item and one.item.prompt == "Who? Look"
    assert len([note for note in one.notes if "left out" in note]) == 2
