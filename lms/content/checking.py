"""What can only be seen when everything has been read: references, doubles, dates, draws."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from lms.content.certifying import check_knock_outs
from lms.content.context import Context, Document, Made, Use
from lms.content.problems import did_you_mean
from lms.domain.drawing import Unfillable, draw
from lms.domain.questions import KINDS, Question, question
from lms.domain.quizzes import Quiz
from lms.domain.rules import Rule, RuleWording, Source, critical_rules, rules_from_documents

# Where the author of a reference finds what there is.
_HOMES = {
    "source": "add it to courses/sources.yml",
    "rule": "write it in a lesson: /// rule | id",
    "course": "name a folder of courses/",
    "lesson": "name a lesson by its file, without number: course/lesson",
    "question": "write it in a bank: ## title {#id …}",
    "bank": "name a file of quizzes/banks/",
    "quiz": "name a file of quizzes/",
    "scenario": "name a file of quizzes/scenarios/",
    "checklist": "name a file of quizzes/checklists/",
    "count": "name a file of quizzes/counts/",
    "programme": "name a file of courses/programmes/",
    "count rules": "name a file of quizzes/counts/rules/",
}
# Rules are written again for other dates, which is checked apart.
_UNIQUE = ("source", "question", "term")


def check(context: Context, today: date | None) -> None:
    """Check the whole tree. Everything found goes to the context's report."""
    for use in context.index.uses:
        _reference(use, context)
    for kind in _UNIQUE:
        _doubles(kind, context)
    wordings = list(_wordings(context))
    rules = rules_from_documents(document for document, _, _ in wordings)
    _overlaps(wordings, context)
    _in_a_circle("course", _before_courses(context), context)
    _in_a_circle("programme", _before_programmes(context), context)
    _contested(rules, context)
    _essays_in_lessons(context)
    _untested(wordings, context)
    questions, critical = _questions(context), critical_rules(rules.values(), None)
    _draws(critical, questions, context)
    check_knock_outs(critical, questions, context)
    _programmes(rules, context)
    _mirrored(wordings, context)
    if today:
        _reviews(context, today)


def _reference(use: Use, context: Context) -> None:
    if context.index.lost.intersection(use.kinds):
        return
    known = [id_ for kind in use.kinds for id_ in context.index.ids(kind)]
    if use.id not in known:
        context.report.problem(
            use.place.path,
            use.place.line,
            f"no {' or '.join(use.kinds)} “{use.id}”",
            did_you_mean(use.id, known, _HOMES[use.kinds[0]]),
        )


def _doubles(kind: str, context: Context) -> None:
    for id_, places in context.index.ids(kind).items():
        for place in places[1:]:
            first = places[0]
            context.report.problem(
                place.path,
                place.line,
                f"the {kind} “{id_}” again (first in {first.path}:{first.line})",
                "give it another id",
            )


def _wordings(context: Context) -> Iterator[tuple[Document, str, int]]:
    """Every wording of every rule, with the file and line on which it is written."""
    for made in context.documents("lesson"):
        for position, rule in enumerate(made.document["rules"]):
            key = f"{made.document['slug']} {position}"
            yield rule, made.place.path, context.lines["rule", key]


def _overlaps(wordings: list[tuple[Document, str, int]], context: Context) -> None:
    before: dict[str, list[tuple[RuleWording, str, int]]] = {}
    for document, path, line in wordings:
        wording = RuleWording.from_document(document)
        for other, other_path, other_line in before.setdefault(document["id"], []):
            if wording.overlaps(other):
                context.report.problem(
                    path,
                    line,
                    f"the rule “{document['id']}” again, for days that "
                    f"{other_path}:{other_line} has already",
                    "rename it, or part the two with from: and until:",
                )
                break
        before[document["id"]].append((wording, path, line))


def _before_courses(context: Context) -> dict[str, list[str]]:
    return {m.document["slug"]: m.document["requires"] for m in context.documents("course")}


def _before_programmes(context: Context) -> dict[str, list[str]]:
    return {
        made.document["slug"]: made.document["requires"]["certificates"]
        for made in context.documents("programme")
    }


def _in_a_circle(kind: str, requires: dict[str, list[str]], context: Context) -> None:
    for made in context.documents(kind):
        slug = made.document["slug"]
        reached: set[str] = set()
        ahead = list(requires[slug])
        while ahead:
            one = ahead.pop()
            if one not in reached:
                reached.add(one)
                ahead += requires.get(one, [])
        if slug in reached:
            context.report.problem(
                made.place.path,
                context.lines[f"{kind} requires", slug],
                f"the {kind} “{slug}” requires itself, directly or through others",
                "delete one of the requirements",
            )


def _contested(rules: dict[str, Rule], context: Context) -> None:
    for made in context.documents("question"):
        cited = [rules[rule] for rule in made.document["rules"] if rule in rules]
        if made.document["key"].get("knockouts") and any(r.contested for r in cited):
            context.report.problem(
                made.place.path,
                made.place.line,
                f"the question “{made.document['slug']}” disqualifies on a contested rule",
                "delete .knockout: nobody is disqualified for unsettled law",
            )
        if cited and all(r.contested for r in cited) and made.document["asks"] != "action":
            context.report.problem(
                made.place.path,
                made.place.line,
                f"the question “{made.document['slug']}” rests on contested rules alone",
                "ask what the observer does, and write asks=action",
            )


def _essays_in_lessons(context: Context) -> None:
    """Inside a lesson the answer is marked at once, which no machine can do with a text."""
    essays = {m.document["slug"] for m in context.documents("question") if _by_hand(m)}
    for use in context.index.uses:
        if use.kinds == ("question",) and use.id in essays:
            context.report.problem(
                use.place.path,
                use.place.line,
                f"the essay “{use.id}” inside a lesson",
                "draw it in a quiz, with type: [essay]; a lesson takes what is marked at once",
            )


def _by_hand(made: Made) -> bool:
    kind = KINDS.get(made.document["type"])
    return kind is not None and kind.marked_by_hand


def _untested(wordings: list[tuple[Document, str, int]], context: Context) -> None:
    if not context.documents("bank"):
        return
    tested = {rule for made in context.documents("question") for rule in made.document["rules"]}
    said: set[str] = set()
    for document, path, line in wordings:
        if document["critical"] and document["id"] not in tested | said:
            said.add(document["id"])
            context.report.warning(
                path,
                line,
                f"no question tests the critical rule “{document['id']}”",
                "write one in a bank",
            )


def _draws(critical: frozenset[str], questions: list[Question], context: Context) -> None:
    """Prove of every quiz that its lines can be filled, as the program itself will fill them."""
    for made in context.documents("quiz"):
        document = made.document
        quiz = Quiz.from_document(document)
        banks = context.index.ids("bank")
        if "question" in context.index.lost or any(line.bank not in banks for line in quiz.lines):
            continue
        try:
            draw(quiz, questions, {}, Random(1), critical_rules=critical)  # noqa: S311 (no secret)
        except Unfillable as unfillable:
            number = quiz.lines.index(unfillable.line)
            context.report.problem(
                made.place.path,
                context.lines["draw", f"{document['slug']} {number}"],
                f"this line wants {unfillable.wanted} questions, and {unfillable.available} are "
                "left for it",
                "lower the count, widen the line, or write more questions",
            )


def _questions(context: Context) -> list[Question]:
    """The questions that can be marked; what is wrong with the others has been said."""
    found = []
    for made in context.documents("question"):
        try:
            found.append(question(made.document))
        except ValueError:
            _must_be_known(made, context)
    return found


def _must_be_known(made: Made, context: Context) -> None:
    """A question that cannot be marked has a problem: if none was found, this is one."""
    if not any(problem.path == made.place.path for problem in context.report.problems):
        context.report.problem(
            made.place.path, made.place.line, "this question cannot be marked", "write it anew"
        )


def _programmes(rules: dict[str, Rule], context: Context) -> None:
    for rule_id, place in context.critical:
        if rule_id in rules and not rules[rule_id].critical:
            context.report.problem(
                place.path,
                place.line,
                f"the rule “{rule_id}” is not critical",
                "write critical: true where it is taught, or leave it out here",
            )
    taught = {
        made.document["slug"]: set(made.document["rule_ids"])
        for made in context.documents("lesson")
    }
    for made in context.documents("programme"):
        document = made.document
        wanted = document["critical_rules"]
        if wanted == "all":
            continue
        entries = document["requires"]["lessons"]
        lessons = [s for s in taught if s in entries or s.split("/")[0] in entries]
        missing = sorted(set(wanted) - set().union(*(taught[s] for s in lessons)) & set(rules))
        for rule_id in missing:
            if rule_id in rules and not any(rule_id in taught[s] for s in lessons):
                context.report.warning(
                    made.place.path,
                    context.lines["programme critical_rules", document["slug"]],
                    f"no required lesson teaches the critical rule “{rule_id}”",
                    "require the lesson that does",
                )


def _mirrored(wordings: list[tuple[Document, str, int]], context: Context) -> None:
    """Both sides learn one rule from one text: a joint scene rests on a right and its duty.

    Source: beyond the peers 21, "no right without a duty".
    """
    if "rule" in context.index.lost:
        return
    with_duty = {rule["id"] for rule, _, _ in wordings if rule["texts"]["en"].get("duty")}
    for made in context.documents("joint"):
        for scene in made.document["scenes"]:
            if scene["rules"] and not with_duty.intersection(scene["rules"]):
                context.report.problem(
                    made.place.path,
                    context.lines["joint scene", f"{made.document['slug']} {scene['id']}"],
                    f"no rule that settles “{scene['id']}” says what the commission owes",
                    "write duty: in the rule, or cite one that has it",
                )


def _reviews(context: Context, today: date) -> None:
    for made in context.documents("sources"):
        for entry in made.document["sources"]:
            try:
                due = Source.from_document(entry).is_due_for_review(today)
            except ValueError:
                continue
            if due:
                context.report.warning(
                    made.place.path,
                    context.lines["source", entry["id"]],
                    f"the source “{entry['id']}” was to be checked again by {entry['review_by']}",
                    "check it, and write the new checked_on and review_by",
                )
