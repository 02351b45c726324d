"""A lesson as one reader sees it: their language, their legal clock, their answers.

What does not depend on the person (the text and its rules on one day) is put together once per
release and kept; only the questions inside the lesson are drawn for each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import get_template_attribute
from markupsafe import Markup

from lms.content.library import Library
from lms.domain.languages import pick
from lms.domain.questions import Unreadable
from lms.domain.rules import RuleWording
from lms.web.filters import authored

# (release, lesson, language, which wordings hold) → pieces. Bounded: a few hundred lessons.
_kept: dict[tuple[object, ...], tuple[Piece, ...]] = {}
MOST_KEPT = 2000


@dataclass(frozen=True)
class Piece:
    """A stretch of finished HTML, or the id of a question to draw in its place."""

    html: Markup | None = None
    question: str | None = None


def pieces(
    books: Library, lesson: Mapping[str, Any], language: str, clock: date | None
) -> tuple[Piece, ...]:
    """The lesson in order, on the reader's legal clock (None: the latest wordings)."""
    day = clock or _taught_day(lesson)
    wordings = tuple(_first_day(books.rules[rule_id].at(day)) for rule_id in lesson["rule_ids"])
    standings = tuple(
        books.sources[s].standing(day) for rule in lesson["rules"] for s in rule["sources"]
    )
    key = (books.release, lesson["slug"], language, wordings, standings)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        found = _kept[key] = tuple(_assemble(books, lesson, language, day))
    return found


def _first_day(wording: RuleWording | None) -> object:
    """What tells the wordings of one rule apart."""
    return wording.valid_from or date.min if wording else None


def _taught_day(lesson: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(lesson["clock"]) if lesson.get("clock") else None


def _assemble(
    books: Library, lesson: Mapping[str, Any], language: str, day: date | None
) -> list[Piece]:
    texts, used = pick(lesson["texts"], language)
    out: list[Piece] = []
    text: list[str] = []
    drawn: set[str] = set()
    for segment in texts["segments"]:
        if "html" in segment:
            text.append(segment["html"])
        elif "rule" in segment:
            # The same rule may stand twice in the file, with different dates: drawn once.
            if segment["rule"] not in drawn:
                drawn.add(segment["rule"])
                text.append(rule_html(books, segment["rule"], used, day))
        else:
            out.append(Piece(html=authored("".join(text))))
            out.append(Piece(question=segment["check"]))
            text = []
    if text:
        out.append(Piece(html=authored("".join(text))))
    return out


def rule_html(books: Library, rule_id: str, language: str, day: date | None) -> str:
    """One rule drawn with the macro of the house, its sources as they stand on that day."""
    rule = books.rules[rule_id]
    wording = rule.at(day)
    if wording is None:
        latest = rule.wordings[-1]
        gone = get_template_attribute("_macros/lesson.html", "rule_not_in_force")
        return str(gone(pick(latest.texts, language)[0]["name"]))
    words = pick(wording.texts, language)[0]
    draw = get_template_attribute("_macros/lesson.html", "rule")
    shown = {"id": rule_id, "critical": wording.critical, "contested": wording.contested}
    return str(draw(shown, words, sources_of(books, wording.sources, language, day)))


def sources_of(
    books: Library, ids: tuple[str, ...], language: str, day: date | None
) -> list[dict[str, object]]:
    """Sources as the macros draw them: article, version, day of checking, and their standing."""
    return [
        {
            "instrument": source.instrument,
            "article": source.article,
            "version": source.version,
            "checked_on": source.checked_on,
            "standing": source.standing(day).value,
            "paraphrase": pick(source.paraphrase, language)[0] if source.paraphrase else "",
        }
        for source in (books.sources[s] for s in ids)
    ]


def rule_chip(
    books: Library,
    rule_id: str,
    language: str,
    day: date | None,
    standing: str | None = None,
    with_sources: bool = False,
) -> dict[str, object]:
    """A rule as a chip: its short name, linked to the passage that teaches it."""
    rule = books.rules[rule_id]
    wording = rule.at(day) or rule.wordings[-1]
    chip: dict[str, object] = {
        "id": rule_id,
        "name": pick(wording.texts, language)[0]["name"],
        "href": address_of(books, rule_id),
        "critical": wording.critical,
        "standing": standing,
    }
    if with_sources:
        chip["sources"] = sources_of(books, wording.sources, language, day)
    return chip


def address_of(books: Library, rule_id: str) -> str:
    """Where a rule is taught, as an address."""
    return f"/courses/{books.taught_in[rule_id]}#rule-{rule_id}"


def feedback_for(
    books: Library,
    question_id: str,
    answer: Any,
    language: str,
    day: date | None,
) -> dict[str, object]:
    """What is said after an answer where feedback is given for each question.

    Only the parts that were chosen are commented on, so that a wrong answer does not print the key.
    """
    question = books.questions[question_id]
    words, used = pick(books.question_documents[question_id]["texts"], language)
    earned = question.earned(answer)
    right = question.right_parts(answer)
    chosen = _chosen(question.kind, answer)
    verdict = "right" if earned == question.points else "partly" if earned else "wrong"
    if question.is_blank(answer):
        verdict = "blank"
    return {
        "verdict": verdict,
        "parts": {
            part: {
                "right": part in right,
                "html": (words["parts"].get(part) or {}).get("feedback_html") or "",
            }
            for part in question.parts
            if part in chosen
        },
        "explanation_html": words.get("explanation_html") or "",
        "rules": [rule_chip(books, rule, used, day, with_sources=True) for rule in question.rules],
    }


def unreadable_words(problem: Unreadable, books: Library, question_id: str, language: str) -> str:
    """What to mend, in a sentence of the reader's language."""
    parts = pick(books.question_documents[question_id]["texts"], language)[0]["parts"]
    part = parts.get(str(problem.facts.get("part", ""))) or {}
    say = get_template_attribute("_macros/questions.html", "unreadable")
    return str(say(problem.code, problem.facts, authored(part.get("html", "")).striptags())).strip()


def _chosen(kind: str, answer: Any) -> frozenset[str]:
    """The parts an answer says something about."""
    if answer is None:
        return frozenset()
    if kind in ("single", "truefalse"):
        return frozenset({answer})
    if kind in ("multiple", "order"):
        return frozenset(answer)
    if kind in ("match", "gaps"):
        return frozenset(answer)
    return frozenset()


def typed_again(kind: str, answer: Any) -> dict[str, list[str]]:
    """The form fields from which an answer came, to show it again."""
    if answer is None:
        return {}
    if kind == "multiple":
        return {"answer": list(answer)}
    if kind == "order":
        return {f"place-{part}": [str(n)] for n, part in enumerate(answer, start=1)}
    if kind == "match":
        return {f"match-{left}": [right] for left, right in answer.items()}
    if kind == "gaps":
        return {f"gap-{gap}": [text] for gap, text in answer.items()}
    return {"answer": [str(answer)]}
