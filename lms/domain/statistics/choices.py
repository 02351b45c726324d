"""What was chosen: how often each answer was given, by the strong and by the weak."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lms.domain.statistics.analysis import LEAST_FOR_FACILITY, Figure
from lms.domain.statistics.intervals import wilson
from lms.domain.statistics.scores import Column


@dataclass(frozen=True)
class Picks:
    """The answers to one item in the order of its column: what each attempt picked.

    ``right`` are the picks that earn something; whoever left it blank picked nothing.
    """

    given: Sequence[tuple[str, ...]]
    right: frozenset[str]


@dataclass(frozen=True)
class Choice:
    """One line of a distractor table. ``thirds`` counts it among the weak, the middle and the
    strong third by the rest of the paper; ``share`` is of all who had the item."""

    option: str
    is_right: bool
    chosen: int
    share: Figure
    thirds: tuple[int, int, int]


@dataclass(frozen=True)
class Distractors:
    """The distractor table of an item: its choices, the most frequent first, and how many
    people stand in each third. Whoever ties with the border of a third stands with the stronger.
    """

    choices: tuple[Choice, ...]
    thirds: tuple[int, int, int]
    blank: int

    @property
    def rival(self) -> Choice | None:
        """A wrong choice that the strong third made more often than a right one, or None.

        Source: hard parts 5.3.
        """
        right = min((c.thirds[2] for c in self.choices if c.is_right), default=0)
        wrong = [c for c in self.choices if not c.is_right and c.thirds[2] > right]
        return max(wrong, key=lambda choice: choice.thirds[2], default=None)

    @property
    def least_right(self) -> int:
        """How many of the strong third made the right choice that fewest of them made."""
        return min((c.thirds[2] for c in self.choices if c.is_right), default=0)


def distractors(column: Column, rests: Sequence[int], picks: Picks) -> Distractors:
    """The distractor table of one item, from what was picked and the rests of the papers."""
    count = len(column.who)
    ordered = sorted(rests)
    low = ordered[count // 3] if count else 0
    high = ordered[count - max(count // 3, 1)] if count else 0
    in_third = [0, 0, 0]
    seen: dict[str, list[int]] = {option: [0, 0, 0] for option in sorted(picks.right)}
    blank = 0
    # The same answer from the same rest comes often, and is looked at once.
    for (rest, given), times in Counter(zip(rests, picks.given, strict=True)).items():
        third = 2 if rest >= high else 1 if rest >= low else 0
        in_third[third] += times
        blank += 0 if given else times
        for option in given:
            seen.setdefault(option, [0, 0, 0])[third] += times
    choices = [
        Choice(
            option, option in picks.right, sum(by), _share(sum(by), count), (by[0], by[1], by[2])
        )
        for option, by in seen.items()
    ]
    choices.sort(key=lambda choice: (-choice.chosen, choice.option))
    return Distractors(tuple(choices), (in_third[0], in_third[1], in_third[2]), blank)


def _share(chosen: int, count: int) -> Figure:
    interval = wilson(chosen, count) if count >= LEAST_FOR_FACILITY else None
    return Figure(chosen / count if count else None, interval)


def most_frequent(given: Sequence[tuple[str, ...]], most: int) -> frozenset[str]:
    """The answers that came most often; typed answers are many, and a table is short."""
    counts: Counter[str] = Counter()
    for options, times in Counter(given).items():
        for option in options:
            counts[option] += times
    return frozenset(option for option, _ in counts.most_common(most))
