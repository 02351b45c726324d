"""Evidence into mastery, per trainee and rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from lms.domain.dates import Document
from lms.domain.grading import Paper, Result

# Three right of the last four: one slip is forgiven, two are not.
WINDOW = 4
ENOUGH = 3


class Standing(Enum):
    """How well one trainee has one rule, from the last interactions with it.

    ``MASTERED`` is three right of the last four, the last one right; ``SHOWN`` is the last one
    right; ``WEAK`` is the last one wrong, whatever came before, for that is what the trainee
    would do tomorrow; ``UNSEEN`` is nothing yet.

    Source: hard parts 5.7, m right out of the last n.
    """

    UNSEEN = "unseen"
    WEAK = "weak"
    SHOWN = "shown"
    MASTERED = "mastered"


@dataclass(frozen=True)
class Evidence:
    """One interaction with a rule: an answer, a choice, a sign-off.

    ``weight`` is how many interactions it counts for, 1 or more.
    """

    rule: str
    right: bool
    at: datetime
    weight: int = 1


@dataclass(frozen=True)
class Tally:
    """What is remembered of one trainee and rule: enough to add to, never the answers.

    ``last`` holds the last four interactions, oldest first, ``1`` for right and ``0`` for wrong.
    """

    last: str = ""
    seen: int = 0
    right: int = 0
    at: datetime | None = None

    @classmethod
    def from_document(cls, document: Document) -> "Tally":
        """Read what ``to_document`` wrote."""
        at = document.get("at")
        return cls(
            last=document.get("last") or "",
            seen=int(document.get("seen") or 0),
            right=int(document.get("right") or 0),
            at=datetime.fromisoformat(at) if at else None,
        )

    def to_document(self) -> dict[str, Any]:
        """The same as JSON."""
        at = self.at.isoformat() if self.at else None
        return {"last": self.last, "seen": self.seen, "right": self.right, "at": at}

    @property
    def standing(self) -> Standing:
        """How well the trainee has the rule now."""
        if not self.last:
            return Standing.UNSEEN
        if self.last[-1] == "0":
            return Standing.WEAK
        return Standing.MASTERED if self.last.count("1") >= ENOUGH else Standing.SHOWN


def add(tally: Tally, right: bool, at: datetime, weight: int = 1) -> Tally:
    """The tally after one more interaction, which counts ``weight`` times.

    Interactions are added in the order in which they arrive. Raises ValueError for a weight
    below 1.
    """
    if weight < 1:
        raise ValueError("evidence weighs 1 or more")
    return Tally(
        last=(tally.last + ("1" if right else "0") * weight)[-WINDOW:],
        seen=tally.seen + weight,
        right=tally.right + (weight if right else 0),
        at=max(tally.at, at) if tally.at else at,
    )


def fold(
    evidence: Iterable[Evidence], before: Mapping[str, Tally] | None = None
) -> dict[str, Tally]:
    """The tallies by rule after the evidence, taken in the order of its moments."""
    tallies = dict(before or {})
    for piece in sorted(evidence, key=lambda piece: piece.at):
        tally = tallies.get(piece.rule, Tally())
        tallies[piece.rule] = add(tally, piece.right, piece.at, piece.weight)
    return tallies


def evidence_of(
    paper: Paper, result: Result, at: datetime, weight: int = 1
) -> tuple[Evidence, ...]:
    """What a marked paper says of each rule, in the order of the paper.

    Only full points are right, for then no rule of the question was missed.
    """
    return tuple(
        Evidence(rule, result.marks[question.id] == question.points, at, weight)
        for question in paper.questions
        for rule in question.rules
    )
