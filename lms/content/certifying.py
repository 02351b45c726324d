"""What a programme certifies by: runs that it draws, and exams that ask what knocks out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from lms.content.context import Context, Document
from lms.content.heads import Table
from lms.domain.gates import Drawn, candidates
from lms.domain.questions import Question
from lms.domain.quizzes import Quiz
from lms.domain.runs import GATE_TACTICS


def drawn_runs(table: Table | None) -> Document | None:
    """Read ``drawn_runs: {runs: 2, tactics: [5, 6], attempts: 3, wait_hours: 12}``."""
    if table is None:
        return None
    usual = Drawn()
    found: Document = {
        "runs": table.maybe_whole("runs", 1, 10) or usual.runs,
        "attempts": table.maybe_whole("attempts", 1, 20) or usual.attempts,
        "wait_hours": table.maybe_whole("wait_hours", 0, 720),
        "tactics": [],
    }
    if found["wait_hours"] is None:
        found["wait_hours"] = usual.wait_hours
    for word in table.texts("tactics"):
        if word.text.isdecimal() and 1 <= int(word.text) <= 1_000:
            found["tactics"].append(int(word.text))
        else:
            table.wrong("tactics", f"the tactic “{word.text}”", "write numbers: [5, 6, 12]")
    found["tactics"] = found["tactics"] or list(GATE_TACTICS)
    table.finish("“drawn_runs”")
    return found


def check_drawn_runs(context: Context) -> None:
    """Every programme that draws runs has scenarios of enough tactics to draw from."""
    if any(made.document.get("best_path") is None for made in context.documents("scenario")):
        return  # one of them has a problem; how many there will be is not known yet
    scenarios = [made.document for made in context.documents("scenario")]
    for made in context.documents("programme"):
        rule = Drawn.from_document(made.document["requires"].get("drawn_runs"))
        may = candidates(rule, scenarios) if rule else {}
        if rule and len(may) < rule.runs:
            context.report.problem(
                made.place.path,
                context.lines["programme requires", made.document["slug"]],
                f"{rule.runs} runs are drawn, each of another tactic, and there are scenarios of "
                f"{len(may)}",
                "write more scenarios of its tactics, or lower “runs”",
            )


def check_knock_outs(
    critical: Collection[str], questions: Sequence[Question], context: Context
) -> None:
    """No rule of a programme knocks out that none of its exams ever asks.

    A programme that lists its critical rules answers for these, any other for those that its
    lessons teach. Questions tied to a legal clock do not count: for the law of another day nothing
    would be asked.
    """
    if context.index.lost.intersection(("question", "rule")):
        return
    quizzes = {
        made.document["slug"]: Quiz.from_document(made.document)
        for made in context.documents("quiz")
    }
    for made in context.documents("programme"):
        wanted = made.document["requires"]["quizzes"]
        if not all(slug in quizzes for slug in wanted):
            continue  # one of them is missing or could not be read, which has been said
        exams = [quizzes[slug] for slug in wanted if quizzes[slug].knocks_out]
        if not exams:
            continue
        asked = _may_be_asked(exams, questions, critical)
        for rule in sorted(_knock_outs(made.document, critical, context) - asked):
            context.report.problem(
                made.place.path,
                context.lines["programme critical_rules", made.document["slug"]],
                f"the critical rule “{rule}” is never asked by {_named(exams)}",
                _remedy(rule, exams[0], questions),
            )


def _may_be_asked(
    exams: Iterable[Quiz], questions: Iterable[Question], critical: Collection[str]
) -> set[str]:
    lines = [line for exam in exams for line in exam.lines]
    return {
        rule
        for question in questions
        if question.clock is None and any(line.accepts(question, critical) for line in lines)
        for rule in question.rules
    }


def _knock_outs(programme: Document, critical: Collection[str], context: Context) -> set[str]:
    listed = programme["critical_rules"]
    if listed != "all":
        return set(listed).intersection(critical)
    lessons = _lessons_for(programme, context)
    taught: set[str] = set()
    for made in context.documents("lesson"):
        slug = made.document["slug"]
        if slug in lessons or slug.split("/")[0] in lessons:
            taught.update(made.document["rule_ids"], made.document["duties"])
    return taught.intersection(critical)


def _lessons_for(programme: Document, context: Context) -> set[str]:
    """The courses and lessons of a programme and of all that it builds on."""
    programmes = {made.document["slug"]: made.document for made in context.documents("programme")}
    found: set[str] = set()
    ahead, seen = [programme["slug"]], set()
    while ahead:
        slug = ahead.pop()
        if slug in programmes and slug not in seen:
            seen.add(slug)
            requires = programmes[slug]["requires"]
            found.update(requires["lessons"])
            ahead += requires["certificates"]
    return found


def _named(exams: Sequence[Quiz]) -> str:
    return " or ".join(f"“{exam.slug}”" for exam in exams)


def _remedy(rule: str, exam: Quiz, questions: Iterable[Question]) -> str:
    banks = [q.bank for q in questions if rule in q.rules and q.clock is None]
    if not banks:
        return f"write a question on it in a bank that quizzes/{exam.slug}.md draws from"
    line = f"- {{bank: {banks[0]}, rules: [{rule}], count: 1}}"
    return f"add to “draw” in quizzes/{exam.slug}.md: {line}"
