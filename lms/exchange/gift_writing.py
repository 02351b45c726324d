"""Writing GIFT. What it has no place for stands in comments, which other programs pass over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import quote

from lms.exchange.bank import Written, gap_pieces
from lms.exchange.items import Item, Part, Refused
from lms.exchange.making import true_false_words
from lms.exchange.tags import tags_of

_SPECIAL = re.compile(r"[\\~=#{}:]")
_FORMAT = re.compile(r"\[(?:html|moodle|plain|markdown)\]")
_SAFE = " ,|;.?!/+*&()'-"


def write(title: str, questions: Iterable[Written]) -> tuple[str, list[tuple[Written, str]]]:
    """The file, and the questions that are left out of it with the reason."""
    blocks = [f"$CATEGORY: {title}"]
    left_out: list[tuple[Written, str]] = []
    for question in questions:
        if question.item is None:
            left_out.append((question, question.why))
            continue
        try:
            blocks.append(_block(question.item))
        except Refused as refused:
            left_out.append((question, str(refused)))
    return "\n\n".join(blocks) + "\n", left_out


def _block(item: Item) -> str:
    if item.pictures:
        raise Refused("GIFT carries no pictures; Moodle XML does")
    said = [f"[id:{item.id}]", *(f"[tag:{tag}]" for tag in tags_of(item)), f"[type:{item.type}]"]
    if any(part.id for part in item.parts):
        said.append(f"[parts:{','.join(part.id for part in item.parts)}]")
    if item.type == "match":
        said.append(f"[columns:{quote('|'.join(item.columns), safe=_SAFE)}]")
    if item.unit:
        said.append(f"[unit:{quote(item.unit, safe=_SAFE)}]")
    general = f"####{_escaped(item.explanation)}" if item.explanation else ""
    comment = "// " + " ".join(said)
    start = f"::{_escaped(item.title)}::[markdown]"
    if item.type == "gaps":
        before, answers, after = _gap(item)
        return f"{comment}\n{start}{before}{{{answers}{general}}}{after}"
    return f"{comment}\n{start}{_escaped(item.prompt)}{{{_answers(item)}{general}}}"


def _escaped(text: str) -> str:
    if named := _FORMAT.match(text):
        raise Refused(f"GIFT takes “{named.group()}” at the beginning of words for their format")
    return _SPECIAL.sub(lambda found: "\\" + found.group(), text).replace("\n", "\\n")


def _answers(item: Item) -> str:
    if item.type == "truefalse" and true_false_words(item.parts) and _english(item.parts):
        right, wrong = sorted(item.parts, key=lambda part: not part.right)
        feedback = f"#{_escaped(wrong.feedback)}#{_escaped(right.feedback)}"
        return ("T" if item.parts[0].right else "F") + feedback
    if item.type in ("single", "truefalse"):
        return "".join(_option("=%100%" if p.right else "~%0%", p) for p in item.parts)
    if item.type == "multiple":
        share = _share(sum(part.right for part in item.parts))
        return "".join(_option(f"~%{share}%" if p.right else f"~%-{share}%", p) for p in item.parts)
    if item.type == "match":
        return "".join(_pair(part) for part in item.parts)
    feedback = f"#{_escaped(item.feedback)}" if item.feedback else ""
    if item.type == "number":
        return f"#{item.value}:{item.tolerance or '0'}{feedback}"
    if item.type == "text":
        return "".join(f"=%100%{_answer(word)}{feedback}" for word in item.accepted)
    raise Refused("GIFT has no questions of order")


def _english(parts: Iterable[Part]) -> bool:
    return [part.text for part in parts] == ["True", "False"]


def _share(right: int) -> str:
    """An equal share in per cent, with the five decimals that other programs know."""
    return f"{(Decimal(100) / right).quantize(Decimal('0.00001')).normalize():f}"


def _option(mark: str, part: Part) -> str:
    if "->" in part.text:
        raise Refused("GIFT takes “->” in an option for a pair of a match")
    feedback = f"#{_escaped(part.feedback)}" if part.feedback else ""
    return f"\n{mark}{_escaped(part.text)}{feedback}"


def _pair(part: Part) -> str:
    if "->" in part.text:
        raise Refused("GIFT takes “->” in the left side of a pair for its arrow")
    return f"\n={_escaped(part.text)} -> {_escaped(part.other)}"


def _answer(word: str) -> str:
    if "->" in word:
        raise Refused("GIFT takes “->” in an answer for a pair of a match")
    return _escaped(word.replace("*", "\\*"))


def _gap(item: Item) -> tuple[str, str, str]:
    pieces, accepted = gap_pieces(item.prompt)
    if len(accepted) != 1:
        raise Refused("GIFT has room for one gap in a question; Moodle XML takes several")
    words = "".join(f"=%100%{_answer(word)}" for word in accepted[0])
    return _escaped(pieces[0]), words, _escaped(pieces[1])
