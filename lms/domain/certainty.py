"""Certainty-based marking: a second result beside the first, and what was wrong and certain.

Source: hard parts 5.4.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lms.domain.questions import POINTS

LOW, MEDIUM, HIGH = LEVELS = (1, 2, 3)
# Marks for a right and for a wrong answer; partial answers lie between.
MARKS: Mapping[int, tuple[int, int]] = {LOW: (1, 0), MEDIUM: (2, -2), HIGH: (3, -6)}
# The chance of being right for which a level pays best: from, to.
IDEAL: Mapping[int, tuple[Fraction, Fraction]] = {
    LOW: (Fraction(0), Fraction(2, 3)),
    MEDIUM: (Fraction(2, 3), Fraction(4, 5)),
    HIGH: (Fraction(4, 5), Fraction(1)),
}
CLEARLY = Fraction(1, 2)


@dataclass(frozen=True)
class Said:
    """One answer: its points, from 0 to ``POINTS``, and how certain the trainee was of it.

    No level said counts as low.
    """

    question: str
    earned: int
    level: int | None = None
    rules: tuple[str, ...] = ()

    @property
    def certain(self) -> int:
        """The level that counts. Raises ValueError for one that there is not."""
        level = LOW if self.level is None else self.level
        if level not in LEVELS:
            raise ValueError(f"unknown certainty {level}")
        return level

    @property
    def mark(self) -> Fraction:
        """Between the mark of a wrong and of a right answer at this level, by the points."""
        right, wrong = MARKS[self.certain]
        return wrong + Fraction(self.earned, POINTS) * (right - wrong)


@dataclass(frozen=True)
class AtLevel:
    """The answers given at one level: how many, and their mean share of right.

    ``judgement`` is ``well``, or ``slightly-over``, ``clearly-over``, ``slightly-under`` or
    ``clearly-under`` confident; empty when nothing was answered at this level.
    """

    level: int
    answers: int
    rate: Fraction
    judgement: str


@dataclass(frozen=True)
class Certainty:
    """The second result, never the pass mark: how well the trainee knows what they know."""

    accuracy: Fraction
    average_mark: Fraction
    bonus: Fraction
    levels: tuple[AtLevel, ...]
    wrong_and_certain: tuple[str, ...]

    @property
    def score(self) -> Fraction:
        """Accuracy plus bonus: what honest doubt is worth."""
        return self.accuracy + self.bonus


def judge(answers: Iterable[Said]) -> Certainty | None:
    """Judge the answers of one attempt; None when there are none.

    The bonus is a tenth of the average mark less the best average that one fixed level could
    have brought at this accuracy. Wrong and certain are the questions that earned nothing at the
    highest level, in the order given.
    """
    said = tuple(answers)
    if not said:
        return None
    accuracy = Fraction(sum(one.earned for one in said), POINTS * len(said))
    average = sum((one.mark for one in said), Fraction(0)) / len(said)
    best = max(wrong + accuracy * (right - wrong) for right, wrong in MARKS.values())
    return Certainty(
        accuracy=accuracy,
        average_mark=average,
        bonus=(average - best) / 10,
        levels=tuple(_at(level, said) for level in LEVELS),
        wrong_and_certain=tuple(
            one.question for one in said if one.certain == HIGH and one.earned == 0
        ),
    )


def _at(level: int, said: tuple[Said, ...]) -> AtLevel:
    here = [one for one in said if one.certain == level]
    if not here:
        return AtLevel(level, 0, Fraction(0), "")
    rate = Fraction(sum(one.earned for one in here), POINTS * len(here))
    low, high = IDEAL[level]
    judgement = "well"
    if rate < low:
        judgement = _how(low - rate, len(here)) + "-over"
    elif rate > high:
        judgement = _how(rate - high, len(here)) + "-under"
    return AtLevel(level, len(here), rate, judgement)


def _how(distance: Fraction, answers: int) -> str:
    return "clearly" if distance**2 * answers > CLEARLY else "slightly"


def wrong_and_certain_rules(answers: Iterable[Said]) -> dict[str, tuple[str, ...]]:
    """For each rule, the questions answered wrongly with the highest certainty; in order."""
    found: dict[str, tuple[str, ...]] = {}
    for one in answers:
        if one.certain == HIGH and one.earned == 0:
            for rule in one.rules:
                found[rule] = (*found.get(rule, ()), one.question)
    return found
