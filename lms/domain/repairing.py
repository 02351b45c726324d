"""Which question mends a rule: another one than was missed.

Source: beyond the peers, 17.
"""

from collections.abc import Collection, Iterable
from datetime import date
from random import Random

from lms.domain.questions import Question
from lms.domain.rules import legal_clock


def next_item(
    questions: Iterable[Question],
    rule: str,
    missed: Collection[str],
    on: date | None,
    random: Random,
) -> Question | None:
    """A question about a rule that is not among the missed ones; None when there is none.

    One that a machine marks and that holds on the day; of several one is drawn, in the order of
    their ids for the same ``random``.
    """
    fitting = sorted(
        (
            question
            for question in questions
            if rule in question.rules
            and question.id not in missed
            and not question.marked_by_hand
            and (
                question.clock is None
                or (on is not None and legal_clock(question.clock) == legal_clock(on))
            )
        ),
        key=lambda question: question.id,
    )
    return random.choice(fitting) if fitting else None
