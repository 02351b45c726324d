"""Scenarios: headings are scenes, links are choices."""

from __future__ import annotations

import re

from lms.content.blocks import Section, read_items, split_sections
from lms.content.choices import LINES, LINK, MOST_MINUTES, Choice, split_lines
from lms.content.context import Bundle, Context, Document
from lms.content.heads import split_head
from lms.content.problems import Report
from lms.content.rendering import Page
from lms.content.scenes import Scene, check_structure, read_scene, split_prompt
from lms.content.translations import Translation, finish_head, open_translations, states
from lms.content.worlds import World, read_condition
from lms.domain.languages import LANGUAGES

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")


def read_scenario(bundle: Bundle, context: Context) -> None:
    """Make the document of a scenario. What can happen in it is proved when all is read."""
    report, path = context.report, bundle.source.path
    head, body = split_head(bundle.source, report)
    context.index.define("scenario", bundle.slug, path, 1)
    title = head.text("title")
    world = World(head)
    document: Document = {
        "kind": "scenario",
        "slug": bundle.slug,
        "clock": head.date("clock"),
        "time": head.maybe_text("time"),
        "minutes": head.whole("minutes", 1, MOST_MINUTES),
        "tactic": head.maybe_whole("tactic", 1, 1_000),
        "speaks": head.choice("speaks", LANGUAGES, "") or None,
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
    read_condition(document["passes"], world, report, path, head.line_of("pass"))
    before, sections = split_sections(body, report)
    scenes = [read_scene(section, world, context) for section in sections]
    check_structure(scenes, body, context)
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
    for key in ("pass", "tactic"):
        context.lines[key, bundle.slug] = head.line_of(key)
    translations = open_translations(bundle, context)
    document["translations"] = states(translations)
    for translation in translations:
        finish_head(translation, head)
        _translate(translation, document, scenes, context)
    context.keep(document, bundle)


def _texts(scene: Scene, written: Scene, page: Page, context: Context) -> None:
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
            **{
                name: renderer.words(said.text, path, said.line, report, page.language)
                for name, said in own.lines.items()
            },
        }


def _translate(
    translation: Translation, document: Document, scenes: list[Scene], context: Context
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


def _other_scenes(sections: list[Section], scenes: list[Scene], translation: Translation) -> None:
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


def _translated_scene(section: Section, scene: Scene, report: Report) -> Scene:
    section.attributes.known(report, [], [], [], "on a translated scene")
    path = section.attributes.path
    prompt, region = split_prompt(section)
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
        words, lines = split_lines(item, report)
        link = LINK.match(words)
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
        for name in LINES:
            if (name in lines) != (name in choice.lines):
                report.problem(
                    path,
                    lines[name].line if name in lines else item.line,
                    f"“{name}:” stands here or in the source, not in both",
                    "translate what the source has below this choice, and nothing else",
                )
        if bool(item.feedback) != bool(choice.item.feedback):
            report.problem(
                path,
                item.line,
                "the debrief of this choice is not translated",
                "write it below, as an indented quote: “    > …”",
            )
        choices.append(Choice(item, link["words"], link["target"], choice.document, lines))
    return Scene(section, prompt, choices, scene.document)
