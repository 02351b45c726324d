"""Which questions somebody should look at, and which are almost surely broken.

To *look* is cheap: a flag goes up on what was observed. The *strict* level says that a sound
question would hardly ever look like this, all questions of the test considered together, so that
whoever is told "these three" need not read sixty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atanh, sqrt

from lms.domain.statistics.analysis import LEAST, LEAST_FOR_FACILITY, Analysis, ItemAnalysis
from lms.domain.statistics.choices import Distractors
from lms.domain.statistics.gaps import Gap
from lms.domain.statistics.intervals import LEVEL
from lms.domain.statistics.numbers import at_least, normal_cdf, normal_quantile, student_cdf

TOO_HARD = 0.3
TOO_EASY = 0.95
# How often an analysis of sound questions alone may have any at the strict level, for each kind.
STRICT = 0.005


class Kind(StrEnum):
    """What is wrong. ``RIVAL``: the strong third prefers a wrong answer to the key."""

    GAP = "gap"
    RIVAL = "rival"
    NEGATIVE = "negative"
    HARD = "hard"
    EASY = "easy"


class Level(StrEnum):
    """How sure it is."""

    STRICT = "strict"
    LOOK = "look"


@dataclass(frozen=True)
class Flag:
    """One reason to look at an item. ``detail`` is the language of a gap, the answer of a rival."""

    item: str
    kind: Kind
    level: Level
    detail: str = ""


@dataclass(frozen=True)
class _Seen:
    """What was observed, and how often a sound item would look at least like it."""

    item: str
    detail: str
    chance: float
    looks: bool


def flags(
    analysis: Analysis,
    tables: Mapping[str, Distractors] | None = None,
    language_gaps: Iterable[Gap] = (),
) -> tuple[Flag, ...]:
    """Every flag, the strict ones first, then in the order of the items.

    ``tables`` are the distractor tables by item; ``language_gaps`` come from ``gaps``. Easy
    questions are never strict: that everybody knows a rule is what a course is for.

    Source: hard parts 5.3; beyond the peers 16; S. Holm, Scandinavian Journal of Statistics 6
    (1979) for many questions at once.
    """
    items = analysis.items
    found = [
        *_judged(Kind.GAP, [_gap(gap) for gap in language_gaps]),
        *_judged(Kind.RIVAL, [seen for n, t in (tables or {}).items() if (seen := _rival(n, t))]),
        *_judged(Kind.NEGATIVE, [seen for item in items if (seen := _negative(item))]),
        *_judged(Kind.HARD, [seen for item in items if (seen := _hard(item))]),
        *(Flag(item.item.name, Kind.EASY, Level.LOOK) for item in items if _is_easy(item)),
    ]
    place = {item.item.name: number for number, item in enumerate(items)}
    kinds = list(Kind)
    return tuple(
        sorted(
            found,
            key=lambda flag: (
                flag.level is not Level.STRICT,
                place.get(flag.item, len(place)),
                kinds.index(flag.kind),
                flag.detail,
            ),
        )
    )


def strict_items(found: Iterable[Flag]) -> frozenset[str]:
    """The items with a flag at the strict level."""
    return frozenset(flag.item for flag in found if flag.level is Level.STRICT)


def _judged(kind: Kind, seen: Sequence[_Seen]) -> list[Flag]:
    """Flags of one kind. The surest is compared with the strictest limit, and so on."""
    found = []
    is_strict = True
    ordered = sorted(seen, key=lambda one: one.chance)
    for number, one in enumerate(ordered):
        is_strict = is_strict and one.chance < STRICT / (len(ordered) - number)
        if one.looks:
            level = Level.STRICT if is_strict else Level.LOOK
            found.append(Flag(one.item, kind, level, one.detail))
    return found


def _gap(gap: Gap) -> _Seen:
    interval = gap.share.interval
    looks = gap.is_noticeable and interval is not None and 0.0 not in interval
    return _Seen(gap.item, gap.group, gap.chance, looks)


def _rival(item: str, table: Distractors) -> _Seen | None:
    if table.thirds[2] < LEAST_FOR_FACILITY:
        return None
    rival = table.rival
    if rival is None:
        return _Seen(item, "", 1.0, looks=False)
    wrong, right = rival.thirds[2], table.least_right
    return _Seen(item, rival.option, at_least(wrong, wrong + right, 0.5), looks=True)


def _negative(item: ItemAnalysis) -> _Seen | None:
    index, interval = item.discrimination_index.value, item.discrimination_index.interval
    if index is None:
        return None
    name = item.item.name
    if interval is None or item.attempts < LEAST:
        return _Seen(name, "", 1.0, looks=index < 0)
    # The interval is symmetric on Fisher's scale: its half gives back the error there.
    low, high = atanh(interval.low / 100), atanh(interval.high / 100)
    error = (high - low) / 2 / normal_quantile((1 + LEVEL) / 2)
    chance = student_cdf(atanh(index / 100) / error, item.attempts - 2) if error else 1.0
    return _Seen(name, "", chance, looks=index < 0)


def _hard(item: ItemAnalysis) -> _Seen | None:
    facility, guess = item.facility.value, item.item.guess
    if facility is None or item.attempts < LEAST_FOR_FACILITY:
        return None
    chance = 1.0
    if guess:  # hard is not broken; worse than a blind guess is
        error = sqrt(guess * (1 - guess) / item.attempts)
        chance = normal_cdf((facility - guess) / error) if error else 1.0
    return _Seen(item.item.name, "", chance, looks=facility < TOO_HARD)


def _is_easy(item: ItemAnalysis) -> bool:
    facility = item.facility.value
    return facility is not None and facility > TOO_EASY and item.attempts >= LEAST_FOR_FACILITY
