"""Learners of known ability, and how often a programme's exams are wrong about them.

A learner knows each rule or does not. Whoever knows all rules of a question answers it rightly,
but for a slip now and then; whoever does not makes a blind guess. Because what they know is known,
every wrong decision can be counted, which no exam of real people allows.

Source: B. W. Junker and K. Sijtsma, Applied Psychological Measurement 25 (2001), the model called
DINA; the exams are drawn, sat and marked by the same functions as those of people.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import exp, log
from random import Random

from lms.domain.drawing import draw
from lms.domain.grading import grade
from lms.domain.questions import Answer, Question
from lms.domain.quizzes import Quiz
from lms.domain.rules import legal_clock
from lms.domain.statistics.analysis import Figure
from lms.domain.statistics.guessing import blind_guess
from lms.domain.statistics.intervals import wilson


@dataclass(frozen=True)
class Habits:
    """What learners are like. ``knows`` is the share of the rules that the middle learner
    knows; ``spread`` how much learners differ (the standard deviation of the log odds);
    ``slip`` how often somebody who knows answers as if they did not; ``attempts`` how often
    they sit an exam that sets no limit.
    """

    knows: float = 0.9
    spread: float = 1.5
    slip: float = 0.02
    attempts: int = 3


@dataclass(frozen=True)
class Exam:
    """A quiz with everything it may draw on a day. ``critical_rules`` are the day's."""

    quiz: Quiz
    questions: tuple[Question, ...]
    critical_rules: frozenset[str]
    on: date | None = None

    @property
    def rules(self) -> frozenset[str]:
        """Every rule that a paper may ask about."""
        return frozenset(rule for pool in self.pools for q in pool for rule in q.rules)

    @cached_property
    def pools(self) -> tuple[tuple[Question, ...], ...]:
        """What each line of the blueprint may draw."""
        held = [q for q in self.questions if q.clock is None or self._holds(q.clock)]
        return tuple(
            tuple(q for q in held if line.accepts(q, self.critical_rules))
            for line in self.quiz.lines
        )

    def _holds(self, clock: date) -> bool:
        return self.on is not None and legal_clock(clock) == legal_clock(self.on)

    @property
    def knock_outs(self) -> frozenset[str]:
        """The critical rules that a paper may ask about, when missing one is a knock-out."""
        return self.rules & self.critical_rules if self.quiz.critical == "all" else frozenset()

    def is_ready(self, knows: Collection[str]) -> bool:
        """Whether somebody who knows these rules deserves to pass: all knock-outs, and of what
        papers ask on average at least the share that the pass mark wants."""
        if not self.knock_outs <= frozenset(knows):
            return False
        expected = sum(
            line.count * sum(set(q.rules) <= frozenset(knows) for q in pool) / len(pool)
            for line, pool in zip(self.quiz.lines, self.pools, strict=True)
            if pool
        )
        return expected * 100 >= self.quiz.pass_percent * self.quiz.question_count - 1e-9


@dataclass(frozen=True)
class Count:
    """So many of so many, with the interval of the share."""

    happened: int
    of: int

    @property
    def share(self) -> Figure:
        """The share with its Wilson interval; of nobody there is none."""
        if not self.of:
            return Figure(None)
        return Figure(self.happened / self.of, wilson(self.happened, self.of))


@dataclass(frozen=True)
class Outcome:
    """What became of the learners.

    ``false_pass`` counts those who passed among those who were not ready, ``false_fail`` those
    who did not among the ready. ``first_try`` is the share of the ready who passed each exam at
    the first attempt; ``same_twice`` those about whom a second, independent sitting of the
    whole programme decided alike.
    """

    ready: Count
    passed: Count
    false_pass: Count
    false_fail: Count
    first_try: Count
    same_twice: Count


def simulate(
    exams: Sequence[Exam], learners: int, habits: Habits, random: Random
) -> Iterator[Outcome]:
    """Send learners through the exams, each as often as it allows until it is passed.

    Gives what became of the learners so far after each of them, so that a caller may show how
    far it is; the last one is the whole. Without learners there is none.
    """
    counts: Counter[str] = Counter()
    odds = log(habits.knows / (1 - habits.knows))
    rules = sorted(frozenset(rule for exam in exams for rule in exam.rules))
    for number in range(1, learners + 1):
        able = odds + habits.spread * random.gauss(0, 1)
        chance = 1 / (1 + exp(-able))
        knows = frozenset(rule for rule in rules if random.random() < chance)
        ready = all(exam.is_ready(knows) for exam in exams)
        tries = [_sit(exam, knows, habits, random) for exam in exams]
        again = [_sit(exam, knows, habits, random) for exam in exams]
        passed = all(tries)
        counts["ready"] += ready
        counts["passed"] += passed
        counts["false pass"] += passed and not ready
        counts["false fail"] += ready and not passed
        counts["first try"] += ready and all(one == 1 for one in tries)
        counts["same"] += passed == all(again)
        yield _outcome(counts, number)


def _outcome(counts: Mapping[str, int], learners: int) -> Outcome:
    ready = counts["ready"]
    return Outcome(
        ready=Count(ready, learners),
        passed=Count(counts["passed"], learners),
        false_pass=Count(counts["false pass"], learners - ready),
        false_fail=Count(counts["false fail"], ready),
        first_try=Count(counts["first try"], ready),
        same_twice=Count(counts["same"], learners),
    )


def _sit(exam: Exam, knows: frozenset[str], habits: Habits, random: Random) -> int:
    """At which attempt the exam was passed; 0 when at none."""
    met: Counter[str] = Counter()
    by_id = {question.id: question for question in exam.questions}
    for attempt in range(1, (exam.quiz.attempts or habits.attempts) + 1):
        drawn = draw(
            exam.quiz,
            exam.questions,
            met,
            random,
            critical_rules=exam.critical_rules,
            on=exam.on,
        )
        met.update(drawn)
        questions = [by_id[question] for question in drawn]
        answers = {q.id: answer_of(q, knows, habits.slip, random) for q in questions}
        if grade(exam.quiz.paper(questions, exam.critical_rules), answers).passed:
            return attempt
    return 0


def answer_of(
    question: Question, knows: Collection[str], slip: float, random: Random
) -> Answer | None:
    """What somebody who knows these rules answers."""
    if set(question.rules) <= set(knows) and random.random() >= slip:
        return question.right_answer
    return blind_guess(question, random)
