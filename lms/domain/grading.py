"""A paper, its answers, a result, and the rules that were missed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lms.domain.corrections import Correction, earned, voided
from lms.domain.questions import Answer, Question


@dataclass(frozen=True)
class Paper:
    """The questions one trainee was given and what it takes to pass.

    ``critical_rules`` are the knock-outs: empty when the quiz has none. ``penalty_percent`` is
    what each try after the first costs of a question, and ``disqualifies`` whether a choice that
    is marked so fails the paper.
    """

    questions: tuple[Question, ...]
    pass_percent: int
    critical_rules: frozenset[str] = frozenset()
    penalty_percent: int = 0
    disqualifies: bool = False

    def question(self, question_id: str) -> Question | None:
        """The question of that id, or None when it is not on this paper."""
        return next((q for q in self.questions if q.id == question_id), None)


@dataclass(frozen=True)
class Result:
    """What a paper earned. Points are whole numbers; ``marks`` maps question id to points.

    ``knocked_out`` are the questions whose answer disqualifies, ``waiting`` those that a person
    has still to mark. Questions that were voided are in none of it.
    """

    earned: int
    possible: int
    marks: Mapping[str, int]
    missed_rules: frozenset[str]
    missed_critical: frozenset[str]
    passed: bool
    knocked_out: frozenset[str] = frozenset()
    waiting: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """The share earned, rounded down, so that 79.9 never reads as a pass at 80."""
        return self.earned * 100 // self.possible if self.possible else 0


def grade(
    paper: Paper,
    answers: Mapping[str, Answer | None],
    *,
    tries: Mapping[str, int] | None = None,
    by_hand: Mapping[str, int] | None = None,
    corrections: Collection[Correction] = (),
    versions: Mapping[str, Question] | None = None,
) -> Result:
    """Mark one trainee's answers against the paper that trainee was given.

    ``answers`` maps question id to a typed answer. A blank earns nothing, and an answer to a
    question that is not on the paper is ignored. A rule is missed when a question about it
    earned less than its points. A pass needs ``pass_percent`` or more and no critical rule
    missed; a paper without questions is never passed.

    ``tries`` maps question id to the number of different answers given (one, if not said), and
    ``by_hand`` to the points that a person gave; an answered question that a person marks waits
    until then, and a paper that waits is not passed. ``corrections`` are those in force, and
    ``versions`` as in ``corrections.earned``.

    Source: docs/authoring.md, "A quiz"; hard parts 5.1.
    """
    by_hand, tries = by_hand or {}, tries or {}
    out = voided(corrections)
    questions = tuple(q for q in paper.questions if q.id not in out)
    raw: dict[str, int] = {}
    for q in questions:
        answer = answers.get(q.id)
        if q.marked_by_hand:
            raw[q.id] = 0 if q.is_blank(answer) else by_hand.get(q.id, 0)
        else:
            raw[q.id] = earned(q, answer, corrections, versions or {})
    marks = {
        q.id: _after_tries(raw[q.id], q.points, paper.penalty_percent, tries.get(q.id, 1))
        for q in questions
    }
    waiting = tuple(
        q.id
        for q in questions
        if q.marked_by_hand and q.id not in by_hand and not q.is_blank(answers.get(q.id))
    )
    knocked_out = frozenset(
        q.id
        for q in questions
        if paper.disqualifies and raw[q.id] < q.points and q.is_knocked_out(answers.get(q.id))
    )
    missed = missed_rules(questions, raw)
    total, possible = sum(marks.values()), sum(q.points for q in questions)
    enough = possible > 0 and total * 100 >= paper.pass_percent * possible
    missed_critical = missed & paper.critical_rules
    return Result(
        earned=total,
        possible=possible,
        marks=marks,
        missed_rules=missed,
        missed_critical=missed_critical,
        passed=enough and not (missed_critical or knocked_out or waiting),
        knocked_out=knocked_out,
        waiting=waiting,
    )


def _after_tries(points: int, most: int, penalty_percent: int, tries: int) -> int:
    """Points less the penalty of each try before the last; never below nothing, rounded down.

    Source: hard parts 5.1, interactive with tries.
    """
    return max(0, points * 100 - most * penalty_percent * max(0, tries - 1)) // 100


def missed_rules(questions: Iterable[Question], marks: Mapping[str, int]) -> frozenset[str]:
    """The rules of every question that earned less than its points."""
    return frozenset(r for q in questions if marks[q.id] < q.points for r in q.rules)
