"""What readers share: from the answers of other programs to the items of a bank, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lms.content.blocks import is_task
from lms.domain.folding import fold_answer
from lms.exchange.items import Item, Notes, Part, Refused
from lms.exchange.reduction import one_line

_NUMBER = re.compile(r"[-+−]?[0-9]{1,15}(?:\.[0-9]{1,12})?\Z")
_TRUE_FALSE = {"true": True, "false": False}
# Weights are written with at most five decimals: a third is 33.33333.
_NEAR = Decimal("0.01")
_SIGNS = re.compile(r"[{}|\n]")


@dataclass(frozen=True)
class Choice:
    """An option as another program knows it: its share of the mark in per cent."""

    text: str
    weight: Decimal
    feedback: str = ""
    id: str = ""


def number_of(text: str) -> Decimal:
    """A decimal number. Raises Refused for what two languages read differently."""
    if not _NUMBER.match(text.strip()):
        raise Refused(f"“{text.strip()[:30]}” is no plain number; write it like 1240 or 0.5")
    return Decimal(text.strip().replace("−", "-"))


def weight_of(text: str) -> Decimal:
    """A share of the mark in per cent."""
    try:
        weight = Decimal(text.strip())
    except InvalidOperation:
        raise Refused(f"the weight “{text.strip()[:20]}” is no number; write it like 50") from None
    if not weight.is_finite() or not -100 <= weight <= 100:
        raise Refused(f"the weight “{text.strip()[:20]}”; write one from -100 to 100")
    return weight


def plainly(number: Decimal) -> str:
    """A number as a bank writes it: no exponent, no idle zeros."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def chosen(choices: Sequence[Choice], *, several: bool, notes: Notes) -> tuple[str, list[Part]]:
    """The type and the options of a choice, when our marking gives what the weights give.

    One right option earns everything or nothing; of several each earns the same share, and a wrong
    one takes one such share away.
    """
    if len(choices) < 2:
        raise Refused("fewer than two options; write at least two")
    right = [choice for choice in choices if choice.weight > 0]
    if not right:
        raise Refused("no option is right; give one a positive weight")
    if not several:
        if len(right) > 1:
            raise Refused(
                f"{len(right)} options earn something, but only one may be chosen; "
                "here one option alone is right: give the others the weight 0"
            )
        if abs(right[0].weight - 100) > _NEAR:
            raise Refused(
                f"the right option earns {plainly(right[0].weight)} %; "
                "here it earns everything: write 100"
            )
        if any(choice.weight < 0 for choice in choices):
            notes("a wrong option cost marks there; here it earns nothing")
    else:
        _equal_shares(choices, right, notes)
    parts = [Part(one_line(c.text), c.id, c.feedback.strip(), c.weight > 0) for c in choices]
    if len({part.text for part in parts}) < len(parts):
        raise Refused("two options have the same words; word them differently")
    return ("multiple" if several else "single"), parts


def _equal_shares(choices: Sequence[Choice], right: list[Choice], notes: Notes) -> None:
    share = Decimal(100) / len(right)
    if any(abs(choice.weight - share) > _NEAR for choice in right):
        raise Refused(
            "its right options earn different shares; here each earns the same: "
            f"write {plainly(round(share, 5))} for each"
        )
    wrong = [choice for choice in choices if choice.weight <= 0]
    if any(abs(choice.weight + share) > _NEAR for choice in wrong):
        notes("a wrong option costs as much here as a right one earns; there it cost another share")


def true_or_false(right: bool, feedback_true: str, feedback_false: str) -> list[Part]:
    return [
        Part("True", "", feedback_true.strip(), right),
        Part("False", "", feedback_false.strip(), not right),
    ]


def accepted_of(answers: Sequence[tuple[str, Decimal, str]], notes: Notes) -> tuple[str, ...]:
    """The answers that earn everything, in their order; ``answers``: words, weight, feedback."""
    words: list[str] = []
    for text, weight, _feedback in answers:
        text = " ".join(text.split())
        if weight <= 0:
            notes("feedback for wrong answers was left out")
            continue
        if abs(weight - 100) > _NEAR:
            raise Refused(
                f"“{text[:30]}” earns {plainly(weight)} %; here an answer is accepted or not: "
                "write 100, or leave it out"
            )
        if "*" in text.replace("\\*", ""):
            raise Refused(f"the pattern “{text[:30]}”; write out each accepted answer")
        text = text.replace("\\*", "*")
        if not text:
            raise Refused("an empty answer is accepted; write the words")
        if _SIGNS.search(text):
            raise Refused(f"the answer “{text[:30]}” holds {{, }} or |; accept one without them")
        if fold_answer(text) not in map(fold_answer, words):
            words.append(text)
    if not words:
        raise Refused("no answer is accepted; give one the weight 100")
    return tuple(words)


def said_once(feedbacks: Sequence[str], notes: Notes) -> str:
    """The feedback of several accepted answers, which a bank gives once."""
    said = list(dict.fromkeys(text.strip() for text in feedbacks if text.strip()))
    if len(said) > 1:
        notes("accepted answers had different feedback; the first was kept")
    return said[0] if said else ""


def matched(
    pairs: Sequence[tuple[str, str]], columns: tuple[str, str], ids: Sequence[str] = ()
) -> dict[str, object]:
    """The fields of a match. ``pairs``: left and right words."""
    if len(pairs) < 2:
        raise Refused("fewer than two pairs; write at least two")
    parts = []
    for position, (left, right) in enumerate(pairs):
        if not left.strip() or not right.strip():
            raise Refused(
                "a side of a pair is empty (an answer that fits nothing); "
                "here each answer belongs to a row: leave it out"
            )
        id_ = ids[position] if position < len(ids) else ""
        parts.append(Part(one_line(left), id_, other=one_line(right)))
    if len({part.other for part in parts}) < 2:
        raise Refused("every row has the same answer; write at least two answers")
    return {"type": "match", "parts": tuple(parts), "columns": columns}


def in_order(parts: Sequence[Part]) -> dict[str, object]:
    if len(parts) < 2:
        raise Refused("one entry has no order; write at least two")
    return {"type": "order", "parts": tuple(parts)}


def gapped(pieces: Sequence[str], accepted: Sequence[Sequence[str]]) -> str:
    """A prompt with gaps: ``pieces`` of Markdown around the answers of each gap."""
    return gapped_with(pieces, [a_gap(words) for words in accepted])


def a_gap(words: Sequence[str]) -> str:
    """A gap as a bank writes it. Raises Refused for an answer that would lose its last sign there:
    a backslash before the bar is the bar's."""
    if any(word.endswith("\\") for word in words[:-1]):
        raise Refused("an answer that ends with a backslash; write it last, or without it")
    return "{{" + "|".join(words) + "}}"


def gapped_with(pieces: Sequence[str], gaps: Sequence[str]) -> str:
    """The pieces with something between each two of them."""
    text = pieces[0]
    for piece, gap in zip(pieces[1:], gaps, strict=True):
        text += gap + piece
    return text


def needs_words(item: Item) -> Item:
    """Refuse what no person could answer or no bank could hold."""
    if not item.prompt.strip():
        raise Refused("nothing is asked; write the question")
    if any(is_task(line) for line in item.prompt.split("\n")):
        raise Refused("the question holds a task list of its own; write it in other words")
    if any(not part.text for part in item.parts):
        raise Refused("an answer without words; say in words what it shows")
    return item


def true_false_words(parts: Sequence[Part]) -> bool:
    """Are these the two options True and False, in this order?"""
    return [_TRUE_FALSE.get(part.text.lower()) for part in parts] == [True, False]
