"""Scenes and choices, as they are written: headings with links under them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.content.attributes import Attributes
from lms.content.blocks import Item, Section, read_items
from lms.content.context import Context, Document
from lms.content.heads import ID
from lms.content.problems import Report, did_you_mean, listed
from lms.content.reading import Piece
from lms.content.worlds import World, read_condition
from lms.domain.conditions import Value, literal
from lms.domain.scenarios import GRADES, OUTCOMES

MOST_MINUTES = 600
LINK = re.compile(r"\[(?P<words>.+)\]\(#(?P<target>[^()\s]*)\)\Z")

_CHOICE = re.compile(r"[-*+] \[")
_CHANGE = re.compile(r"[+-][0-9]{1,3}\Z")


@dataclass
class Choice:
    item: Item
    words: str
    target: str
    document: Document


@dataclass
class Scene:
    section: Section
    prompt: Piece
    choices: list[Choice]
    document: Document


def read_scene(section: Section, world: World, context: Context) -> Scene:
    report, attributes = context.report, section.attributes
    path, line = attributes.path, section.line
    attributes.known(report, ["outcome"], [], ["end"], "on a scene")
    end = "end" in attributes.classes
    outcome = attributes.pairs.get("outcome")
    if attributes.id is None:
        report.problem(path, line, "a scene without an id", "end the heading with {#id}")
    if end and outcome not in OUTCOMES:
        report.problem(
            path,
            line,
            f"the outcome “{outcome}”" if outcome else "an end without an outcome",
            did_you_mean(outcome or "", OUTCOMES, f"write outcome= and one of: {listed(OUTCOMES)}"),
        )
    elif outcome and not end:
        report.problem(path, line, "an outcome on a scene that is no end", "write .end before it")
    prompt, region = split_prompt(section)
    items = read_items(region, report)
    document: Document = {
        "id": attributes.id or f"line-{line}",
        "end": end,
        "outcome": outcome if end else None,
        "texts": {},
    }
    choices = [c for c in (_choice(item, world, context) for item in items) if c]
    document["choices"] = [choice.document for choice in choices]
    return Scene(section, prompt, choices, document)


def split_prompt(section: Section) -> tuple[Piece, Piece]:
    """The text of a scene, and from its first choice on the choices."""
    for index, line in enumerate(section.body.lines):
        if _CHOICE.match(line) and "](#" in line:
            return section.body.part(0, index), section.body.part(index, len(section.body.lines))
    return section.body, section.body.part(0, 0)


def _choice(item: Item, world: World, context: Context) -> Choice | None:
    report, attributes = context.report, item.attributes
    path, line = attributes.path, item.line
    link = LINK.match(item.words)
    if item.mark != "-" or link is None:
        report.problem(
            path,
            line,
            f"this is not a choice: {item.text[:40]}",
            "write - [what one does](#scene) {best minutes=2 …} on one line",
        )
        return None
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
    id_ = attributes.pairs.get("id", link["target"])
    if not ID.match(id_):
        report.problem(path, line, f"the choice id “{id_}” is not kebab-case", "use a-z, 0-9, -")
    condition = attributes.pairs.get("if")
    if condition is not None:
        read_condition(condition, world, report, path, line)
    rules = attributes.words_of("rules")
    for rule in rules:
        context.index.refer("rule", rule, path, line)
    if grade in ("best", "fail") and not rules:
        report.problem(
            path,
            line,
            f"a choice graded {grade} that cites no rule",
            'write rules="rule-id": the debrief shows its article',
        )
    effects, sets = _effects(attributes, world, report)
    document: Document = {
        "id": id_,
        "target": link["target"],
        "grade": grade,
        "minutes": attributes.whole(report, "minutes", 0, MOST_MINUTES) or 0,
        "effects": effects,
        "sets": sets,
        "condition": condition,
        "rules": rules,
        "again": "again" in attributes.classes,
        "texts": {},
    }
    return Choice(item, link["words"], link["target"], document)


def _effects(
    attributes: Attributes, world: World, report: Report
) -> tuple[dict[str, int], dict[str, Value]]:
    effects: dict[str, int] = {}
    sets: dict[str, Value] = {}
    for key, value in attributes.pairs.items():
        if key in ("id", "minutes", "if", "rules"):
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
            known = ["id", "minutes", "if", "rules", *world.meters, *world.flags]
            report.problem(
                attributes.path,
                attributes.line,
                f"unknown attribute “{key}” on a choice",
                did_you_mean(key, known, f"known here: {listed(known)}"),
            )
    return effects, sets


def check_structure(scenes: list[Scene], body: Piece, context: Context) -> None:
    """What can be seen without playing: ids, targets, scenes that stop, ends that go on."""
    report, path = context.report, body.path
    if not scenes:
        report.problem(path, body.start, "a scenario without scenes", "write ## title {#id}")
    seen: dict[str, int] = {}
    for scene in scenes:
        id_, line = scene.document["id"], scene.section.line
        if id_ in seen:
            report.problem(
                path, line, f"the scene “{id_}” again (first on line {seen[id_]})", "rename one"
            )
        seen.setdefault(id_, line)
    for scene in scenes:
        line = scene.section.line
        if scene.document["end"] and scene.choices:
            report.problem(
                path,
                scene.choices[0].item.line,
                "a choice in an end scene",
                "delete it, or delete .end",
            )
        if not scene.document["end"] and not scene.choices:
            report.problem(
                path,
                line,
                f"the scene “{scene.document['id']}” has no choices",
                "write choices, or make it an end: {.end outcome=…}",
            )
        if not scene.prompt:
            report.problem(path, line, "a scene without text", "write what happens")
        used: dict[str, int] = {}
        for choice in scene.choices:
            if choice.target not in seen:
                report.problem(
                    path,
                    choice.item.line,
                    f"no scene “{choice.target}”",
                    did_you_mean(choice.target, seen, f"scenes here: {listed(seen)}"),
                )
            id_ = choice.document["id"]
            if id_ in used:
                report.problem(
                    path,
                    choice.item.line,
                    f"the choice “{id_}” again (first on line {used[id_]})",
                    "give one of them its own id=",
                )
            used.setdefault(id_, choice.item.line)
            if not choice.item.feedback:
                report.problem(
                    path,
                    choice.item.line,
                    "a choice without a word for the debrief",
                    "write it below, as an indented quote: “    > …”",
                )
