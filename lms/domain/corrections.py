"""What was put right after the fact: questions voided, further answers accepted, another version.

A correction never touches what was taken. Marking looks at the frozen question, the answers and the
corrections in force, and is a pure function of the three, so that taking a correction back brings
back every mark as it was.

Source: hard parts 5.1; security, C-77.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.domain.folding import fold_answer
from lms.domain.questions import Answer, Question

KINDS = ("void", "accept", "version")
REASONS = ("key-wrong", "ambiguous", "law-changed", "translation", "leaked", "technical")
# Why a correction is taken back.
UNDO_REASONS = ("mistaken", "objection", "law-changed")


@dataclass(frozen=True)
class Correction:
    """One correction of one question.

    ``void`` takes the question out of every paper; ``accept`` gives full points for one more
    ``value``, an answer as the question reads it; ``version`` marks by the question as it stands in
    another release, which ``value`` names.
    """

    id: str
    question: str
    kind: str
    value: Any = None


def voided(corrections: Iterable[Correction]) -> frozenset[str]:
    """The questions that count for nobody."""
    return frozenset(c.question for c in corrections if c.kind == "void")


def earned(
    question: Question,
    answer: Answer | None,
    corrections: Collection[Correction],
    versions: Mapping[str, Question],
) -> int:
    """The points of an answer under the corrections in force.

    ``versions`` maps the id of a ``version`` correction to the question of its release; one that
    does not fit what was asked changes nothing. A blank earns nothing whatever is accepted.
    """
    if question.is_blank(answer):
        return 0
    judge = question
    for correction in corrections:
        if correction.question == question.id and correction.kind == "version":
            version = versions.get(correction.id)
            judge = version if version is not None and fits(question, version) else judge
    points = judge.earned(answer)
    for correction in corrections:
        is_this = correction.question == question.id and correction.kind == "accept"
        if is_this and _same(answer, correction.value):
            points = question.points
    return points


def fits(old: Question, new: Question) -> bool:
    """Whether a version can mark what was asked by another: it has the same type and parts.

    Ids of parts are what answers hold, so that only what keeps them can be marked anew.
    """
    return old.kind == new.kind and set(old.parts) == set(new.parts)


def _same(answer: Answer | None, accepted: Any) -> bool:
    if isinstance(answer, str) and isinstance(accepted, str):
        return fold_answer(answer) == fold_answer(accepted)
    if isinstance(answer, dict) and isinstance(accepted, dict):
        return answer.keys() == accepted.keys() and all(
            fold_answer(answer[part]) == fold_answer(str(accepted[part])) for part in answer
        )
    return bool(answer == accepted)
