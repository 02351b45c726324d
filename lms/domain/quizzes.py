"""A quiz: how its questions are drawn, how long it lasts and what it takes to pass."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lms.domain.attempts import POLICIES
from lms.domain.dates import Document
from lms.domain.grading import Paper
from lms.domain.questions import Question
from lms.domain.showing import NOTHING, Showing

KINDS = ("practice", "exam")
FEEDBACK = ("each", "end", "rules")


@dataclass(frozen=True)
class Line:
    """One line of a blueprint: so many questions of a bank. None means that any will do.

    Questions that a person has to mark come only where ``types`` names their type.
    """

    bank: str
    count: int
    rules: frozenset[str] | None = None
    levels: frozenset[int] | None = None
    critical: bool | None = None
    types: frozenset[str] | None = None

    @classmethod
    def from_document(cls, document: Document) -> "Line":
        """Read one line of a quiz's ``draw``."""
        rules, levels = document.get("rules"), document.get("level")
        types = document.get("types")
        return cls(
            bank=document["bank"],
            count=int(document["count"]),
            rules=None if rules is None else frozenset(rules),
            levels=None if levels is None else frozenset(int(level) for level in levels),
            critical=document.get("critical"),
            types=None if types is None else frozenset(types),
        )

    def accepts(self, question: Question, critical_rules: Collection[str]) -> bool:
        """Whether a question fits: its bank, a rule of it, its level, type and being critical.

        A question is critical when one of its rules is in ``critical_rules``.
        """
        return (
            question.bank == self.bank
            and (not question.marked_by_hand if self.types is None else question.kind in self.types)
            and (self.rules is None or not self.rules.isdisjoint(question.rules))
            and (self.levels is None or question.level in self.levels)
            and (
                self.critical is None
                or self.critical == any(rule in critical_rules for rule in question.rules)
            )
        )


@dataclass(frozen=True)
class Quiz:
    """A practice or an exam. None for ``minutes``, ``attempts`` and ``wait_hours``: no limit.

    ``tries`` is how often a question may be answered where feedback follows each answer, and
    ``penalty_percent`` what each try after the first costs. ``confidence`` asks how certain the
    trainee is. ``policy`` is what happens when the time is over. ``exposure_percent`` is the
    share of all papers on which a question may stand at most, ``seen_percent`` the share of all
    that may be drawn which one account may have met before the trail says so. ``repair`` sends
    whoever was knocked out to a passage and another question before the next attempt. Essays are
    marked within ``marking_days``, by two people where ``second_marker`` says so.
    """

    slug: str
    kind: str
    pass_percent: int
    critical: str
    feedback: str
    lines: tuple[Line, ...]
    minutes: int | None = None
    attempts: int | None = None
    wait_hours: int | None = None
    show: Showing = NOTHING
    tries: int = 1
    penalty_percent: int = 0
    confidence: bool = False
    policy: str = "submit"
    grace_minutes: int = 0
    exposure_percent: int | None = None
    seen_percent: int | None = None
    repair: bool = False
    second_marker: bool = False
    marking_days: int = 7

    @classmethod
    def from_document(cls, document: Document) -> "Quiz":
        """Read a quiz's document. Raises ValueError for a word that it may not use."""
        kind, feedback = document["quiz_kind"], document["feedback"]
        if kind not in KINDS or feedback not in FEEDBACK:
            raise ValueError(f"{document['slug']}: unknown kind {kind!r} or feedback {feedback!r}")
        if document["critical"] not in ("all", "none"):
            raise ValueError(f"{document['slug']}: critical is 'all' or 'none'")
        policy = document.get("policy") or "submit"
        if policy not in POLICIES:
            raise ValueError(f"{document['slug']}: unknown policy {policy!r}")
        return cls(
            slug=document["slug"],
            kind=kind,
            pass_percent=int(document["pass_percent"]),
            critical=document["critical"],
            feedback=feedback,
            lines=tuple(Line.from_document(line) for line in document["draw"]),
            minutes=document.get("minutes"),
            attempts=document.get("attempts"),
            wait_hours=document.get("wait_hours"),
            show=Showing.from_words(feedback, document.get("show")),
            tries=document.get("tries") or 1,
            penalty_percent=document.get("penalty_percent") or 0,
            confidence=bool(document.get("confidence")),
            policy=policy,
            grace_minutes=document.get("grace_minutes") or 0,
            exposure_percent=document.get("exposure_percent"),
            seen_percent=document.get("seen_percent"),
            repair=bool(document.get("repair")),
            second_marker=bool(document.get("second_marker")),
            marking_days=document.get("marking_days") or 7,
        )

    @property
    def is_exam(self) -> bool:
        """Whether passing it counts towards a certificate."""
        return self.kind == "exam"

    @property
    def knocks_out(self) -> bool:
        """Whether a wrong answer on a critical rule fails somebody in an exam."""
        return self.is_exam and self.critical == "all"

    @property
    def question_count(self) -> int:
        """How many questions every paper has."""
        return sum(line.count for line in self.lines)

    def paper(self, questions: Iterable[Question], critical_rules: Collection[str]) -> Paper:
        """The paper of these questions, marked by this quiz's rules.

        ``critical_rules`` are all critical rules of the day; a quiz whose head says
        ``critical: none`` knocks nobody out.
        """
        knock_outs = frozenset(critical_rules) if self.critical == "all" else frozenset[str]()
        return Paper(
            tuple(questions),
            self.pass_percent,
            knock_outs,
            self.penalty_percent,
            self.is_exam,
        )
