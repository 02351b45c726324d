"""Reading Aiken: one question a paragraph, lettered options, ``ANSWER:`` and the right letter.

Source: the description of the format in the documentation of Moodle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

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
from lms.exchange.making import Choice, chosen, needs_words
from lms.exchange.reduction import from_plain, one_line

MOST_BYTES = 2 * 1024 * 1024
_OPTION = re.compile(r"([A-Z])[.)]\s+(\S.*)\Z")
_ANSWER = re.compile(r"ANSWER:\s*(.*)\Z", re.I)


@dataclass
class _Raw:
    line: int
    asked: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str | None = None


def read(data: bytes) -> list[Found]:
    """Every question of an Aiken file. Raises Unreadable for a file that is none."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"the file has {len(data)} bytes, the most is {MOST_BYTES}; split it")
    raws = _split(text_of(data))
    if len(raws) > MOST_ITEMS:
        raise Unreadable(f"more than {MOST_ITEMS} questions; split the file")
    return [_found(raw) for raw in raws]


def _split(text: str) -> list[_Raw]:
    raws: list[_Raw] = []
    raw: _Raw | None = None
    for number, written in enumerate(text.split("\n"), 1):
        line = written.strip()
        option, answer = _OPTION.match(line), _ANSWER.match(line)
        if not line:
            continue
        if raw is None or (not option and not answer and raw.options):
            # Words after the options begin the next question, even if ANSWER: was forgotten.
            raw = _Raw(number)
            raws.append(raw)
        if answer:
            raw.answer = answer.group(1).strip()
            raw = None
        elif option and raw.asked:
            raw.options.append((option.group(1), option.group(2)))
        else:
            raw.asked.append(line)
    return raws


def _found(raw: _Raw) -> Found:
    asked = " ".join(raw.asked)
    return taken(f"line {raw.line}", asked, lambda notes: _item(raw, notes))


def _item(raw: _Raw, notes: Notes) -> Item:
    asked = "\n".join(raw.asked)
    letters = [letter for letter, _ in raw.options]
    if raw.answer is None:
        raise Refused("no line ANSWER: ends it; write ANSWER: and the letter of the right option")
    if len(set(letters)) < len(letters):
        raise Refused("a letter stands before two options; give each its own")
    if raw.answer.upper() not in letters:
        known = ", ".join(letters) or "none"
        raise Refused(f"ANSWER: {raw.answer[:20]} names no option; the letters here are {known}")
    choices = [
        Choice(from_plain(words), Decimal(100 if letter == raw.answer.upper() else 0))
        for letter, words in raw.options
    ]
    type_, parts = chosen(choices, several=False, notes=notes)
    title = one_line(from_plain(shortened(asked, 60)))
    return needs_words(Item(type_, title, from_plain(asked), tuple(parts)))
