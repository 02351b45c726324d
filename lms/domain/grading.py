"""A paper, its answers, a result, and the rules that were missed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lms.domain.questions import Answer, Question


@dataclass(frozen=True)
class Paper:
    """The questions one trainee was given and what it takes to pass.

    ``critical_rules`` are the knock-outs: empty when the quiz has none.
    """

    questions: tuple[Question, ...]
    pass_percent: int
    critical_rules: frozenset[str] = frozenset()

    def question(self, question_id: str) -> Question | None:
        """The question of that id, or None when it is not on this paper."""
        return next((q for q in self.questions if q.id == question_id), None)


@dataclass(frozen=True)
class Result:
    """What a paper earned. Points are whole numbers; ``marks`` maps question id to points."""

    earned: int
    possible: int
    marks: Mapping[str, int]
    missed_rules: frozenset[str]
    missed_critical: frozenset[str]
    passed: bool

    @property
    def percent(self) -> int:
        """The share earned, rounded down, so that 79.9 never reads as a pass at 80."""
        return self.earned * 100 // self.possible if self.possible else 0


def grade(paper: Paper, answers: Mapping[str, Answer | None]) -> Result:
    """Mark one trainee's answers against the paper that trainee was given.

    ``answers`` maps question id to a typed answer. A blank earns nothing, and an answer to a
    question that is not on the paper is ignored. A rule is missed when a question about it
    earned less than its points. A pass needs ``pass_percent`` or more and no critical rule
    missed; a paper without questions is never passed.

    Source: docs/authoring.md, "A quiz".
    """
    marks = {q.id: q.earned(answers.get(q.id)) for q in paper.questions}
    missed = missed_rules(paper.questions, marks)
    earned, possible = sum(marks.values()), sum(q.points for q in paper.questions)
    enough = possible > 0 and earned * 100 >= paper.pass_percent * possible
    missed_critical = missed & paper.critical_rules
    return Result(
        earned=earned,
        possible=possible,
        marks=marks,
        missed_rules=missed,
        missed_critical=missed_critical,
        passed=enough and not missed_critical,
    )


def missed_rules(questions: Iterable[Question], marks: Mapping[str, int]) -> frozenset[str]:
    """The rules of every question that earned less than its points."""
    return frozenset(r for q in questions if marks[q.id] < q.points for r in q.rules)
