"""The compiler: a tree of files in, documents and every problem out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lms.content.banks import read_bank
from lms.content.checking import check
from lms.content.checklists import read_checklist
from lms.content.context import Context, Coverage, Document
from lms.content.counts import read_count, read_count_rules
from lms.content.courses import read_course, read_programme
from lms.content.glossary import read_glossary
from lms.content.incidents import read_incidents
from lms.content.joint import read_joint
from lms.content.lessons import read_lesson
from lms.content.problems import Problem, Report
from lms.content.proofs import Proof, prove
from lms.content.quizzes import read_quiz
from lms.content.rendering import Renderer
from lms.content.scenarios import read_scenario
from lms.content.sources import read_sources
from lms.content.tree import Course, Tree, read_tree


@dataclass(frozen=True)
class Compiled:
    """What came of a run.

    ``documents`` are those whose files have no problem; with problems elsewhere in the tree they
    may still refer to what is missing, so publish only when ``problems`` is empty. ``files`` maps
    ``<first 12 digits of its SHA-256>/<name>`` to the bytes of a picture: the address in the
    program is ``/content-files/`` and that. ``writings`` are the translations in the words of their
    files, beside their sources: for those who review them.
    """

    documents: list[Document]
    problems: list[Problem]
    warnings: list[Problem]
    files: dict[str, bytes] = field(default_factory=dict)
    coverage: list[Coverage] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    writings: list[Document] = field(default_factory=list)


def compile_tree(root: Path, *, fresh: Collection[str] = (), today: date | None = None) -> Compiled:
    """Read ``root``/courses and ``root``/quizzes, and report every problem of the run, sorted.

    ``fresh`` names translations (relative to ``root``) to be taken as made from the present
    source, whatever their head says. With ``today`` sources that are due for review are warnings.
    """
    report = Report()
    context = Context(report, Renderer(), fresh=frozenset(fresh))
    tree = read_tree(root, report)
    _nothing(root, report)
    _unread(tree, context)
    if tree.sources:
        read_sources(tree.sources, context)
    if tree.glossary:
        read_glossary(tree.glossary, context)
    for course in tree.courses:
        _read_course(course, root, context)
    for bank in tree.banks:
        read_bank(bank, context)
    for quiz in tree.quizzes:
        read_quiz(quiz, context)
    for scenario in tree.scenarios:
        read_scenario(scenario, context)
    for incidents in tree.incidents:
        read_incidents(incidents, context)
    for joint in tree.joint:
        read_joint(joint, context)
    for checklist in tree.checklists:
        read_checklist(checklist, context)
    for slug, file in tree.count_rules:
        read_count_rules(slug, file, context)
    for count in tree.counts:
        read_count(count, context)
    for programme in tree.programmes:
        read_programme(programme, context)
    check(context, today)
    proofs = prove(context)
    spoilt = {problem.path for problem in report.problems}
    return Compiled(
        documents=[made.document for made in context.made if not made.files & spoilt],
        problems=sorted(set(report.problems)),
        warnings=sorted(set(report.warnings)),
        files=context.files,
        coverage=context.coverage,
        proofs=proofs,
        writings=[writing for writing in context.writings if writing["path"] not in spoilt],
    )


def _nothing(root: Path, report: Report) -> None:
    if not (root / "courses").is_dir() and not (root / "quizzes").is_dir():
        report.problem("courses", 1, "there is nothing here", "write courses/ and quizzes/")


# What stands in a file, besides the thing that the file itself is.
_HOLDS = {"lesson": "rule", "bank": "question", "sources": "source", "glossary": "term"}


def _unread(tree: Tree, context: Context) -> None:
    """Files that could not be read: what they hold is not known, but it is not missing."""
    for kind, slug in tree.unread:
        context.index.define(kind, slug, "", 1)
        if kind in _HOLDS:
            context.index.lost.add(_HOLDS[kind])
    context.renderer.knows_terms = "term" not in context.index.lost


def _read_course(course: Course, root: Path, context: Context) -> None:
    listed = read_course(course.course, course.slug, context) if course.course else None
    names = {word.text for word in listed or []}
    for lesson in course.lessons:
        read_lesson(lesson, course.slug, course.pictures, context)
        if course.course and listed is not None and lesson.slug not in names:
            context.report.problem(
                lesson.source.path,
                1,
                f"the lesson “{lesson.slug}” is not in its course",
                f"add it to lessons: in {course.course.source.path}",
            )
    for name, file in course.pictures.items():
        if str(file) not in context.index.ids("shown picture"):
            context.report.warning(
                file.relative_to(root).as_posix(),
                1,
                f"no lesson shows “{name}”",
                f"write /// figure | {name}, or delete the picture",
            )
