"""When an essay is marked: by one person, by two who agree, or by a third who decides.

Source: docs/authoring.md, "A quiz".
"""

from collections.abc import Sequence
from itertools import combinations

from lms.domain.questions import POINTS

# Two markers who lie further apart than this, in per cent of a question, differ.
MOST_APART_PERCENT = 20
WAITING, SECOND, THIRD, MARKED = STATES = ("waiting", "second", "third", "marked")


def settle(given: Sequence[int], *, two: bool) -> tuple[str, int | None]:
    """The state of an essay after these marks, in the order in which they came, and its points.

    One marker settles it where one is enough. Two who lie at most 20 per cent apart settle it
    at their mean, rounded down; otherwise a third marks as well, and of the three the two who lie
    closest decide, at their mean (the median of all when two pairs lie equally close). Points are
    None until it is settled.
    """
    if not given:
        return WAITING, None
    if not two:
        return MARKED, given[0]
    if len(given) == 1:
        return SECOND, None
    first, second = given[0], given[1]
    if abs(first - second) * 100 <= MOST_APART_PERCENT * POINTS:
        return MARKED, (first + second) // 2
    if len(given) == 2:
        return THIRD, None
    three = sorted(given[:3])
    pairs = sorted(combinations(three, 2), key=lambda pair: pair[1] - pair[0])
    if pairs[0][1] - pairs[0][0] == pairs[1][1] - pairs[1][0]:
        return MARKED, three[1]
    return MARKED, sum(pairs[0]) // 2
