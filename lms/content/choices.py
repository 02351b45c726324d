"""Choices of a scenario, as they are written: a link, its attributes, and lines below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lms.content.attributes import Attributes
from lms.content.blocks import Item
from lms.content.context import Context, Document
from lms.content.heads import ID
from lms.content.problems import Report, did_you_mean, listed
from lms.content.worlds import RESERVED, World, read_condition
from lms.domain.conditions import Value, literal
from lms.domain.scenarios import BACK, GRADES, PAPERS

MOST_MINUTES = 600
MOST_WEIGHT = 100
LINK = re.compile(r"\[(?P<words>.+)\]\(#(?P<target>[^()\s]*)\)\Z")
# What may stand below a choice, before its quote: the sentence that is said aloud, and what
# somebody who was not there could check later.
LINES = ("say", "witness")

_CHANGE = re.compile(r"[+-][0-9]{1,3}\Z")
_LINE = re.compile(r"([a-z]+):(?:\s+(.*))?\Z")


@dataclass(frozen=True)
class Said:
    """A line below a choice: its text and where it stands."""

    text: str
    line: int


@dataclass
class Choice:
    item: Item
    words: str
    target: str
    document: Document
    lines: dict[str, Said] = field(default_factory=dict)


def split_lines(item: Item, report: Report) -> tuple[str, dict[str, Said]]:
    """The words of a choice, and the named lines below it."""
    words, found = [item.text], dict[str, Said]()
    path, last = item.attributes.path, ""
    for text, line in zip(item.more, item.more_lines, strict=True):
        named = _LINE.match(text)
        if named and named.group(1) in LINES:
            last = named.group(1)
            if last in found:
                report.problem(path, line, f"“{last}:” again under one choice", "keep one")
            if not named.group(2):
                report.problem(path, line, f"“{last}:” is empty", "write it, or delete the line")
                continue
            found[last] = Said(named.group(2).strip(), line)
        elif last in found:
            found[last] = Said(f"{found[last].text} {text}", found[last].line)
        else:
            words.append(text)
    return " ".join(words).strip(), found


def read_choice(item: Item, world: World, context: Context, *, chance: bool) -> Choice | None:
    """One choice, or in a scene of ``chance`` one thing that may happen."""
    report, attributes = context.report, item.attributes
    path, line = attributes.path, item.line
    written, lines = split_lines(item, report)
    link = LINK.match(written)
    if item.mark != "-" or link is None:
        report.problem(
            path,
            line,
            f"this is not a choice: {item.text[:40]}",
            "write - [what one does](#scene) {best minutes=2 …} on one line",
        )
        return None
    id_ = attributes.pairs.get("id", link["target"])
    if not ID.match(id_):
        report.problem(path, line, f"the choice id “{id_}” is not kebab-case", "use a-z, 0-9, -")
    condition = attributes.pairs.get("if")
    if condition is not None:
        read_condition(condition, world, report, path, line)
    rules = attributes.words_of("rules")
    for rule in rules:
        context.index.refer("rule", rule, path, line)
    effects, sets = _effects(attributes, world, report)
    document: Document = {
        "id": id_,
        "target": link["target"],
        "grade": "weak" if chance else _grade(attributes, rules, report),
        "minutes": attributes.whole(report, "minutes", 0, MOST_MINUTES) or 0,
        "effects": effects,
        "sets": sets,
        "condition": condition,
        "rules": rules,
        "again": "again" in attributes.classes,
        "back": attributes.pairs.get("back"),
        "writes": _paper(attributes, report),
        "weight": attributes.whole(report, "weight", 1, MOST_WEIGHT) or 1,
        "texts": {},
    }
    choice = Choice(item, link["words"], link["target"], document, lines)
    if chance:
        _happening(choice, report)
    elif "weight" in attributes.pairs:
        what = "a weight on a choice, which is no chance"
        report.problem(path, line, what, "delete it, or make the scene one of .chance")
    return choice


def _grade(attributes: Attributes, rules: list[str], report: Report) -> str:
    path, line = attributes.path, attributes.line
    grades = [word for word in attributes.words if word in GRADES]
    for word in attributes.words:
        if word not in GRADES:
            report.problem(
                path,
                line,
                f"unknown word “{word}” on a choice",
                did_you_mean(word, GRADES, f"write one of: {listed(GRADES)}"),
            )
    if len(grades) != 1:
        report.problem(
            path,
            line,
            "a choice with two grades" if grades else "a choice without a grade",
            f"write one of: {listed(GRADES)}",
        )
    for class_ in attributes.classes:
        if class_ != "again":
            report.problem(path, line, f"unknown class “.{class_}” on a choice", "write .again")
    grade = grades[0] if grades else "weak"
    if grade in ("best", "fail") and not rules:
        report.problem(
            path,
            line,
            f"a choice graded {grade} that cites no rule",
            'write rules="rule-id": the debrief shows its article',
        )
    return grade


def _paper(attributes: Attributes, report: Report) -> str | None:
    paper = attributes.pairs.get("writes")
    if paper is not None and paper not in PAPERS:
        report.problem(
            attributes.path,
            attributes.line,
            f"“writes={paper}”",
            did_you_mean(paper, PAPERS, f"write one of: {listed(PAPERS)}"),
        )
        return None
    return paper


def _happening(choice: Choice, report: Report) -> None:
    """What chance does is no decision: it has a weight, and neither a grade nor a paper."""
    attributes = choice.item.attributes
    written = [*attributes.words, *(f".{class_}" for class_ in attributes.classes)]
    written += [f"{key}=" for key in ("rules", "writes") if key in attributes.pairs]
    written += [f"{key}:" for key in choice.lines]
    for word in written:
        report.problem(
            attributes.path,
            attributes.line,
            f"“{word}” on something that happens by chance",
            "delete it: nobody has chosen this",
        )
    if "weight" not in attributes.pairs:
        report.problem(
            attributes.path,
            attributes.line,
            "something that happens by chance without a weight",
            "write {weight=1}: how often it happens beside the others",
        )


def _effects(
    attributes: Attributes, world: World, report: Report
) -> tuple[dict[str, int], dict[str, Value]]:
    effects: dict[str, int] = {}
    sets: dict[str, Value] = {}
    for key, value in attributes.pairs.items():
        if key in RESERVED:
            continue
        if key in world.meters:
            if _CHANGE.match(value):
                effects[key] = int(value)
            else:
                report.problem(
                    attributes.path,
                    attributes.line,
                    f"“{key}={value}”",
                    f"write a change with its sign: {key}=+1 or {key}=-1",
                )
        elif key in world.flags:
            sets[key] = literal(value)
            if type(sets[key]) is not type(world.flags[key]):
                report.problem(
                    attributes.path,
                    attributes.line,
                    f"“{key}={value}” is of another kind than "
                    f"its first value, {str(world.flags[key]).lower()}",
                    "write a value of its kind",
                )
        else:
            known = [*RESERVED, *world.meters, *world.flags]
            report.problem(
                attributes.path,
                attributes.line,
                f"unknown attribute “{key}” on a choice",
                did_you_mean(key, known, f"known here: {listed(known)}"),
            )
    return effects, sets


def check_targets(choice: Choice, scenes: dict[str, int], report: Report) -> None:
    """A choice leads to a scene, into a sub-story that returns to one, or back out of it."""
    path, line = choice.item.attributes.path, choice.item.line
    targets = [choice.target] if choice.target != BACK else []
    back = choice.document["back"]
    for target in [*targets, *([back] if back is not None else [])]:
        if target not in scenes:
            report.problem(
                path,
                line,
                f"no scene “{target}”",
                did_you_mean(target, scenes, f"scenes here: {listed(scenes)}"),
            )
    if choice.target == BACK and back is not None:
        report.problem(
            path, line, "a way back that goes into a sub-story", "write a scene, or delete back="
        )
    elif choice.document["grade"] == "fail" and (choice.target == BACK or back is not None):
        what = "a choice graded fail that leads into a sub-story or back"
        report.problem(path, line, what, "lead it to an end: the run is over")
