"""The rules of a count as a country has them: order of steps, what is said aloud, the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The parts of a day, in the order of the clock, and the steps that each may hold.
PHASES: Mapping[str, tuple[str, ...]] = {
    "opening": ("registration", "boxes-shown"),
    "voting": ("morning", "mobile", "afternoon", "evening"),
    "closing": ("closing", "waiting"),
    "count": (
        "list-totalled",
        "unused-cancelled",
        "portable-opened",
        "stationary-opened",
        "sorting",
        "doubtful",
        "totals",
    ),
    "protocol": ("announced", "protocol", "copy", "packing"),
}
PHASE_OF: Mapping[str, str] = {s: phase for phase, steps in PHASES.items() for s in steps}
STEPS: tuple[str, ...] = tuple(PHASE_OF)
# The cells of the teaching model of a protocol. Source: procedures, 4.
CELLS: tuple[str, ...] = (
    "V0", "A", "R", "V", "B", "I_st", "I_mob", "I", "S", "U", "App", "Sig", "F_mob", "F_st", "F",
    "X",
)  # fmt: skip
# What counts as a mark: anything in one square, or a cross alone.
MARKS = ("any", "cross")


@dataclass(frozen=True)
class Step:
    """One step of the day. ``says`` are the cells announced in it, ``lasts`` its minutes."""

    id: str
    lasts: int
    says: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Country:
    """A country's rules. Times are minutes of the day.

    ``breaks`` maps a kind of irregularity to the rules it collides with; a kind that is not
    there is none in this country. ``form`` are the cells of its protocol in their order.
    """

    slug: str
    invented: bool
    opens: int
    closes: int
    most_hours: int
    marks: str
    signed: bool
    against_all: bool
    steps: tuple[Step, ...]
    form: tuple[str, ...]
    breaks: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Country:
        """Read the document that was compiled from a rules file."""
        return cls(
            slug=document["slug"],
            invented=bool(document["invented"]),
            opens=int(document["opens"]),
            closes=int(document["closes"]),
            most_hours=int(document["most_hours"]),
            marks=document["marks"],
            signed=bool(document["signed"]),
            against_all=bool(document["against_all"]),
            steps=tuple(
                Step(s["step"], int(s["lasts"]), tuple(s["says"]), tuple(s["sources"]))
                for s in document["steps"]
            ),
            form=tuple(cell["cell"] for cell in document["cells"]),
            breaks={kind: tuple(rules) for kind, rules in document["breaks"].items()},
        )

    def step_before(self, one: str, other: str) -> bool:
        """Does ``one`` come before ``other`` in this country?"""
        order = [step.id for step in self.steps]
        return one in order and other in order and order.index(one) < order.index(other)
