from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.drawing import Unfillable, draw
from lms.domain.questions import Question
from lms.domain.quizzes import Line, Quiz
from tests.domain.builders import a_line, a_question, a_quiz, seeded


def a_bank(count: int, bank: str = "bank", **changes: Any) -> list[Question]:
    return [a_question(slug=f"{bank}-{n}", bank=bank, **changes) for n in range(count)]


def test_a_draw_is_exact_and_follows_the_blueprint() -> None:
    quiz = a_quiz(a_line(2, "rights"), a_line(3, "counting"))
    drawn = draw(quiz, a_bank(5, "rights") + a_bank(5, "counting"), {}, seeded(1))
    assert [question.split("-")[0] for question in drawn] == ["rights"] * 2 + ["counting"] * 3
    assert len(set(drawn)) == 5
    assert quiz.question_count == 5


def test_filters_by_rule_level_and_weight_are_kept() -> None:
    questions = [
        a_question(slug="easy", level=1, rules=["calm"]),
        a_question(slug="hard", level=3, rules=["calm"]),
        a_question(slug="copy", level=3, rules=["copy", "calm"]),
    ]

    def only(**filters: Any) -> set[str]:
        quiz = a_quiz(a_line(1, **filters))
        return {draw(quiz, questions, {}, seeded(n), critical_rules=["copy"])[0] for n in range(30)}

    assert only(level=[2, 3]) == {"hard", "copy"}
    assert only(rules=["copy"]) == {"copy"}
    assert only(critical=True) == {"copy"}
    assert only(critical=False) == {"easy", "hard"}
    assert only(critical=False, level=[1]) == {"easy"}


def test_questions_of_another_clock_are_left_out() -> None:
    questions = [
        a_question(slug="of-2019", clock="2019-06-09"),
        a_question(slug="of-2023", clock="2023-03-19"),
        a_question(slug="always"),
    ]

    def drawn_on(on: date | None) -> set[str]:
        return {draw(a_quiz(), questions, {}, seeded(n), on=on)[0] for n in range(30)}

    assert drawn_on(date(2019, 1, 1)) == {"of-2019", "always"}
    assert drawn_on(date(2026, 3, 1)) == {"of-2023", "always"}
    assert drawn_on(date(2026, 9, 1)) == {"always"}
    assert drawn_on(None) == {"always"}


def test_the_least_used_come_first() -> None:
    used = {"bank-0": 2, "bank-1": 1, "bank-2": 1}
    for seed in range(20):
        assert set(draw(a_quiz(a_line(3)), a_bank(5), used, seeded(seed))) >= {"bank-3", "bank-4"}
        assert "bank-0" not in draw(a_quiz(a_line(4)), a_bank(5), used, seeded(seed))


def test_lines_that_compete_for_a_question_are_both_filled() -> None:
    questions = [a_question(slug="hard", level=3), a_question(slug="easy", level=1)]
    quiz = a_quiz(a_line(1), a_line(1, level=[3]))
    for seed in range(20):
        assert draw(quiz, questions, {"easy": 5}, seeded(seed)) == ("easy", "hard")


def test_a_long_chain_of_competing_lines_is_solved() -> None:
    # Line n takes question n or n + 1; only one way fills them all.
    questions = [a_question(slug=f"q{n}", rules=[f"r{n}", f"r{n + 1}"]) for n in range(8)]
    lines = [a_line(1, rules=[f"r{n + 1}"]) for n in range(7)] + [a_line(1, rules=["r0"])]
    assert sorted(draw(a_quiz(*lines), questions, {}, seeded(5))) == [f"q{n}" for n in range(8)]


def test_a_line_that_cannot_be_filled_is_named_with_what_there_is() -> None:
    with pytest.raises(Unfillable) as caught:
        draw(a_quiz(a_line(2), a_line(3, level=[3])), a_bank(4, level=3), {}, seeded(1))
    assert caught.value.wanted - caught.value.available == 1
    with pytest.raises(Unfillable) as caught:
        draw(a_quiz(a_line(4, "rights")), a_bank(3, "rights"), {}, seeded(1))
    assert caught.value.line == Line("rights", 4)
    assert (caught.value.wanted, caught.value.available) == (4, 3)


def test_every_question_has_the_same_chance() -> None:
    times = Counter(
        q for n in range(3000) for q in draw(a_quiz(a_line(2)), a_bank(6), {}, seeded(n))
    )
    assert len(times) == 6
    assert all(900 <= count <= 1100 for count in times.values())


def test_every_place_on_the_paper_has_the_same_chance_however_often_used() -> None:
    first = Counter(
        draw(a_quiz(a_line(2)), a_bank(2), {"bank-0": 9}, seeded(n))[0] for n in range(1000)
    )
    assert 420 <= first["bank-0"] <= 580


@st.composite
def a_case(draw_from: st.DrawFn) -> tuple[Quiz, list[Question], dict[str, int]]:
    count = draw_from(st.integers(1, 7))
    levels = [draw_from(st.integers(1, 3)) for _ in range(count)]
    questions = [a_question(slug=f"q{n}", level=level) for n, level in enumerate(levels)]
    lines = draw_from(
        st.lists(
            st.builds(
                lambda count, level: a_line(count, level=sorted(level)),
                st.integers(1, 3),
                st.sets(st.integers(1, 3), min_size=1),
            ),
            min_size=1,
            max_size=3,
        )
    )
    used = {q.id: draw_from(st.integers(0, 3)) for q in questions}
    return a_quiz(*lines), questions, used


def every_way(lines: list[Line], questions: list[Question]) -> list[frozenset[str]]:
    """All sets of questions that fill these lines, found by trying everything."""
    ways = {frozenset[str]()}
    for line in lines:
        for _ in range(line.count):
            ways = {
                way | {q.id}
                for way in ways
                for q in questions
                if q.id not in way and line.accepts(q, ())
            }
    return list(ways)


@given(a_case(), st.integers())
def test_a_draw_is_the_least_used_of_all_ways_to_fill_the_blueprint(
    case: tuple[Quiz, list[Question], dict[str, int]], seed: int
) -> None:
    quiz, questions, used = case
    ways = every_way(list(quiz.lines), questions)
    if not ways:
        with pytest.raises(Unfillable):
            draw(quiz, questions, used, seeded(seed))
        return
    drawn = draw(quiz, questions, used, seeded(seed))
    assert len(drawn) == len(set(drawn)) == quiz.question_count
    by_id, at = {q.id: q for q in questions}, 0
    for line in quiz.lines:
        assert all(line.accepts(by_id[q], ()) for q in drawn[at : at + line.count])
        at += line.count
    assert sum(used[q] for q in drawn) == min(sum(used[q] for q in way) for way in ways)


def test_a_quiz_reads_its_head() -> None:
    quiz = a_quiz(attempts=3, wait_hours=12, critical="none", quiz_kind="practice")
    assert (quiz.minutes, quiz.attempts, quiz.wait_hours, quiz.pass_percent) == (40, 3, 12, 80)
    assert not quiz.is_exam
    assert quiz.paper([], ["copy"]).critical_rules == frozenset()
    assert a_quiz().paper([], ["copy"]).critical_rules == {"copy"}
    assert a_quiz().is_exam


@pytest.mark.parametrize(
    "change", [{"quiz_kind": "test"}, {"feedback": "never"}, {"critical": "some"}]
)
def test_a_word_that_a_quiz_does_not_know_is_an_error(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="final-exam"):
        a_quiz(**change)


def test_questions_with_a_common_stem_lie_side_by_side() -> None:
    bank = [a_question(slug=f"q{n}", stem="evening" if n % 3 == 0 else None) for n in range(12)]
    for seed in range(30):
        paper = draw(a_quiz(a_line(10)), bank, {}, seeded(seed))
        shared = [n for n, q in enumerate(paper) if int(q[1:]) % 3 == 0]
        assert shared == list(range(shared[0], shared[0] + len(shared)))
        assert len(set(paper)) == 10


def test_an_essay_is_drawn_only_where_a_line_asks_for_essays() -> None:
    bank = [a_question("essay", slug="act"), a_question(slug="one"), a_question(slug="two")]
    for seed in range(20):
        assert set(draw(a_quiz(a_line(2)), bank, {}, seeded(seed))) == {"one", "two"}
    assert draw(a_quiz(a_line(1, types=["essay"])), bank, {}, seeded(0)) == ("act",)
    assert draw(a_quiz(a_line(1, types=["spot"])), [a_question("spot")], {}, seeded(0)) == ("q",)
