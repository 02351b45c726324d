"""A cohort of known people who sit an exam with known faults."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from random import Random

from lms.domain.statistics import Item, Scores, analyse, collect
from lms.domain.statistics.choices import Distractors, Picks, distractors
from lms.domain.statistics.flags import Flag, flags
from lms.domain.statistics.gaps import Gap, gaps

OPTIONS = ("a", "b", "c", "d")
MISTRANSLATED, WRONG_KEY, BACKWARDS = "item-07", "item-23", "item-41"
PLANTED = frozenset({MISTRANSLATED, WRONG_KEY, BACKWARDS})


@dataclass(frozen=True)
class Cohort:
    """An exam that was sat: its marks, what was picked, and who read which language."""

    scores: Scores
    picks: dict[str, Picks]
    languages: list[str]

    def gaps(self) -> tuple[Gap, ...]:
        return gaps(self.scores, self.languages)

    def tables(self) -> dict[str, Distractors]:
        return {
            c.item.name: distractors(c, self.scores.rests(c), self.picks[c.item.name])
            for c in self.scores.columns
        }

    def flags(self) -> tuple[Flag, ...]:
        return flags(analyse(self.scores), self.tables(), self.gaps())


def a_cohort(
    seed: int,
    *,
    people: int = 300,
    items: int = 60,
    faults: frozenset[str] = PLANTED,
    turned: bool = False,
) -> Cohort:
    """A cohort and its exam; ``turned``: the translation says the opposite of its source.

    People of a normal ability, an equal number in each of three languages, who are a little
    stronger in one of them; questions of four options, of varied difficulty and sharpness."""
    random = Random(seed)
    names = [f"item-{number:02}" for number in range(1, items + 1)]
    hard = {name: random.gauss(-0.9, 0.8) for name in names}
    sharp = {name: random.uniform(0.7, 1.6) for name in names}
    languages = [("en", "ru", "kk")[number % 3] for number in range(people)]
    given: dict[str, list[tuple[str, ...]]] = {name: [] for name in names}
    rows = []
    for language in languages:
        ability = random.gauss(0.3 if language == "ru" else 0.0, 1)
        row = {}
        for name in names:
            slope, difficulty = sharp[name], hard[name]
            if name in faults and name == MISTRANSLATED:
                slope, difficulty = 1.0, 1.8 if language == "kk" and not turned else -0.8
            if name in faults and name == BACKWARDS:
                slope, difficulty = -1.2, 0.0
            if name in faults and name == WRONG_KEY:
                slope, difficulty = 1.2, -0.9
            knows = random.random() < 1 / (1 + exp(-slope * (ability - difficulty)))
            known = "b" if turned and name == MISTRANSLATED and language == "kk" else "a"
            picked = known if knows else random.choice(OPTIONS)
            key = "c" if name in faults and name == WRONG_KEY else "a"
            given[name].append((picked,))
            row[name] = int(picked == key)
        rows.append(row)
    picks = {
        name: Picks(given[name], frozenset({"c" if name in faults and name == WRONG_KEY else "a"}))
        for name in names
    }
    return Cohort(collect([Item(name, 1, 0.25) for name in names], rows), picks, languages)
