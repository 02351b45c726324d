"""Drawing the questions of one paper: exact quotas, nothing twice, the least used first."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from random import Random

from lms.domain.questions import Question
from lms.domain.quizzes import Line, Quiz
from lms.domain.rules import legal_clock


class Unfillable(Exception):
    """The banks cannot fill a line of the blueprint.

    ``available`` is how many questions are left for it when the other lines have theirs.
    It is the content that is wrong, so ``lms check`` finds it before a trainee does.
    """

    def __init__(self, line: Line, wanted: int, available: int) -> None:
        super().__init__(f"{line.bank}: {wanted} wanted, {available} available")
        self.line = line
        self.wanted = wanted
        self.available = available


def draw(
    quiz: Quiz,
    questions: Iterable[Question],
    used_before: Mapping[str, int],
    random: Random,
    *,
    critical_rules: Collection[str] = frozenset(),
    on: date | None = None,
    worn: Collection[str] = frozenset(),
) -> tuple[str, ...]:
    """Draw the ids of one paper, line by line of the quiz's blueprint.

    Every line gets exactly its count and no question comes twice. Of all ways to do so one
    with the least used questions is taken, in an order drawn from ``random`` within an equal
    count; ``used_before`` maps question id to how often this trainee met it, and ``worn`` are
    the questions that have stood on enough papers: they come only where a line cannot be filled
    without them. ``random`` is a
    ``SystemRandom`` where a paper must not be guessed. Questions with a common stem lie side
    by side.

    ``on`` is the day whose law is asked. A question tied to another legal clock is left out;
    without a day all tied questions are, so that a quiz which can be filled without a day
    can be filled on every day. Raises Unfillable when a line cannot have its count.

    Source: hard parts 5.1; security, C-71.
    """
    pool = [question for question in questions if _holds(question, on)]
    random.shuffle(pool)
    pool.sort(key=lambda question: (question.id in worn, used_before.get(question.id, 0)))
    fits = {
        question.id: [
            number
            for number, line in enumerate(quiz.lines)
            if line.accepts(question, critical_rules)
        ]
        for question in pool
    }
    given = _give(fits, [line.count for line in quiz.lines])
    for line, ids in zip(quiz.lines, given, strict=True):
        if len(ids) < line.count:
            raise Unfillable(line, line.count, len(ids))
    # The least used came first; on the paper that order would tell which ones are new.
    paper = [question_id for ids in given for question_id in random.sample(ids, len(ids))]
    return _side_by_side(paper, {question.id: question.stem for question in pool})


def _side_by_side(paper: list[str], stems: Mapping[str, str | None]) -> tuple[str, ...]:
    """The same questions; those that share a stem follow the first of them."""
    groups: dict[str, list[str]] = {}
    for question_id in paper:
        stem = stems[question_id]
        groups.setdefault(f"stem {stem}" if stem else question_id, []).append(question_id)
    return tuple(question_id for group in groups.values() for question_id in group)


# Before so many papers a share says little.
FEWEST_PAPERS = 10


def worn_out(drawn: Mapping[str, int], papers: int, percent: int | None) -> frozenset[str]:
    """The questions that have stood on ``percent`` of all papers of a quiz, or on more.

    ``drawn`` maps question id to the papers it stood on. Without a cap, and before ten papers,
    none is.

    Source: security, C-75.
    """
    if percent is None or papers < FEWEST_PAPERS:
        return frozenset()
    return frozenset(q for q, times in drawn.items() if times * 100 >= percent * papers)


def drawable(
    quiz: Quiz,
    questions: Iterable[Question],
    *,
    critical_rules: Collection[str] = frozenset(),
    on: date | None = None,
) -> tuple[str, ...]:
    """The ids of all that a quiz may draw on a day, in the order given."""
    return tuple(
        question.id
        for question in questions
        if _holds(question, on)
        and any(line.accepts(question, critical_rules) for line in quiz.lines)
    )


def seen_percent(pool: Collection[str], met: Collection[str]) -> int:
    """The share of all that a quiz may draw which somebody has ``met``, in per cent, rounded down.

    Source: security, C-75.
    """
    return 100 * len(set(pool) & set(met)) // len(pool) if pool else 0


def _holds(question: Question, on: date | None) -> bool:
    if question.clock is None:
        return True
    return on is not None and legal_clock(question.clock) == legal_clock(on)


def _give(fits: Mapping[str, list[int]], counts: list[int]) -> list[list[str]]:
    """Give questions to lines, in the order in which they come, until nothing more fits.

    A question that finds its lines full may move earlier ones to other lines (an augmenting
    path). Going by question makes the set the least used one that fills the lines: sets of
    questions that can be placed together form a matroid, where being greedy is optimal.
    """
    given: list[list[str]] = [[] for _ in counts]

    def place(question_id: str, tried: set[int]) -> bool:
        for number in fits[question_id]:
            if number in tried:
                continue
            tried.add(number)
            if len(given[number]) < counts[number]:
                given[number].append(question_id)
                return True
            for index, other in enumerate(given[number]):
                if place(other, tried):
                    given[number][index] = question_id
                    return True
        return False

    still_open = sum(counts)
    for question_id in fits:
        if still_open and place(question_id, set()):
            still_open -= 1
    return given
