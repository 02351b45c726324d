"""Writing Moodle XML. What it has no place for stands in attributes that Moodle passes over."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lms.exchange.bank import Written, gap_pieces
from lms.exchange.cloze import field
from lms.exchange.items import Item, Refused
from lms.exchange.making import gapped_with, true_false_words
from lms.exchange.pictures import as_images
from lms.exchange.tags import tags_of

_TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "truefalse": "multichoice",
    "order": "ordering",
    "match": "matching",
    "number": "numerical",
    "text": "shortanswer",
    "gaps": "cloze",
}


def write(title: str, questions: Iterable[Written]) -> tuple[str, list[tuple[Written, str]]]:
    """The file, and the questions that are left out of it with the reason."""
    quiz = Element("quiz")
    category = SubElement(quiz, "question", type="category")
    _text(SubElement(category, "category"), f"$course$/top/{title.replace('/', '//')}")
    left_out: list[tuple[Written, str]] = []
    for question in questions:
        if question.item is None:
            left_out.append((question, question.why))
            continue
        try:
            made = _question(question.item)
        except Refused as refused:
            left_out.append((question, str(refused)))
        else:
            quiz.append(made)
    indent(quiz)
    return _DECLARATION + tostring(quiz, encoding="unicode") + "\n", left_out


_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _text(parent: Element, words: str) -> None:
    SubElement(parent, "text").text = words


def _marked(parent: Element, name: str, words: str, **more: str) -> Element:
    element = SubElement(parent, name, {"format": "markdown", **more})
    _text(element, words)
    return element


def _question(item: Item) -> Element:
    type_ = "truefalse" if _plain_truth(item) else _TYPES[item.type]
    question = Element("question", type=type_)
    _text(SubElement(question, "name"), item.title)
    asked = _marked(question, "questiontext", as_images(_prompt(item)))
    for picture in item.pictures:
        attributes = {"name": picture.name, "path": "/", "encoding": "base64", "bank": "yes"}
        SubElement(asked, "file", attributes).text = base64.b64encode(picture.data).decode()
    _marked(question, "generalfeedback", item.explanation)
    SubElement(question, "defaultgrade").text = "1"
    SubElement(question, "penalty").text = "0"
    SubElement(question, "hidden").text = "0"
    SubElement(question, "idnumber").text = item.id
    _answers(question, item, type_)
    tags = SubElement(question, "tags")
    for tag in tags_of(item):
        _text(SubElement(tags, "tag"), tag)
    return question


def _plain_truth(item: Item) -> bool:
    return (
        item.type == "truefalse"
        and true_false_words(item.parts)
        and [part.text for part in item.parts] == ["True", "False"]
    )


def _prompt(item: Item) -> str:
    if item.type != "gaps":
        return item.prompt
    pieces, accepted = gap_pieces(item.prompt)
    if any("{" in piece or "}" in piece for piece in pieces):
        raise Refused("braces beside the gaps, which Moodle takes for a field")
    return gapped_with(pieces, [field(words) for words in accepted])


def _answers(question: Element, item: Item, type_: str) -> None:
    if type_ == "multichoice":
        SubElement(question, "single").text = "false" if item.type == "multiple" else "true"
        SubElement(question, "shuffleanswers").text = "true"
        SubElement(question, "answernumbering").text = "none"
        if item.type == "truefalse":
            question.set("kind", "truefalse")
    elif type_ == "ordering":
        for name, said in (
            ("layouttype", "VERTICAL"),
            ("selecttype", "ALL"),
            ("selectcount", "0"),
            ("gradingtype", "RELATIVE_NEXT_EXCLUDE_LAST"),
        ):
            SubElement(question, name).text = said
    elif type_ == "matching":
        question.set("left", item.columns[0])
        question.set("right", item.columns[1])
        SubElement(question, "shuffleanswers").text = "true"
    elif type_ == "shortanswer":
        SubElement(question, "usecase").text = "0"
    if item.parts:
        _parts(question, item, type_)
    else:
        _typed(question, item)


def _parts(question: Element, item: Item, type_: str) -> None:
    shares = _shares(item)
    for part in item.parts:
        ids = {"id": part.id} if part.id else {}
        if type_ == "matching":
            sub = _marked(question, "subquestion", part.text, **ids)
            _text(SubElement(sub, "answer"), part.other)
            continue
        fraction = "1" if type_ == "ordering" else shares[part.right]
        words = part.text.lower() if type_ == "truefalse" else part.text
        answer = _marked(question, "answer", words, fraction=fraction, **ids)
        _marked(answer, "feedback", part.feedback)


def _shares(item: Item) -> dict[bool, str]:
    """What a right and a wrong option earn in per cent: our own marking in Moodle's words."""
    if item.type != "multiple":
        return {True: "100", False: "0"}
    share = (Decimal(100) / sum(part.right for part in item.parts)).quantize(Decimal("0.00001"))
    return {True: f"{share.normalize():f}", False: f"-{share.normalize():f}"}


def _typed(question: Element, item: Item) -> None:
    if item.type == "number":
        answer = SubElement(question, "answer", fraction="100", format="moodle_auto_format")
        _text(answer, item.value)
        SubElement(answer, "tolerance").text = item.tolerance or "0"
        _marked(answer, "feedback", item.feedback)
        if item.unit:
            unit = SubElement(SubElement(question, "units"), "unit")
            SubElement(unit, "multiplier").text = "1"
            SubElement(unit, "unit_name").text = item.unit
    for word in item.accepted:
        answer = SubElement(question, "answer", fraction="100", format="moodle_auto_format")
        _text(answer, word.replace("*", "\\*"))
        _marked(answer, "feedback", item.feedback)
