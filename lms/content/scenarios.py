"""Scenarios: headings are scenes, links are choices."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.content.attributes import Attributes
from lms.content.blocks import Item, Section, read_items, split_sections
from lms.content.context import Bundle, Context, Document
from lms.content.heads import ID, Table, split_head
from lms.content.problems import Report, did_you_mean, listed
from lms.content.reading import Piece
from lms.content.rendering import Page
from lms.content.translations import Translation, finish_head, open_translations, states
from lms.domain.conditions import BadCondition, Condition, Value, literal, names, parse
from lms.domain.scenarios import ELAPSED, GRADES, OUTCOMES

MOST_MINUTES = 600

_CHOICE = re.compile(r"[-*+] \[")
_LINK = re.compile(r"\[(?P<words>.+)\]\(#(?P<target>[^()\s]*)\)\Z")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")
_CHANGE = re.compile(r"[+-][0-9]{1,3}\Z")
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass
class _Choice:
    item: Item
    words: str
    target: str
    document: Document


@dataclass
class _Scene:
    section: Section
    prompt: Piece
    choices: list[_Choice]
    document: Document


class _World:
    """The meters and flags of a scenario, with their first values."""

    def __init__(self, head: Table) -> None:
        self.meters: dict[str, int] = {}
        self.limits: dict[str, list[int]] = {}
        self.flags: dict[str, Value] = {}
        meters, limits, flags = head.table("meters"), head.table("limits"), head.table("flags")
        for table, what in ((meters, "meter"), (flags, "flag")):
            for word in table.keys() if table else []:
                if not _KEY.match(word.text) or word.text in (ELAPSED, *GRADES, "id", "minutes"):
                    head.wrong(f"{what}s", f"the {what} “{word.text}”", "use another short word")
                elif table is meters and meters:
                    self.meters[word.text] = meters.whole(word.text, -1_000, 1_000)
                elif flags:
                    self._flag(flags, word.text, head)
        for word in limits.keys() if limits else []:
            if limits:
                self._limit(limits, word.text)

    def _flag(self, flags: Table, name: str, head: Table) -> None:
        if name in self.meters:
            head.wrong("flags", f"“{name}” is a meter and a flag", "rename one")
        node = flags.plain(name)
        if node is not None:
            value = node.value
            self.flags[name] = value if isinstance(value, bool | int) else literal(node.text)

    def _limit(self, limits: Table, name: str) -> None:
        bounds = [literal(word.text) for word in limits.texts(name)]
        if name not in self.meters:
            remedy = did_you_mean(name, self.meters, f"meters here: {listed(self.meters)}")
            limits.wrong(name, f"limits of “{name}”, which is no meter", remedy)
        elif len(bounds) != 2 or not all(type(b) is int for b in bounds):
            limits.wrong(name, f"the limits of “{name}”", "write [lowest, highest]")
        else:
            low, high = (b for b in bounds if isinstance(b, int))
            if not low <= self.meters[name] <= high:
                limits.wrong(
                    name,
                    f"“{name}” begins at {self.meters[name]}, outside [{low}, {high}]",
                    "change the meter or its limits",
                )
            self.limits[name] = [low, high]

    @property
    def values(self) -> dict[str, Value]:
        return {**self.flags, **self.meters, ELAPSED: 0}


def read_scenario(bundle: Bundle, context: Context) -> None:
    """Make the document of a scenario. What can happen in it is proved when all is read."""
    report, path = context.report, bundle.source.path
    head, body = split_head(bundle.source, report)
    context.index.define("scenario", bundle.slug, path, 1)
    title = head.text("title")
    world = _World(head)
    document: Document = {
        "kind": "scenario",
        "slug": bundle.slug,
        "clock": head.date("clock"),
        "time": head.maybe_text("time"),
        "minutes": head.whole("minutes", 1, MOST_MINUTES),
        "tactic": head.maybe_whole("tactic", 1, 1_000),
        "meters": world.meters,
        "limits": world.limits,
        "flags": world.flags,
        "passes": head.text("pass"),
    }
    if document["time"] and not _TIME.match(document["time"]):
        head.wrong("time", f"“time” is “{document['time']}”", 'write hours and minutes: "18:30"')
    for meter in world.meters:
        if meter not in world.limits:
            head.wrong("limits", f"the meter “{meter}” has no limits", f"write {meter}: [0, 3]")
    head.finish()
    _condition(document["passes"], world, report, path, head.line_of("pass"))
    before, sections = split_sections(body, report)
    scenes = [_scene(section, world, context) for section in sections]
    _structure(scenes, body, context)
    pages = Page("en")
    document["start"] = scenes[0].document["id"] if scenes else ""
    document["scenes"] = [scene.document for scene in scenes]
    document["texts"] = {
        "en": {"title": title, "intro_html": context.renderer.block(before, pages, report)}
    }
    for scene in scenes:
        _texts(scene, scene, pages, context)
        context.lines["scene", f"{bundle.slug} {scene.document['id']}"] = scene.section.line
        for choice in scene.choices:
            where = f"{bundle.slug} {scene.document['id']} {choice.document['id']}"
            context.lines["choice", where] = choice.item.line
    context.lines["pass", bundle.slug] = head.line_of("pass")
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    for translation in translations:
        finish_head(translation, head)
        _translate(translation, document, scenes, context)
    context.keep(document, bundle)


def _condition(text: str, world: _World, report: Report, path: str, line: int) -> Condition | None:
    if not text:
        return None
    try:
        condition = parse(text, world.values)
    except BadCondition as bad:
        what = f"a condition that cannot be read: {bad.what}"
        report.problem(path, line, what, f"known here: {listed(world.values)}")
        return None
    if not names(condition):
        report.problem(path, line, f"“{text}” asks nothing", "compare a meter or a flag")
    return condition


def _scene(section: Section, world: _World, context: Context) -> _Scene:
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
    prompt, region = _prompt(section)
    items = read_items(region, report)
    document: Document = {
        "id": attributes.id or f"line-{line}",
        "end": end,
        "outcome": outcome if end else None,
        "texts": {},
    }
    choices = [c for c in (_choice(item, world, context) for item in items) if c]
    document["choices"] = [choice.document for choice in choices]
    return _Scene(section, prompt, choices, document)


def _prompt(section: Section) -> tuple[Piece, Piece]:
    """The text of a scene, and from its first choice on the choices."""
    for index, line in enumerate(section.body.lines):
        if _CHOICE.match(line) and "](#" in line:
            return section.body.part(0, index), section.body.part(index, len(section.body.lines))
    return section.body, section.body.part(0, 0)


def _choice(item: Item, world: _World, context: Context) -> _Choice | None:
    report, attributes = context.report, item.attributes
    path, line = attributes.path, item.line
    link = _LINK.match(item.words)
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
        _condition(condition, world, report, path, line)
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
    return _Choice(item, link["words"], link["target"], document)


def _effects(
    attributes: Attributes, world: _World, report: Report
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


def _structure(scenes: list[_Scene], body: Piece, context: Context) -> None:
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


def _texts(scene: _Scene, written: _Scene, page: Page, context: Context) -> None:
    """Put the words of ``written`` into the document of ``scene``."""
    renderer, report = context.renderer, context.report
    path = written.section.attributes.path
    scene.document["texts"][page.language] = {
        "title": renderer.words(
            written.section.title, path, written.section.line, report, page.language
        ),
        "html": renderer.block(written.prompt.trimmed(), page, report),
    }
    for choice, own in zip(scene.choices, written.choices, strict=True):
        feedback = own.item.feedback
        choice.document["texts"][page.language] = {
            "html": renderer.inline(own.words, path, own.item.line, page, report),
            "feedback_html": renderer.block(feedback, page, report) if feedback else "",
        }


def _translate(
    translation: Translation, document: Document, scenes: list[_Scene], context: Context
) -> None:
    report, path, language = translation.report, translation.file.path, translation.language
    before, sections = split_sections(translation.body, context.report)
    problems = len(report.problems)
    if bool(before) != bool(document["texts"]["en"]["intro_html"]):
        report.problem(
            path,
            translation.body.start,
            "the introduction is missing here or in the source",
            "translate what the source has",
        )
    if [s.attributes.id for s in sections] != [s.document["id"] for s in scenes]:
        _other_scenes(sections, scenes, translation)
        return
    written = [
        _translated_scene(section, scene, report)
        for section, scene in zip(sections, scenes, strict=True)
    ]
    if len(report.problems) > problems:
        return
    page = Page(language)
    intro = context.renderer.block(before, page, context.report)
    if translation.shown:
        document["texts"][language] = {"title": translation.title, "intro_html": intro}
        for scene, own in zip(scenes, written, strict=True):
            _texts(scene, own, page, context)


def _other_scenes(sections: list[Section], scenes: list[_Scene], translation: Translation) -> None:
    for section, scene in zip(sections, scenes, strict=False):
        if section.attributes.id != scene.document["id"]:
            translation.report.problem(
                translation.file.path,
                section.line,
                f"the scene “{section.attributes.id}” where the source has "
                f"“{scene.document['id']}”",
                "keep the scenes and their ids in the source's order",
            )
            return
    translation.report.problem(
        translation.file.path,
        sections[-1].line if sections else translation.body.start,
        f"{len(sections)} scenes, the source has {len(scenes)}",
        "translate each of them",
    )


def _translated_scene(section: Section, scene: _Scene, report: Report) -> _Scene:
    section.attributes.known(report, [], [], [], "on a translated scene")
    path = section.attributes.path
    prompt, region = _prompt(section)
    items = read_items(region, report)
    if len(items) != len(scene.choices):
        report.problem(
            path,
            section.line,
            f"{len(items)} choices, the source has {len(scene.choices)}",
            "translate each of them, in the same order",
        )
    if not prompt and scene.prompt:
        report.problem(path, section.line, "the text of the scene is not translated", "write it")
    choices = []
    for item, choice in zip(items, scene.choices, strict=False):
        link = _LINK.match(item.words)
        attributes = item.attributes
        if link is None:
            report.problem(path, item.line, "this is not a choice", "write - [words](#scene)")
            continue
        if link["target"] != choice.target:
            report.problem(
                path,
                item.line,
                f"a choice to “{link['target']}” where the source has “{choice.target}”",
                "keep the choices in the order of the source",
            )
        if attributes.pairs or attributes.words or attributes.classes or attributes.id:
            report.problem(
                path,
                item.line,
                "attributes in a translation",
                "delete the braces: effects are written in the source alone",
            )
        if not item.feedback:
            report.problem(
                path,
                item.line,
                "the debrief of this choice is not translated",
                "write it below, as an indented quote: “    > …”",
            )
        choices.append(_Choice(item, link["words"], link["target"], choice.document))
    return _Scene(section, prompt, choices, scene.document)
