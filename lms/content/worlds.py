"""The meters and flags of a scenario, and the conditions that ask about them."""

from __future__ import annotations

import re

from lms.content.heads import Table
from lms.content.problems import Report, did_you_mean, listed
from lms.domain.conditions import BadCondition, Condition, Value, literal, names, parse
from lms.domain.scenarios import ELAPSED, GRADES

# Attributes of a choice that no meter and no flag may be called.
RESERVED = ("id", "minutes", "if", "rules", "back", "weight", "writes")

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


class World:
    """The meters and flags of a scenario, with their first values."""

    def __init__(self, head: Table) -> None:
        self.meters: dict[str, int] = {}
        self.limits: dict[str, list[int]] = {}
        self.flags: dict[str, Value] = {}
        meters, limits, flags = head.table("meters"), head.table("limits"), head.table("flags")
        for table, what in ((meters, "meter"), (flags, "flag")):
            for word in table.keys() if table else []:
                if not _KEY.match(word.text) or word.text in (ELAPSED, *GRADES, *RESERVED):
                    head.wrong(f"{what}s", f"the {what} “{word.text}”", "use another short word")
                elif table is meters and meters:
                    self.meters[word.text] = meters.whole(word.text, -1_000, 1_000)
                elif flags:
                    self._flag(flags, word.text, head)
        for word in limits.keys() if limits else []:
            if limits:
                self._limit(limits, word.text)

    def _flag(self, flags: Table, name: str, head: Table) -> None:
        if name in self.meters:
            head.wrong("flags", f"“{name}” is a meter and a flag", "rename one")
        node = flags.plain(name)
        if node is not None:
            value = node.value
            self.flags[name] = value if isinstance(value, bool | int) else literal(node.text)

    def _limit(self, limits: Table, name: str) -> None:
        bounds = [literal(word.text) for word in limits.texts(name)]
        if name not in self.meters:
            remedy = did_you_mean(name, self.meters, f"meters here: {listed(self.meters)}")
            limits.wrong(name, f"limits of “{name}”, which is no meter", remedy)
        elif len(bounds) != 2 or not all(type(b) is int for b in bounds):
            limits.wrong(name, f"the limits of “{name}”", "write [lowest, highest]")
        else:
            low, high = (b for b in bounds if isinstance(b, int))
            if not low <= self.meters[name] <= high:
                limits.wrong(
                    name,
                    f"“{name}” begins at {self.meters[name]}, outside [{low}, {high}]",
                    "change the meter or its limits",
                )
            self.limits[name] = [low, high]

    @property
    def values(self) -> dict[str, Value]:
        return {**self.flags, **self.meters, ELAPSED: 0}


def read_condition(
    text: str, world: World, report: Report, path: str, line: int
) -> Condition | None:
    if not text:
        return None
    try:
        condition = parse(text, world.values)
    except BadCondition as bad:
        what = f"a condition that cannot be read: {bad.what}"
        report.problem(path, line, what, f"known here: {listed(world.values)}")
        return None
    if not names(condition):
        report.problem(path, line, f"“{text}” asks nothing", "compare a meter or a flag")
    return condition
