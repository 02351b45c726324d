"""Scenes and choices, as they are written: headings with links under them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.content.blocks import Section, read_items
from lms.content.choices import Choice, check_targets, read_choice
from lms.content.context import Context, Document
from lms.content.problems import Report, did_you_mean, listed
from lms.content.reading import Piece
from lms.content.worlds import World
from lms.domain.scenarios import BACK, COMPETENCES, OUTCOMES

LEAST_SECONDS, MOST_SECONDS = 10, 600

_CHOICE = re.compile(r"[-*+] \[")


@dataclass
class Scene:
    section: Section
    prompt: Piece
    choices: list[Choice]
    document: Document


def read_scene(section: Section, world: World, context: Context) -> Scene:
    report, attributes = context.report, section.attributes
    path, line = attributes.path, section.line
    attributes.known(
        report, ["outcome", "seconds", "late", "tests"], [], ["end", "chance"], "on a scene"
    )
    end, chance = "end" in attributes.classes, "chance" in attributes.classes
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
        "chance": chance,
        "seconds": attributes.whole(report, "seconds", LEAST_SECONDS, MOST_SECONDS),
        "late": attributes.pairs.get("late"),
        "tests": attributes.words_of("tests"),
        "texts": {},
    }
    read = (read_choice(item, world, context, chance=chance) for item in items)
    choices = [choice for choice in read if choice]
    document["choices"] = [choice.document for choice in choices]
    scene = Scene(section, prompt, choices, document)
    _check_decision(scene, report)
    return scene


def _check_decision(scene: Scene, report: Report) -> None:
    """What is said of a decision: what it tests, how long one has, and what happens then."""
    document, line = scene.document, scene.section.line
    path = scene.section.attributes.path
    for word in document["tests"]:
        if word not in COMPETENCES:
            remedy = did_you_mean(word, COMPETENCES, f"write of these: {listed(COMPETENCES)}")
            report.problem(path, line, f"“{word}” is nothing that is tested", remedy)
    if document["end"] or document["chance"]:
        what = "an end" if document["end"] else "a scene of chance"
        for key in ("seconds", "late", "tests"):
            if document[key]:
                report.problem(path, line, f"“{key}=” on {what}", "delete it: nobody decides here")
        if document["end"] and document["chance"]:
            report.problem(path, line, "a scene of chance that is an end", "keep one of the two")
        elif document["chance"] and len(scene.choices) < 2:
            what = "chance with fewer than two things that may happen"
            report.problem(path, line, what, "write two or more, each with a weight")
        return
    _check_time(scene, report)


def _check_time(scene: Scene, report: Report) -> None:
    document, line = scene.document, scene.section.line
    path = scene.section.attributes.path
    if bool(document["seconds"]) != bool(document["late"]):
        given, missing = ("seconds", "late") if document["seconds"] else ("late", "seconds")
        what = f"“{given}=” without “{missing}=”"
        report.problem(path, line, what, "write seconds=30 late=choice-id")
    if not document["late"]:
        return
    late = next((c.document for c in scene.choices if c.document["id"] == document["late"]), None)
    if late is None:
        ids = [choice.document["id"] for choice in scene.choices]
        what = f"no choice “{document['late']}” in this scene"
        report.problem(
            path, line, what, did_you_mean(document["late"], ids, f"choices: {listed(ids)}")
        )
    elif late["condition"] is not None or late["grade"] == "best":
        what = f"“{late['id']}” cannot be what happens when the time is up"
        report.problem(path, line, what, "name a choice that is always open and not the best")


def split_prompt(section: Section) -> tuple[Piece, Piece]:
    """The text of a scene, and from its first choice on the choices."""
    for index, line in enumerate(section.body.lines):
        if _CHOICE.match(line) and "](#" in line:
            return section.body.part(0, index), section.body.part(index, len(section.body.lines))
    return section.body, section.body.part(0, 0)


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
        if id_ == BACK:
            what = f"a scene called “{BACK}”"
            report.problem(path, line, what, "call it otherwise: (#back) ends a sub-story")
        seen.setdefault(id_, line)
    _check_chance(scenes, report)
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
            check_targets(choice, seen, report)
            id_ = choice.document["id"]
            if id_ in used:
                report.problem(
                    path,
                    choice.item.line,
                    f"the choice “{id_}” again (first on line {used[id_]})",
                    "give one of them its own id=",
                )
            used.setdefault(id_, choice.item.line)
            if not choice.item.feedback and not scene.document["chance"]:
                report.problem(
                    path,
                    choice.item.line,
                    "a choice without a word for the debrief",
                    "write it below, as an indented quote: “    > …”",
                )


def _check_chance(scenes: list[Scene], report: Report) -> None:
    """Chance may lead to chance, but never in a circle: somebody has to choose in between."""
    after = {
        scene.document["id"]: {choice.target for choice in scene.choices}
        for scene in scenes
        if scene.document["chance"]
    }
    for scene in scenes:
        reached: set[str] = set()
        ahead = list(after.get(scene.document["id"], ()))
        while ahead:
            target = ahead.pop()
            if target not in reached:
                reached.add(target)
                ahead += after.get(target, ())
        if scene.document["id"] in after and scene.document["id"] in reached:
            report.problem(
                scene.section.attributes.path,
                scene.section.line,
                "chance that leads to itself without a choice between",
                "lead it to a scene in which somebody chooses",
            )
