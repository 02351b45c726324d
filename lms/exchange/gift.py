"""Reading GIFT: questions as text, a blank line between them.

Source: the description of the format in the documentation of Moodle: escapes, categories, comments,
names, formats, weights, feedback after #, general feedback after ####, numerical answers with
error margins and ranges, matching with ->, missing words, short answers, true and false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import unquote

from lms.exchange.items import (
    MOST_ITEMS,
    Found,
    Item,
    Notes,
    Refused,
    Unreadable,
    shortened,
    taken,
    text_of,
)
from lms.exchange.making import (
    Choice,
    accepted_of,
    chosen,
    gapped,
    matched,
    needs_words,
    number_of,
    plainly,
    said_once,
    true_or_false,
    weight_of,
)
from lms.exchange.reduction import from_automatic, from_html, from_markdown, from_plain, one_line
from lms.exchange.tags import tagged

MOST_BYTES = 2 * 1024 * 1024
_ESCAPES = {"\\\\": "\ue100", "\\~": "\ue101", "\\=": "\ue102", "\\#": "\ue103"}
_ESCAPES |= {"\\{": "\ue104", "\\}": "\ue105", "\\:": "\ue106", "\\n": "\ue107"}
_ESCAPED = re.compile(r"\\[\\~=#{}:n]")
_MEANT = {made: "\n" if written == "\\n" else written[1] for written, made in _ESCAPES.items()}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_NAME = re.compile(r"::(.*?)::", re.S)
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,10})?)%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_TAG = re.compile(r"\[(id|tag|type|parts|columns|unit):([^\]\n]*)\]")
_BROKEN = re.compile(r"[ \t]*\n\s*")
_BLANK = "_____"


@dataclass
class _Raw:
    """The lines of one question, and what its comments say."""

    line: int
    text: str
    said: list[tuple[str, str]] = field(default_factory=list)

    def first(self, key: str) -> str:
        return next((value for name, value in self.said if name == key), "")


def read(data: bytes) -> list[Found]:
    """Every question of a GIFT file. Raises Unreadable for a file that is none."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"the file has {len(data)} bytes, the most is {MOST_BYTES}; split it")
    raws = _split(text_of(data))
    if len(raws) > MOST_ITEMS:
        raise Unreadable(f"more than {MOST_ITEMS} questions; split the file")
    return [_found(raw) for raw in raws]


def _split(text: str) -> list[_Raw]:
    raws: list[_Raw] = []
    lines: list[str] = []
    said: list[tuple[str, str]] = []
    start = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            said += [(key, unquote(value)) for key, value in _TAG.findall(stripped)]
        elif stripped.startswith("$CATEGORY:"):
            said = []
        elif stripped:
            start = start if lines else number
            lines.append(line)
        elif lines:
            raws.append(_Raw(start, "\n".join(lines).strip(), said))
            lines, said = [], []
    return raws


def _found(raw: _Raw) -> Found:
    title = _NAME.match(raw.text)
    words = title.group(1) if title else raw.text
    return taken(f"line {raw.line}", _meant(_hidden(words)), lambda notes: _item(raw, notes))


def _hidden(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found.group()], text)


def _meant(text: str) -> str:
    return _PRIVATE.sub(lambda found: _MEANT.get(found.group(), ""), text)


class _Words:
    """Turns texts of one question into Markdown, by the format that the question names."""

    def __init__(self, form: str, notes: Notes) -> None:
        self.form, self.notes = form, notes

    def __call__(self, text: str) -> str:
        text = text.strip()
        form = self.form
        if own := _FORMAT.match(text):
            form, text = own.group(1), text[own.end() :]
        if form != "markdown":
            # Lines are broken where the file is easier to read; \n breaks a line of the words.
            text = _BROKEN.sub(" ", text)
        text = _meant(text).strip()
        if form == "html":
            return from_html(text, self.notes)
        if form == "markdown":
            return from_markdown(text)
        return from_plain(text) if form == "plain" else from_automatic(text, self.notes)

    def around(self, before: str, after: str) -> list[str]:
        """The words on both sides of a gap, with the space that parts them from it."""
        if self.form == "markdown":
            return [_meant(before).expandtabs(4).lstrip(), _meant(after).expandtabs(4).rstrip()]
        lead, tail = self(before), self(after)
        return [
            lead + (" " if lead and before[-1:].isspace() else ""),
            (" " if tail and after[:1].isspace() else "") + tail,
        ]


def _item(raw: _Raw, notes: Notes) -> Item:
    if found := _PRIVATE.search(raw.text):
        raise Refused(f"a character without meaning (U+{ord(found.group()):04X}); delete it")
    text = _hidden(raw.text)
    title = ""
    if name := _NAME.match(text):
        title, text = _meant(name.group(1)), text[name.end() :].lstrip()
    form = "moodle"
    if named := _FORMAT.match(text):
        form, text = named.group(1), text[named.end() :]
    words = _Words(form, notes)
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise Refused("it asks nothing (a description); put the text into a lesson")
    if start < 0 or end < start:
        raise Refused("{ without } before the next blank line; close it, or write \\{")
    if "{" in text[start + 1 :] or "}" in text[end + 1 :]:
        raise Refused("more than one pair of { }; write \\{ and \\} for the signs themselves")
    before, inside, after = text[:start], text[start + 1 : end], text[end + 1 :]
    inside, _, general = inside.partition("####")
    asked = f"{before.rstrip()} {_BLANK}{after}" if after.strip() else before
    plain_title = from_plain(title) if title.strip() else ""
    given = _Raw(raw.line, inside.strip(), raw.said)
    item = _answered(given, (before, after), words, notes)
    item = replace(
        item,
        title=one_line(plain_title) or one_line(from_plain(shortened(_meant(asked), 60))),
        explanation=words(general) if general.strip() else "",
    )
    if form == "markdown" and title.strip():
        item = replace(item, title=one_line(title))
    return needs_words(tagged(item, raw.first("id"), _tags(raw), notes))


def _tags(raw: _Raw) -> list[str]:
    return [value for key, value in raw.said if key == "tag"]


def _answered(raw: _Raw, around: tuple[str, str], words: _Words, notes: Notes) -> Item:
    before, after = around
    inside = raw.text
    prompt = words(f"{before.rstrip()} {_BLANK}{after}" if after.strip() else before)
    item = Item("", "", prompt)
    meant = raw.first("type")
    if not inside:
        raise Refused("an essay: it needs a rubric; write it in the bank as type=essay")
    if inside.startswith("#"):
        return _number(item, inside[1:], raw, words, notes)
    truth, *feedback = inside.split("#")
    if truth.strip().upper() in _TRUTH:
        return _truth(item, _TRUTH[truth.strip().upper()], [words(f) for f in feedback], raw)
    if "~" in inside:
        return _choice(item, raw, words, notes)
    if not inside.startswith("="):
        raise Refused("answers that begin with neither = nor ~ nor #; write = before the right one")
    answers = inside.split("=")[1:]
    if all("->" in answer for answer in answers) and meant in ("", "match"):
        return _match(item, answers, raw, words)
    return _typed(item, answers, raw, around, words, notes)


def _ids(raw: _Raw) -> list[str]:
    return raw.first("parts").split(",") if raw.first("parts") else []


def _id(ids: list[str], position: int) -> str:
    return ids[position] if position < len(ids) else ""


def _weighted(answer: str, otherwise: int) -> tuple[Decimal, str]:
    answer = answer.strip()
    if found := _WEIGHT.match(answer):
        return weight_of(found.group(1)), answer[found.end() :]
    return Decimal(otherwise), answer


def _choice(item: Item, raw: _Raw, words: _Words, notes: Notes) -> Item:
    choices: list[Choice] = []
    ids = _ids(raw)
    entries = raw.text.replace("=", "~=").split("~")
    for entry in (entry.strip() for entry in entries[1:] if entry.strip()):
        right = entry.startswith("=")
        weight, rest = _weighted(entry[1:] if right else entry, 100 if right else 0)
        text, _, feedback = rest.partition("#")
        id_ = _id(ids, len(choices))
        choices.append(Choice(words(text), weight, words(feedback), id_))
    if entries[0].strip():
        raise Refused("words before the first answer; begin each answer with = or ~")
    type_, parts = chosen(choices, several="=" not in raw.text, notes=notes)
    if raw.first("type") == "truefalse" and type_ == "single" and len(parts) == 2:
        type_ = "truefalse"
    return replace(item, type=type_, parts=tuple(parts))


def _truth(item: Item, right: bool, feedback: list[str], raw: _Raw) -> Item:
    if len(feedback) > 2:
        raise Refused("more than two feedbacks of true or false; write \\# for the sign itself")
    wrong_one, right_one = (*feedback, "", "")[:2]
    parts = true_or_false(right, *((right_one, wrong_one) if right else (wrong_one, right_one)))
    ids = _ids(raw)
    named = [replace(part, id=_id(ids, n)) for n, part in enumerate(parts)]
    return replace(item, type="truefalse", parts=tuple(named))


def _number(item: Item, inside: str, raw: _Raw, words: _Words, notes: Notes) -> Item:
    answers = inside.split("=") if inside.strip().startswith("=") else ["", inside]
    right: list[tuple[Decimal, Decimal, str]] = []
    for answer in (answer.strip() for answer in answers[1:] if answer.strip()):
        weight, rest = _weighted(answer, 100)
        text, _, feedback = rest.partition("#")
        if weight <= 0 or text.strip() == "*":
            notes("feedback for wrong answers was left out")
            continue
        if weight != 100:
            raise Refused(
                f"a number that earns {plainly(weight)} %; here a number is right or not: "
                "write 100, or leave it out"
            )
        right.append((*_span(text), words(feedback)))
    if len(right) != 1:
        raise Refused(f"{len(right)} numbers are right; write one, with its tolerance")
    value, tolerance, feedback = right[0]
    return replace(
        item,
        type="number",
        value=plainly(value),
        tolerance=plainly(tolerance),
        unit=raw.first("unit"),
        feedback=feedback,
    )


def _span(text: str) -> tuple[Decimal, Decimal]:
    """``1822:5`` or ``1817..1827`` as the middle and what is allowed on either side."""
    if ".." in text:
        low, _, high = text.partition("..")
        first, last = number_of(low), number_of(high)
        if last < first:
            raise Refused("a range that ends before it begins; write the lower number first")
        return (first + last) / 2, (last - first) / 2
    value, _, tolerance = text.partition(":")
    margin = number_of(tolerance) if tolerance.strip() else Decimal(0)
    if margin < 0:
        raise Refused("a tolerance below zero; write it without -")
    return number_of(value), margin


def _match(item: Item, answers: list[str], raw: _Raw, words: _Words) -> Item:
    pairs = []
    for answer in answers:
        left, _, right = answer.partition("->")
        if "#" in right:
            raise Refused("feedback on a pair; a match has one explanation: write it after ####")
        pairs.append((words(left), words(right)))
    heads = raw.first("columns").split("|", 1)
    columns = (heads[0], heads[1]) if len(heads) == 2 else ("This", "belongs to")
    return replace(item, **matched(pairs, columns, _ids(raw)))  # type: ignore[arg-type]


def _typed(
    item: Item,
    answers: list[str],
    raw: _Raw,
    around: tuple[str, str],
    words: _Words,
    notes: Notes,
) -> Item:
    typed = []
    for answer in answers:
        weight, rest = _weighted(answer, 100)
        text, _, feedback = rest.partition("#")
        text = _FORMAT.sub("", text.strip(), count=1) if _FORMAT.match(text.strip()) else text
        typed.append((_meant(text).strip(), weight, words(feedback)))
    accepted = accepted_of(typed, notes)
    feedback = said_once([said for _, weight, said in typed if weight > 0], notes)
    before, after = around
    if after.strip() or raw.first("type") == "gaps":
        if feedback:
            notes("feedback of a gap was left out: gaps have one explanation")
        return replace(item, type="gaps", prompt=gapped(words.around(before, after), [accepted]))
    return replace(item, type="text", accepted=accepted, feedback=feedback)
