"""Reading Moodle XML.

Source: the description of the format in the documentation of Moodle: multichoice, truefalse,
shortanswer, numerical, matching, cloze and ordering; pictures as base64 files beside their text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from xml.etree.ElementTree import Element

from lms.exchange.cloze import Fields
from lms.exchange.items import MOST_ITEMS, Found, Item, Notes, Part, Refused, Unreadable, taken
from lms.exchange.making import (
    Choice,
    accepted_of,
    chosen,
    in_order,
    matched,
    needs_words,
    number_of,
    plainly,
    said_once,
    true_or_false,
    weight_of,
)
from lms.exchange.markup import inner, named, parsed
from lms.exchange.pictures import Album, from_images
from lms.exchange.reduction import from_automatic, from_html, from_markdown, from_plain, one_line
from lms.exchange.tags import tagged

_SILENT = {
    "your answer is correct.",
    "your answer is partially correct.",
    "your answer is incorrect.",
}
_WHY_NOT = {
    "essay": "an essay: it needs a rubric; write it in the bank as type=essay",
    "description": "it asks nothing (a description); put the text into a lesson",
    "calculated": "its numbers are drawn from formulas; write it with numbers, as type=number",
    "random": "it stands for any question of a category; a quiz draws questions here",
}


def read(data: bytes) -> list[Found]:
    """Every question of a Moodle XML file. Raises Unreadable for a file that is none."""
    root = parsed(data)
    if root.tag != "quiz":
        raise Unreadable(
            f"the outermost element is <{root.tag[:40]}>; Moodle XML begins with <quiz>"
        )
    elements = [e for e in named(root, "question") if e.get("type") != "category"]
    if len(elements) > MOST_ITEMS:
        raise Unreadable(f"more than {MOST_ITEMS} questions; split the file")
    return [_found(number, element) for number, element in enumerate(elements, 1)]


def _found(number: int, element: Element) -> Found:
    title = inner(element, "name", "text") or inner(element, "questiontext", "text")
    return taken(f"question {number}", title, lambda notes: _item(element, notes))


class _Words:
    """Turns the texts of one question into Markdown, each by the format it names."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.album = Album()

    def of(self, element: Element | None, *, pictures: bool = False) -> str:
        """The words of an element that holds ``<text>`` and perhaps files."""
        if element is None:
            return ""
        return self.convert(element, inner(element, "text").strip(), pictures=pictures)

    def convert(self, element: Element, text: str, *, pictures: bool) -> str:
        form = element.get("format") or "html"
        shown = self.album.shown(element) if pictures else None
        if form == "markdown":
            return from_images(from_markdown(text), shown) if shown else from_markdown(text)
        if form == "plain_text":
            return from_plain(text)
        if form == "moodle_auto_format":
            return from_automatic(text, self.notes, shown)
        if form != "html":
            raise Refused(f"the format “{form[:20]}” of its words is not known; export as HTML")
        return from_html(text, self.notes, shown)


def _item(element: Element, notes: Notes) -> Item:
    type_ = element.get("type") or ""
    make = _TYPES.get(type_)
    if make is None:
        family = next((name for name in _WHY_NOT if type_.startswith(name)), "")
        raise Refused(
            _WHY_NOT.get(
                family, f"the type “{type_[:30]}” has no counterpart; write it in the bank"
            )
        )
    words = _Words(notes)
    question = element.find("questiontext")
    if question is None:
        raise Refused("nothing is asked; write the question")
    prompt = _gapped(question, words) if type_ == "cloze" else words.of(question, pictures=True)
    markdown = question.get("format") == "markdown"
    name = inner(element, "name", "text")
    item = Item(
        "",
        one_line(from_markdown(name) if markdown else from_plain(name)),
        prompt,
        explanation=words.of(element.find("generalfeedback")),
    )
    item = make(item, element, words, notes)
    item = replace(item, pictures=tuple(words.album.pictures))
    _what_is_left(element, words, notes)
    tags = [inner(tag, "text") for tag in element.iterfind("tags/tag")]
    return needs_words(tagged(item, inner(element, "idnumber").strip(), tags, notes))


def _what_is_left(element: Element, words: _Words, notes: Notes) -> None:
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        said = words.of(element.find(name))
        if said and said.lower() not in _SILENT:
            notes("feedback for a right, partly right or wrong whole was left out")
    if element.find("hint") is not None:
        notes("hints were left out")
    grade = inner(element, "defaultgrade").strip()
    if grade and weight_or_none(grade) != 1:
        notes("its own number of marks was left out: each question is worth the same here")
    if inner(element, "hidden").strip() == "1":
        notes("it was hidden there; here it will be drawn")


def weight_or_none(text: str) -> Decimal | None:
    try:
        return weight_of(text)
    except Refused:
        return None


def _fraction(answer: Element) -> Decimal:
    return weight_of(answer.get("fraction") or "0")


def _choice(item: Item, element: Element, words: _Words, notes: Notes) -> Item:
    choices = [
        Choice(
            words.of(answer),
            _fraction(answer),
            words.of(answer.find("feedback")),
            answer.get("id") or "",
        )
        for answer in named(element, "answer")
    ]
    several = inner(element, "single").strip() in ("false", "0")
    type_, parts = chosen(choices, several=several, notes=notes)
    if element.get("kind") == "truefalse" and type_ == "single" and len(parts) == 2:
        type_ = "truefalse"
    return replace(item, type=type_, parts=tuple(parts))


def _truth(item: Item, element: Element, words: _Words, _notes: Notes) -> Item:
    answers = {inner(answer, "text").strip().lower(): answer for answer in named(element, "answer")}
    if set(answers) != {"true", "false"}:
        raise Refused("true or false without these two answers; export the question again")
    right = [_fraction(answers[word]) == 100 for word in ("true", "false")]
    if right[0] == right[1]:
        raise Refused("neither or both of true and false are right; give one the fraction 100")
    feedback = [words.of(answers[word].find("feedback")) for word in ("true", "false")]
    parts = true_or_false(right[0], *feedback)
    ids = [answers[word].get("id") or "" for word in ("true", "false")]
    named_parts = [replace(part, id=id_) for part, id_ in zip(parts, ids, strict=True)]
    return replace(item, type="truefalse", parts=tuple(named_parts))


def _short(item: Item, element: Element, words: _Words, notes: Notes) -> Item:
    answers = [
        (inner(answer, "text"), _fraction(answer), words.of(answer.find("feedback")))
        for answer in named(element, "answer")
    ]
    if inner(element, "usecase").strip() == "1":
        notes("capital letters counted there; here they do not")
    feedback = said_once([said for _, weight, said in answers if weight > 0], notes)
    return replace(item, type="text", accepted=accepted_of(answers, notes), feedback=feedback)


def _number(item: Item, element: Element, words: _Words, notes: Notes) -> Item:
    right = []
    for answer in named(element, "answer"):
        if _fraction(answer) <= 0 or inner(answer, "text").strip() == "*":
            notes("feedback for wrong answers was left out")
        else:
            right.append(answer)
    if len(right) != 1 or _fraction(right[0]) != 100:
        raise Refused(
            "several numbers earn something, or none everything; write one, with its tolerance"
        )
    units = list(element.iterfind("units/unit"))
    if len(units) > 1 or any(number_of(inner(u, "multiplier") or "1") != 1 for u in units):
        raise Refused("several units; write the number in one unit")
    tolerance = number_of(inner(right[0], "tolerance").strip() or "0")
    if tolerance < 0:
        raise Refused("a tolerance below zero; write it without -")
    return replace(
        item,
        type="number",
        value=plainly(number_of(inner(right[0], "text"))),
        tolerance=plainly(tolerance),
        unit=" ".join(inner(units[0], "unit_name").split()) if units else "",
        feedback=words.of(right[0].find("feedback")),
    )


def _matching(item: Item, element: Element, words: _Words, _notes: Notes) -> Item:
    pairs, ids = [], []
    for sub in named(element, "subquestion"):
        right = inner(sub, "answer", "text")
        markdown = sub.get("format") == "markdown"
        pairs.append((words.of(sub), from_markdown(right) if markdown else from_plain(right)))
        ids.append(sub.get("id") or "")
    columns = (element.get("left") or "This", element.get("right") or "belongs to")
    return replace(item, **matched(pairs, columns, ids))  # type: ignore[arg-type]  # by their names


def _ordering(item: Item, element: Element, words: _Words, notes: Notes) -> Item:
    parts = [
        Part(one_line(words.of(answer)), answer.get("id") or "", words.of(answer.find("feedback")))
        for answer in named(element, "answer")
    ]
    if inner(element, "selecttype").strip().upper() not in ("", "ALL", "0"):
        notes("there each person saw some of the entries; here everybody orders all of them")
    if inner(element, "gradingtype").strip().upper() not in ("RELATIVE_NEXT_EXCLUDE_LAST", "1"):
        notes(
            "part of the mark was given otherwise there; here neighbours in the right order count"
        )
    return replace(item, **in_order(parts))  # type: ignore[arg-type]  # by their names


def _gapped(question: Element, words: _Words) -> str:
    text = inner(question, "text").strip()
    fields = Fields(words.notes, markup=question.get("format") in (None, "", "html"))
    return fields.give(words.convert(question, fields.take(text), pictures=True))


def _cloze(item: Item, _element: Element, _words: _Words, _notes: Notes) -> Item:
    return replace(item, type="gaps")


_TYPES: Mapping[str, Callable[[Item, Element, _Words, Notes], Item]] = {
    "multichoice": _choice,
    "truefalse": _truth,
    "shortanswer": _short,
    "numerical": _number,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
}
