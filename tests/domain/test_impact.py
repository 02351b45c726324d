"""What a change of the law asks of a holder: only what was decided, and only of their programme."""

from hypothesis import given
from hypothesis import strategies as st

from lms.domain.impact import AGAIN, KINDS, Decision, Item, in_order, remaining, to_learn

ITEMS = st.builds(Item, st.sampled_from(KINDS), st.sampled_from("abcde"))
DECIDED = st.dictionaries(ITEMS, st.sampled_from(Decision), max_size=12)


def test_a_reworded_question_asks_for_nothing_and_a_reworded_lesson_is_read() -> None:
    lesson, question = Item("lesson", "rights/copy"), Item("question", "copy-when")
    both = {lesson: Decision.REWORD, question: Decision.REWORD}
    assert to_learn(both, both) == (lesson,)


def test_what_is_still_right_or_fell_away_asks_for_nothing() -> None:
    items = [Item(kind, "a") for kind in KINDS]
    for decision in (Decision.STILL_RIGHT, Decision.VOID):
        assert to_learn(dict.fromkeys(items, decision), items) == ()


def test_only_what_the_programme_asks_for_is_learned_again() -> None:
    mine, others = Item("question", "mine"), Item("question", "of-others")
    decided = {mine: Decision.RETEST, others: Decision.RETEST}
    assert to_learn(decided, [mine]) == (mine,)
    assert to_learn(decided, []) == ()


def test_lessons_come_before_questions_and_questions_before_scenarios() -> None:
    items = [Item("scenario", "a"), Item("question", "b"), Item("lesson", "z")]
    assert [item.kind for item in in_order(items)] == ["lesson", "question", "scenario"]


@given(DECIDED, st.sets(ITEMS))
def test_nothing_is_asked_that_was_not_touched_decided_and_asked_for(
    decided: dict[Item, Decision], asked: set[Item]
) -> None:
    found = to_learn(decided, asked)
    assert set(found) == {i for i in decided if i in asked and decided[i] in AGAIN[i.kind]}
    assert remaining(found, found) == ()
    assert remaining(found, []) == found
