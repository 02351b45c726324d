"""Answers embedded in a text, as Moodle writes them: ``{1:SHORTANSWER:=stamp~=seal}``.

Only words to be typed become gaps. Fields are taken out before the words around them are turned
into Markdown, and put back as gaps afterwards.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from decimal import Decimal

from lms.exchange.items import Notes, Refused
from lms.exchange.making import a_gap, accepted_of, weight_of

_KINDS = ("SHORTANSWER", "SHORTANSWER_C", "SA", "MW", "SAC", "MWC")
_FIELD = re.compile(r"\{([0-9]{0,3}):([A-Z_]{2,20}):((?:[^{}\\\n]|\\.)*)\}")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,10})?)%")
_ESCAPED = re.compile(r"\\([}#~=/\"{\\])")
_SPECIAL = re.compile(r"[}#~/\"\\{=]")
_HOLD = re.compile("\ue300([0-9]{1,4})\ue301")
_TAG = re.compile(r"<[A-Za-z/!]")


class Fields:
    """The fields of one text, kept while the words around them are converted."""

    def __init__(self, notes: Notes, *, markup: bool) -> None:
        self._notes, self._markup = notes, markup
        self._accepted: list[tuple[str, ...]] = []

    def take(self, text: str) -> str:
        """The text with a mark in the place of each field."""
        text = _FIELD.sub(self._one, text)
        if not self._accepted:
            raise Refused("no field {1:SHORTANSWER:=word} in its text; write one")
        if "{" in text or "}" in text:
            raise Refused("a brace that opens or closes no field; delete it")
        return text

    def give(self, markdown: str) -> str:
        """The converted text with its gaps."""

        def gap(found: re.Match[str]) -> str:
            return a_gap(self._accepted[int(found.group(1))])

        made = _HOLD.sub(gap, markdown)
        if made.count("{{") != len(self._accepted):
            raise Refused("a field stands where a bank has no gaps; put it into running text")
        return made

    def _one(self, found: re.Match[str]) -> str:
        self._accepted.append(_answers(found, self._notes, markup=self._markup))
        return f"\ue300{len(self._accepted) - 1}\ue301"


def _answers(found: re.Match[str], notes: Notes, *, markup: bool) -> tuple[str, ...]:
    weight, kind, inside = found.groups()
    if kind not in _KINDS:
        raise Refused(f"a field of the kind {kind}; here words are typed: write SHORTANSWER")
    if weight not in ("", "1"):
        notes("gaps had different weights there; here each counts the same")
    if kind in ("SHORTANSWER_C", "SAC", "MWC"):
        notes("capital letters counted there; here they do not")
    answers: list[tuple[str, Decimal, str]] = []
    for answer in re.split(r"(?<!\\)~", inside):
        share = Decimal(0)
        if answer.startswith("="):
            share, answer = Decimal(100), answer[1:]
        elif percent := _WEIGHT.match(answer):
            share, answer = weight_of(percent.group(1)), answer[percent.end() :]
        words, *feedback = re.split(r"(?<!\\)#", answer, maxsplit=1)
        if feedback and feedback[0].strip():
            notes("feedback of a gap was left out: gaps have one explanation")
        if markup and _TAG.search(words):
            raise Refused("markup inside a field; write its words without bold or colours")
        words = html.unescape(words) if markup else words
        answers.append((_ESCAPED.sub(r"\1", words), share, ""))
    return accepted_of(answers, notes)


def field(words: Sequence[str]) -> str:
    """A gap as Moodle writes it. An asterisk would stand for anything: it is escaped."""
    answers = [_SPECIAL.sub(lambda f: "\\" + f.group(), word) for word in words]
    return "{1:SHORTANSWER:=" + "~=".join(a.replace("*", "\\*") for a in answers) + "}"
