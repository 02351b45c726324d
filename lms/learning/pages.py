"""A lesson as one reader sees it: their language, their legal clock, their answers.

What many pages share and no person changes (which rules hold on one day, a question that was not
answered yet) is put together once per release and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, NamedTuple, TypeVar

from markupsafe import Markup

from lms.content.library import Library
from lms.domain.languages import SOURCE_LANGUAGE, pick
from lms.domain.questions import Order, Question, Unreadable
from lms.domain.rules import Source, Standing
from lms.web.filters import authored, drawn
from lms.web.kept import blank
from lms.web.pieces import NOTHING, part

QUESTIONS = "_macros/questions.html"

# Bounded by a few hundred lessons, and by the days of elections.
MOST_KEPT = 2000
Value = TypeVar("Value")


@dataclass(frozen=True)
class Piece:
    """A stretch of finished HTML, or the id of a question to draw in its place."""

    html: Markup | None = None
    question: str | None = None


class _Choice(NamedTuple):
    """An unanswered question in pieces: its options lie in more orders than there are readers."""

    before: Markup
    options: dict[tuple[str, bool], Markup]  # each as the first of all, or as another
    after: Markup


# (release, lesson, day) → which wordings and sources hold; the same for most days
_holding: dict[tuple[object, ...], tuple[object, ...]] = {}
# (release, question, language, order) → the question as it is before anybody answered it
_unanswered: dict[tuple[object, ...], Markup] = {}
# (release, question, language) → the same, of a question whose options may lie in any order
_choices: dict[tuple[object, ...], _Choice] = {}

# (release, language, day) → every rule that holds, as a chip
_chips: dict[tuple[object, ...], tuple[tuple[str, Markup], ...]] = {}


def _keep(shelf: dict[tuple[object, ...], Value], key: tuple[object, ...], new: Value) -> Value:
    if len(shelf) >= MOST_KEPT:
        shelf.clear()
    shelf[key] = new
    return new


def holding(books: Library, lesson: Mapping[str, Any], clock: date | None) -> tuple[object, ...]:
    """What the day decides of a lesson: elections on the same law share its pieces."""
    day = clock or _taught_day(lesson)
    key = (books.release, lesson["slug"], day)
    return _holding.get(key) or _keep(_holding, key, _what_holds(books, lesson, day))


def pieces(
    books: Library, lesson: Mapping[str, Any], language: str, clock: date | None
) -> tuple[Piece, ...]:
    """The lesson in order, on the reader's legal clock (None: the latest wordings).

    They are put together anew each time: the page that is drawn from them is kept (web/kept.py).
    """
    return tuple(_assemble(books, lesson, language, clock or _taught_day(lesson)))


def _what_holds(books: Library, lesson: Mapping[str, Any], day: date | None) -> tuple[object, ...]:
    wordings = []
    cited = [s for rule in lesson["rules"] for s in rule["sources"]]
    duties = lesson.get("duties", ())
    for rule_id in (*lesson["rule_ids"], *duties):
        wording = books.rules[rule_id].at(day)
        wordings.append(wording is not None and str(wording.valid_from))
        if wording is not None and rule_id in duties:
            cited += wording.sources
    standings = [books.sources[source].standing(day) for source in cited]
    return (*wordings, *standings)


def steady_order(question: Question) -> Order:
    """An order of the parts that stays the same for a question inside a lesson."""
    return question.shuffled(Random(question.id))  # noqa: S311 - an order to look at, no secret


def unanswered(
    books: Library, question_id: str, language: str, order: Order | None = None
) -> Markup:
    """A question that nobody answered yet, its parts as drawn (None: as inside a lesson).

    It is the same for every reader to whom its parts lie the same way.
    """
    question = books.questions[question_id]
    lie = steady_order(question) if order is None else order
    if question.kind in ("single", "truefalse", "multiple"):
        return _put_together(books, question, language, lie["options"])
    key = (books.release, question_id, language, tuple((k, tuple(ids)) for k, ids in lie.items()))
    found = _unanswered.get(key)
    if found is None:
        words = pick(books.question_documents[question_id]["texts"], language)[0]
        found = _keep(_unanswered, key, part(QUESTIONS, "question")(question, words, lie))
    return found


def _put_together(
    books: Library, question: Question, language: str, options: Sequence[str]
) -> Markup:
    """A question of choices from its pieces, each drawn when it is first needed."""
    key = (books.release, question.id, language)
    words = pick(books.question_documents[question.id]["texts"], language)[0]
    choice = _choices.get(key)
    if choice is None:
        around = part(QUESTIONS, "question")(question, words, {"drawn": blank("options")})
        before, after = around.split(blank("options"))
        choice = _keep(_choices, key, _Choice(before, {}, after))
    lying = []
    for place, option in enumerate(options):
        found = choice.options.get((option, place == 0))
        if found is None:
            draw = part(QUESTIONS, "option")
            found = draw(question.id, question.kind, words, option, place)
            choice.options[option, place == 0] = found
        lying.append(found)
    return NOTHING.join((choice.before, *lying, choice.after))


def answered(
    books: Library,
    question_id: str,
    language: str,
    answer: Any,
    *,
    order: Order | None = None,
    typed: Any = None,
    error: str | None = None,
    feedback: Mapping[str, object] | None = None,
    disabled: bool = False,
) -> Markup:
    """A question with the last answer, its parts as drawn (None: as inside a lesson).

    What was ``typed`` is shown instead of the answer where that could not be read, with what to
    mend in ``error``.
    """
    question = books.questions[question_id]
    words = pick(books.question_documents[question_id]["texts"], language)[0]
    draw = part(QUESTIONS, "question")
    found: Markup = draw(
        question,
        words,
        steady_order(question) if order is None else order,
        typed_again(question.kind, answer) if typed is None else typed,
        disabled=disabled,
        error=error,
        feedback=feedback,
    )
    return found


def question_title(books: Library, question_id: str, language: str) -> str:
    title: str = pick(books.question_documents[question_id]["texts"], language)[0]["title"]
    return title


def _taught_day(lesson: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(lesson["clock"]) if lesson.get("clock") else None


def _assemble(
    books: Library, lesson: Mapping[str, Any], language: str, day: date | None
) -> list[Piece]:
    texts, used = pick(lesson["texts"], language)
    # Where nobody has reviewed the lesson, its note is said of the whole page.
    noted = not (lesson["translations"].get(used) or {}).get("reviewed_by")
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
                text.append(rule_html(books, segment["rule"], used, day, noted=noted))
        elif "duty" in segment:
            text.append(rule_html(books, segment["duty"], used, day, "duty", noted=noted))
        else:
            out.append(Piece(html=authored("".join(text))))
            out.append(Piece(question=segment["check"]))
            text = []
    if text:
        out.append(Piece(html=authored("".join(text))))
    return out


def rule_html(
    books: Library,
    rule_id: str,
    language: str,
    day: date | None,
    side: str = "rule",
    *,
    noted: bool = False,
) -> str:
    """One rule drawn with the macro of the house, its sources as they stand on that day.

    ``side`` is ``rule`` for those who have the right, ``duty`` for the commission that owes it.
    ``noted`` says that the page tells already that its translations are not reviewed.
    """
    rule = books.rules[rule_id]
    wording = rule.at(day)
    if wording is None:
        latest = rule.wordings[-1]
        gone = part("_macros/lesson.html", "rule_not_in_force")
        return str(gone(pick(latest.texts, language)[0]["name"]))
    words = pick(wording.texts, language)[0]
    draw = part("_macros/lesson.html", side)
    shown = {"id": rule_id, "critical": wording.critical, "contested": wording.contested}
    sources = sources_of(books, wording.sources, language, day)
    if noted:
        sources = [{**source, "unreviewed": False} for source in sources]
    return str(draw(shown, words, sources))


def sources_of(
    books: Library, ids: tuple[str, ...], language: str, day: date | None
) -> list[dict[str, object]]:
    """Sources as the macros draw them: article, version, day of checking, and their standing.

    A source that was no law on that day carries nothing and is left out, unless none is left then.
    ``unreviewed`` is a paraphrase in a translation that no native speaker has read.
    """
    standing = [s for s in ids if books.sources[s].standing(day) is not Standing.NOT_IN_FORCE]
    return [
        {
            "instrument": source.instrument,
            "article": source.article,
            "version": source.version,
            "checked_on": source.checked_on,
            "standing": source.standing(day).value,
            **_paraphrase(source, language),
        }
        for source in (books.sources[s] for s in standing or ids)
    ]


def _paraphrase(source: Source, language: str) -> dict[str, object]:
    if not source.paraphrase:
        return {"paraphrase": "", "unreviewed": False}
    words, used = pick(source.paraphrase, language)
    return {
        "paraphrase": words,
        "unreviewed": used != SOURCE_LANGUAGE and used not in source.reviewed,
    }


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


def drawn_chips(books: Library, language: str, day: date | None) -> tuple[tuple[str, Markup], ...]:
    """(rule, its chip as an item of a list) of every rule that holds on this day, the critical ones
    first, then by name."""
    key = (books.release, language, day)
    found = _chips.get(key)
    if found is None:
        draw = part("_macros/parts.html", "rule_chip")
        holding = [rule_id for rule_id, rule in books.rules.items() if rule.at(day) is not None]
        chips = sorted(
            (rule_chip(books, rule_id, language, day) for rule_id in holding),
            key=lambda chip: (not chip["critical"], str(chip["name"])),
        )
        found = _keep(
            _chips, key, tuple((str(chip["id"]), drawn(f"<li>{draw(chip)}</li>")) for chip in chips)
        )
    return found


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
    if question.marked_by_hand:
        verdict = "answered"
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
    unread = parts.get(str(problem.facts.get("part", ""))) or {}
    say = part(QUESTIONS, "unreadable")
    return str(
        say(problem.code, problem.facts, authored(unread.get("html", "")).striptags())
    ).strip()


def _chosen(kind: str, answer: Any) -> frozenset[str]:
    """The parts an answer says something about."""
    if answer is None:
        return frozenset()
    if kind in ("single", "truefalse"):
        return frozenset({answer})
    if kind in ("multiple", "order", "spot"):
        return frozenset(answer)
    if kind in ("match", "gaps"):
        return frozenset(answer)
    return frozenset()


def typed_again(kind: str, answer: Any) -> dict[str, list[str]]:
    """The form fields from which an answer came, to show it again."""
    if answer is None:
        return {}
    if kind in ("multiple", "spot"):
        return {"answer": list(answer)}
    if kind == "order":
        return {f"place-{part}": [str(n)] for n, part in enumerate(answer, start=1)}
    if kind == "match":
        return {f"match-{left}": [right] for left, right in answer.items()}
    if kind == "gaps":
        return {f"gap-{gap}": [text] for gap, text in answer.items()}
    return {"answer": [str(answer)]}
