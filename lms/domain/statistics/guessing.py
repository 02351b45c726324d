"""What a blind guess earns: the expected share, by type of question."""

from itertools import combinations, permutations
from math import comb
from random import Random

from lms.domain.questions import Answer, Question
from lms.domain.questions.gaps import Gaps
from lms.domain.questions.match import Matching
from lms.domain.questions.multiple import Multiple
from lms.domain.questions.number import Number
from lms.domain.questions.order import Ordering
from lms.domain.questions.single import Single
from lms.domain.questions.text import Text

# Orders of more items than these are worth what the share of kept neighbours says.
MOST_TRIED = 7


def guess_share(question: Question) -> float | None:
    """The share of its points that a question gives on average to somebody who guesses.

    Whoever guesses picks one option, ticks as many boxes as are right, chooses any right side
    for each left one, or puts the items in any order. Nothing typed is guessed. None for a type
    that no machine marks.

    Source: hard parts 5.3, "random-guess score".
    """
    match question:
        case Single():
            return 1 / len(question.options)
        case Multiple():
            ways = combinations(question.options, len(question.right))
            earned = sum(question.earned(list(chosen)) for chosen in ways)
            return _mean(earned, comb(len(question.options), len(question.right)), question)
        case Ordering() if len(question.items) <= MOST_TRIED:
            orders = list(permutations(question.items))
            return _mean(
                sum(question.earned(list(order)) for order in orders), len(orders), question
            )
        case Ordering():
            return 0.5  # of two neighbours the first comes first in half of all orders
        case Matching():
            return 1 / len(question.rights)
        case Number() | Text() | Gaps():
            return 0.0
    return None


def _mean(earned: int, ways: int, question: Question) -> float:
    return earned / (ways * question.points)


def blind_guess(question: Question, random: Random) -> Answer | None:
    """An answer of somebody who knows nothing, as ``guess_share`` means it; None is a blank."""
    match question:
        case Single():
            return random.choice(question.options)
        case Multiple():
            chosen = set(random.sample(question.options, len(question.right)))
            return [option for option in question.options if option in chosen]
        case Ordering():
            return random.sample(question.items, len(question.items))
        case Matching():
            return {left: random.choice(question.rights) for left in question.lefts}
    return None
