"""What is shown of the answers of one's own attempt, as the quiz says, during it and afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from lms.assessment import canaries
from lms.assessment.receipts import receipt
from lms.assessment.sittings import Sitting
from lms.content.library import Document
from lms.domain.certainty import Said, judge, wrong_and_certain_rules
from lms.domain.corrections import Correction, voided
from lms.domain.languages import pick
from lms.domain.questions import Question
from lms.learning import pages
from lms.web import kept, pieces
from lms.web.languages import language

_lines = pieces.Pieces(1000)  # more than three languages have of them


def drawn_question(
    sitting: Sitting, question_id: str, told: bool, again: bool, error: str | None, typed: Any
) -> Markup:
    """A question of one's own paper as a form, with what may be said about the answer."""
    order = sitting.attempt.order.get(question_id, {})
    answer = sitting.attempt.answers.get(question_id)
    if answer is None and typed is None and error is None and not told:
        page = pages.unanswered(sitting.books, question_id, language(), order)
    else:
        page = pages.answered(
            sitting.books,
            question_id,
            language(),
            answer if typed is None else None,
            order=order,
            typed=typed,
            error=error,
            feedback=during(sitting, question_id, answer, language()) if told else None,
            disabled=told and not again,
        )
    return canaries.own_page(sitting.books, sitting.account_id, question_id, page)


def lines(sitting: Sitting, *, over: bool) -> Markup:
    """Each question of a paper: whether it is answered, and the way back to it until it is over."""
    attempt, found = sitting.attempt, []
    for number, question_id in enumerate(attempt.questions, start=1):
        answer, seen = attempt.answers.get(question_id), attempt.latest(question_id)
        key = (number, over, answer is not None, seen > 0)
        found.append(
            pieces.filled(
                _lines.again(key, partial(_line, *key)),
                href=f"/attempts/{sitting.id}/{question_id}",
                receipt=receipt(sitting.id, seen, answer) if seen else "",
            )
        )
    return pieces.NOTHING.join(found)


def _line(number: int, over: bool, answered: bool, saved: bool) -> Markup:
    draw = pieces.part("assessment/_line.html", "line")
    href, code = kept.blank("href"), kept.blank("receipt")
    return draw(number, None if over else href, answered, code if saved else None)


def hint(sitting: Sitting, question_id: str, words: Document) -> str | None:
    """The hint that goes with the try to come: after the first wrong answer the first one."""
    hints = words.get("hints_html") or []
    used = sitting.attempt.tries.get(question_id, 0)
    return hints[min(used, len(hints)) - 1] if hints and used else None


def during(sitting: Sitting, question_id: str, answer: Any, language: str) -> dict[str, Any]:
    """What is said about an answer while the attempt goes on."""
    given = pages.feedback_for(sitting.books, question_id, answer, language, sitting.day)
    return _only(given, sitting.quiz.show.during, sitting, question_id, answer, language)


def after(sitting: Sitting, language: str, *, closed: bool) -> list[dict[str, Any]]:
    """Each question with its answer and what may be seen of it; nothing where nothing may."""
    things = sitting.quiz.show.at(ended=True, closed=closed)
    if not things:
        return []
    lines = []
    for number, question_id in enumerate(sitting.attempt.questions, start=1):
        found = sitting.books.questions[question_id]
        given = sitting.attempt.answers.get(question_id)
        told = pages.feedback_for(sitting.books, question_id, given, language, sitting.day)
        document = sitting.books.question_documents[question_id]
        lines.append(
            {
                "number": number,
                "question": found,
                "words": canaries.own_words(
                    sitting.books,
                    sitting.account_id,
                    question_id,
                    pick(document["texts"], language)[0],
                ),
                "order": sitting.attempt.order.get(question_id, {}),
                "value": pages.typed_again(found.kind, given),
                "feedback": _only(told, things, sitting, question_id, given, language),
            }
        )
    return lines


def _only(
    told: dict[str, Any],
    things: frozenset[str],
    sitting: Sitting,
    question_id: str,
    answer: Any,
    language: str,
) -> dict[str, Any]:
    """Of all that could be said, what the quiz shows now."""
    question = sitting.books.questions[question_id]
    found = dict(told)
    if "right" not in things:
        found["verdict"] = "blank" if question.is_blank(answer) else "answered"
        found["parts"] = {}
    elif "options" not in things:
        found["parts"] = {part: {**said, "html": ""} for part, said in told["parts"].items()}
    if "rules" not in things:
        found["explanation_html"], found["rules"] = "", []
    if "marks" in things and not question.marked_by_hand:
        found["marks"] = (question.earned(answer), question.points)
    if "key" in things:
        found["key"] = key_words(question, sitting, language)
    return found


def key_words(question: Question, sitting: Sitting, language: str) -> list[str]:
    """The right answer in words, part by part, as HTML that the compiler cleaned."""
    document = sitting.books.question_documents[question.id]
    return key_of(question, pick(document["texts"], language)[0])


def key_of(question: Question, words: Any) -> list[str]:
    """The right answer in the words of one language."""
    parts, right = words["parts"], question.right_answer

    def said(part: str) -> str:
        html: str = (parts.get(part) or {}).get("html") or part
        return html

    if question.kind == "match" and isinstance(right, dict):
        return [f"{said(left)} – {said(other)}" for left, other in right.items()]
    if isinstance(right, dict):
        return [str(text) for text in right.values()]
    if isinstance(right, list):
        return [said(part) for part in right]
    if question.kind in ("number", "text"):
        return [str(right)]
    return [said(right)] if right else []


def certainty(
    sitting: Sitting, corrections: Sequence[Correction], language: str
) -> dict[str, Any] | None:
    """The second result of an attempt that asked for certainty, and what was wrong and certain."""
    said, out = [], voided(corrections)
    for question_id in sitting.attempt.questions:
        question = sitting.books.questions[question_id]
        answer = sitting.attempt.answers.get(question_id)
        if question.marked_by_hand or question.is_blank(answer) or question_id in out:
            continue
        level = sitting.attempt.certainties.get(question_id)
        said.append(Said(question_id, question.earned(answer), level, question.rules))
    judged = judge(said)
    if judged is None:
        return None
    numbers = {q: n for n, q in enumerate(sitting.attempt.questions, start=1)}
    return {
        "score": round(float(judged.score) * 100),
        "accuracy": round(float(judged.accuracy) * 100),
        "bonus": round(float(judged.bonus) * 100, 1),
        "levels": [
            {
                "level": at.level,
                "answers": at.answers,
                "rate": round(float(at.rate) * 100),
                "judgement": at.judgement,
            }
            for at in judged.levels
        ],
        "wrong": [
            {
                "rule": pages.rule_chip(sitting.books, rule, language, sitting.day),
                "numbers": [numbers[q] for q in questions],
            }
            for rule, questions in wrong_and_certain_rules(said).items()
        ],
    }
