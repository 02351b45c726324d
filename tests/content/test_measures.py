"""What is measured of content that is sound."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lms.content.commands import check
from lms.content.measures.basis import Fact, compare, read_facts
from lms.content.measures.coverage import table
from lms.content.measures.guessing import JOINT, WAYS, Options, guesses
from lms.content.measures.reading import MOST_LIX, MOST_WORDS, measured, readings, sentences
from lms.content.measures.terms import glossary_use, term_counts
from tests.content.building import BANK, change, good_tree


def question(slug: str, options: dict[str, str], right: set[str], **more: Any) -> dict[str, Any]:
    text = {
        "title": more.get("asked", "Which?"),
        "prompt_html": "<p>Choose.</p>",
        "explanation_html": "",
        "parts": {id_: {"html": words, "feedback_html": ""} for id_, words in options.items()},
    }
    return {
        "kind": "question",
        "slug": slug,
        "bank": "b",
        "type": more.get("type", "single"),
        "rules": more.get("rules", ["r"]),
        "texts": {"en": text},
        "key": {"options": list(options), "right": sorted(right)},
    }


def told(*questions: dict[str, Any]) -> dict[str, float]:
    return {guess.way: guess.score for guess in guesses(questions)}


@pytest.mark.parametrize(
    ("way", "options", "right"),
    [
        ("the longest", {"a": "no", "b": "a much longer answer", "c": "yes"}, "b"),
        ("the shortest", {"a": "a long answer here", "b": "no", "c": "another long one"}, "b"),
        ("the first", {"a": "one", "b": "two", "c": "six"}, "a"),
        ("the last", {"a": "one", "b": "two", "c": "six"}, "c"),
        ("words of the question", {"a": "one", "b": "it is a protocol", "c": "a stamp"}, "b"),
        ("nothing absolute", {"a": "always", "b": "often", "c": "never"}, "b"),
        ("the odd form", {"a": "One", "b": "at 20:00", "c": "Two"}, "b"),
        ("all of the above", {"a": "One", "b": "Two", "c": "All of these"}, "c"),
    ],
)
def test_a_key_that_tells_itself_is_found(way: str, options: dict[str, str], right: str) -> None:
    asked = "What is the protocol?"
    assert told(question("q", options, {right}, asked=asked))[way] == 1.0
    other = next(id_ for id_ in options if id_ != right)
    assert told(question("q", options, {other}, asked=asked))[way] == 0.0


def test_options_that_look_equally_long_tell_nothing() -> None:
    alike = {"a": "a chair of oak", "b": "a table of ash", "c": "a bench of elm"}
    assert told(question("q", alike, {"b"}))["the longest"] == pytest.approx(1 / 3)


def test_every_box_ticked_earns_the_right_ones_less_the_wrong_ones() -> None:
    options = {"a": "one", "b": "two", "c": "six", "d": "ten"}
    earned = told(question("q", options, {"a", "b", "c"}, type="multiple"))
    assert earned["all of the above"] == pytest.approx(2 / 3)
    even = told(question("q", options, {"a", "b"}, type="multiple"))
    assert even["all of the above"] == 0.0


def asked_jointly(title: str, options: dict[str, tuple[str, str]]) -> tuple[Any, Any]:
    """What a joint exercise asks, and its words; an option has its grade and its words."""
    graded = [{"letter": o, "grade": grade, "rules": []} for o, (grade, _) in options.items()]
    words = {o: {"html": text, "feedback_html": ""} for o, (_, text) in options.items()}
    return graded, {"title": title, "html": "<p>Choose.</p>", "options": words}


def joint(before: dict[str, tuple[str, str]], side: dict[str, tuple[str, str]]) -> dict[str, Any]:
    asked, asked_words = asked_jointly("Before", before)
    scene, scene_words = asked_jointly("What do you do?", side)
    texts = {
        "questions": {"q": asked_words},
        "scenes": {"s": {"parts": {"observer": scene_words}}},
    }
    return {
        "kind": "joint",
        "slug": "x",
        "questions": [{"id": "q", "options": asked}],
        "scenes": [{"id": "s", "parts": {"observer": scene}}],
        "texts": {"en": texts},
    }


def test_the_best_answers_of_joint_exercises_are_guessed_as_one_bank() -> None:
    long, short = "one that is much longer than the others", "short"
    first = joint(
        {"a": ("weak", short), "b": ("best", long)}, {"a": ("best", long), "b": ("fail", short)}
    )
    other = joint(
        {"a": ("best", short), "b": ("ok", long)}, {"a": ("best", "even"), "b": ("best", "odd")}
    )
    apart = question("q", {"a": "x", "b": "y"}, {"a"})
    assert {g.bank for g in guesses([first, apart, other])} == {JOINT, "b"}
    played = {g.way: g for g in guesses([first, other])}
    assert played["the longest"].questions == 4
    # Two of three by their length; of two that are both best either is right.
    assert played["the longest"].score == pytest.approx(3 / 4)
    assert played["the first"].score == pytest.approx(3 / 4)
    assert played["the longest"].chance == pytest.approx((0.5 + 0.5 + 0.5 + 1) / 4)


@given(
    st.lists(st.text(min_size=1), min_size=2, max_size=5),
    st.integers(0, 4),
    st.text(),
    st.booleans(),
)
def test_no_way_earns_more_than_everything_or_fails_on_any_words(
    words: list[str], right: int, asked: str, one: bool
) -> None:
    options = {str(number): text for number, text in enumerate(words)}
    key = frozenset({str(right % len(words))})
    seen = Options(one, asked, options, key)
    assert 0 < seen.at_random() <= 1
    for way in WAYS.values():
        for language in ("en", "ru", "kk"):
            left = way(seen, language)
            assert left
            assert set(left) <= set(options)


def test_reading_counts_words_to_a_sentence_and_long_ones() -> None:
    parts = sentences(
        "<h2>The room</h2><p>You look. Nobody interferes here.</p><ul><li>One</li></ul>"
    )
    assert parts == ["The room", "You look.", "Nobody interferes here.", "One"]
    words, sentence, long_percent = measured(parts) or (0, 0.0, 0.0)
    assert (words, sentence) == (8, 2.0)
    assert long_percent == pytest.approx(100 / 8)
    assert measured(["12:30", "…"]) is None


def lesson(**texts: str) -> dict[str, Any]:
    return {
        "kind": "lesson",
        "slug": "c/l",
        "clock": None,
        "rules": [],
        "texts": {language: {"segments": [{"html": markup}]} for language, markup in texts.items()},
    }


def test_a_lesson_that_reads_hard_is_named_and_so_is_a_long_sentence() -> None:
    easy, long_words = "<p>You look at it.</p>", "<p>Considerations notwithstanding.</p>"
    (read,) = readings([lesson(en=easy)])
    assert not read.is_hard
    (read,) = readings([lesson(en=long_words)])
    assert read.lix > MOST_LIX["en"]
    assert read.is_hard
    just, over = ("one " * n for n in (MOST_WORDS, MOST_WORDS + 1))
    (read,) = readings([lesson(en=f"<p>{just}</p><p>{over}</p>")])
    assert read.too_long == ((MOST_WORDS + 1, "one one one one one one one one"),)


def test_a_term_that_lessons_say_and_none_links_is_loose() -> None:
    terms = [
        {"id": id_, "unsure": id_ == "box", "texts": {"en": {"term": words}}}
        for id_, words in (("seal", "seal"), ("box", "ballot box"), ("list", "voter list"))
    ]
    glossary = {"kind": "glossary", "slug": "glossary", "terms": terms}
    link = '<a class="term" href="/glossary#seal">seal</a>'
    used = glossary_use([glossary, lesson(en=f"<p>The {link} of the ballot boxes.</p>")])
    assert (used.terms, used.linked, used.unsure) == (3, 1, 1)
    assert used.loose == {}  # boxes is not the term
    said = lesson(en="<p>One ballot box, a seal.</p><table><tr><td>voter list</td></table>")
    assert glossary_use([glossary, said]).loose == {
        "seal": "c/l",
        "ballot box": "c/l",
    }


def test_a_block_that_links_other_terms_than_its_source_is_named() -> None:
    link = '<a class="term" href="/glossary#{}">x</a>'
    one = lesson(en=link.format("seal"), ru=link.format("seal"), kk=link.format("box"))
    russian, kazakh = sorted(term_counts([one]), key=lambda c: c.language, reverse=True)
    assert (russian.language, russian.terms, russian.differences) == ("ru", 1, ())
    assert [(d.missing, d.added) for d in kazakh.differences] == [(("seal",), ("box",))]


def test_a_rule_is_covered_by_three_questions_and_by_something_that_applies_it() -> None:
    rule = {"id": "r", "critical": True, "contested": False, "sources": [], "texts": {}}
    taught = {**lesson(en=""), "rules": [rule]}
    asked = [question(f"q{n}", {"a": "x", "b": "y"}, {"a"}) for n in range(2)]
    essay = question("e", {}, set(), type="essay")
    (row,) = table([taught, *asked])
    assert row.empty == ("tested", "applied")
    (row,) = table([taught, *asked, essay])
    assert (row.questions, row.empty) == (2, ("tested",))
    drill = {"kind": "checklist", "slug": "d", "lines": [{"rules": ["r"]}]}
    (row,) = table([taught, *asked, question("q3", {"a": "x"}, {"a"}), drill])
    assert row.empty == ()


SHEET = """
## One
| id | as of | confidence | stood | confirmed for |
|---|---|---|---|---|
| `read` | 2023 list | confirmed | ABC | B |
| `heard` | all | recalled | from 2020-12-04 | - |

## Two (all confirmed by press)
| id | what |
|---|---|
| `press` | it happened |
"""


def sources(**status: dict[str, Any]) -> dict[str, Any]:
    entries = [{"id": id_, **more} for id_, more in status.items()]
    return {"kind": "sources", "slug": "sources", "sources": entries}


def test_a_fact_sheet_is_read_with_and_without_its_clocks() -> None:
    assert read_facts(SHEET) == {
        "read": Fact(True, "ABC", "B"),
        "heard": Fact(False, "from 2020-12-04", "-"),
        "press": Fact(True),
    }


def test_sources_unknown_promoted_or_out_of_their_time_are_named() -> None:
    facts = read_facts(SHEET)
    cited = {"id": "r", "critical": False, "sources": ["heard"], "texts": {}}
    found = compare(
        [
            sources(
                read={"status": "confirmed", "confirmed_until": "2026-06-30"},
                heard={"status": "confirmed"},
                invented={"status": "unconfirmed"},
            ),
            {**lesson(en=""), "rules": [cited]},
        ],
        facts,
    )
    assert found == [
        "read is shown as confirmed on 2019-06-09, which nobody has read",
        "heard is shown as confirmed, and only recalled in the fact sheet",
        "invented stands in no row of the fact sheet",
        "the rule r cites heard for 2019-06-09",
    ]


def test_the_command_prints_the_measures_and_fails_beyond_a_limit(tmp_path: Any) -> None:
    root = good_tree(tmp_path)
    result = CliRunner().invoke(check, ["--measures", "--coverage", str(root)])
    assert result.exit_code == 1
    assert "guessable: rights (en), ticking the first" in result.output
    assert "uncovered: the critical rule" in result.output or "rules;" in result.output
    assert "reading (ru): LIX" in result.output


def test_the_command_compares_with_a_fact_sheet(tmp_path: Any) -> None:
    root = good_tree(tmp_path)
    sheet = tmp_path / "sheet.md"
    sheet.write_text(SHEET)
    change(root, (BANK, "level=3}", "level=2}"))
    result = CliRunner().invoke(check, ["--legal-basis", str(sheet), str(root)])
    assert result.exit_code == 1
    assert "stands in no row of the fact sheet" in result.output
