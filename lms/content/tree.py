"""The tree of files: which file is what, and what does not belong there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lms.content.context import Bundle
from lms.content.problems import Report
from lms.content.reading import MOST_BYTES_OF_SOURCES, TextFile, read_text
from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE

PICTURES = (".svg", ".png")

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_FOLDER = re.compile(_ID + r"\Z")
_NAME = re.compile(rf"({_ID})(?:\.([a-z]{{2}}))?\.md\Z")
_LESSON = re.compile(rf"[0-9]{{2,3}}-({_ID})(?:\.([a-z]{{2}}))?\.md\Z")


@dataclass
class Course:
    """A folder of courses/: its course.md, its lessons, and its pictures by name."""

    slug: str
    course: Bundle | None
    lessons: list[Bundle]
    pictures: dict[str, Path]


@dataclass
class Tree:
    """Everything that was found under a content root."""

    sources: TextFile | None = None
    glossary: Bundle | None = None
    courses: list[Course] = field(default_factory=list)
    programmes: list[Bundle] = field(default_factory=list)
    banks: list[Bundle] = field(default_factory=list)
    quizzes: list[Bundle] = field(default_factory=list)
    scenarios: list[Bundle] = field(default_factory=list)


def read_tree(root: Path, report: Report) -> Tree:
    """Read every file under courses/ and quizzes/. Hidden files are passed over."""
    tree = Tree()
    courses, quizzes = root / "courses", root / "quizzes"
    if courses.is_dir():
        _courses(tree, courses, root, report)
    if quizzes.is_dir():
        _quizzes(tree, quizzes, root, report)
    return tree


def _courses(tree: Tree, folder: Path, root: Path, report: Report) -> None:
    files = []
    for entry in _entries(folder):
        if entry.is_dir():
            if entry.name == "programmes":
                tree.programmes = _bundles("programme", entry, root, report)
            elif _FOLDER.match(entry.name):
                tree.courses.append(_course(entry, root, report))
            else:
                _bad_name(entry, root, report, "name a course in kebab-case")
        elif entry.name == "sources.yml":
            tree.sources = read_text(entry, root, report, MOST_BYTES_OF_SOURCES)
        elif entry.name.split(".")[0] == "glossary":
            files.append(entry)
        else:
            _stranger(
                entry,
                root,
                report,
                "here stand sources.yml, glossary.md, programmes/ and one folder per course",
            )
    found = _gather("glossary", files, _NAME, root, report)
    tree.glossary = found[0] if found else None


def _course(folder: Path, root: Path, report: Report) -> Course:
    about, lessons, pictures = [], [], {}
    for entry in _entries(folder):
        if entry.is_dir():
            _stranger(entry, root, report, "lessons and pictures lie directly in their course")
        elif entry.suffix in PICTURES:
            pictures[entry.name] = entry
        elif entry.name.split(".")[0] == "course":
            about.append(entry)
        elif entry.suffix == ".md":
            lessons.append(entry)
        else:
            _stranger(entry, root, report, "a course holds .md, .svg and .png files")
    courses = _gather("course", about, _NAME, root, report)
    if not courses and not about:
        path = (folder / "course.md").relative_to(root).as_posix()
        report.problem(path, 1, "a course without course.md", "write it, or delete the folder")
    bundles = _gather("lesson", lessons, _LESSON, root, report)
    return Course(folder.name, courses[0] if courses else None, bundles, pictures)


def _quizzes(tree: Tree, folder: Path, root: Path, report: Report) -> None:
    files = []
    for entry in _entries(folder):
        if not entry.is_dir():
            files.append(entry)
        elif entry.name == "banks":
            tree.banks = _bundles("bank", entry, root, report)
        elif entry.name == "scenarios":
            tree.scenarios = _bundles("scenario", entry, root, report)
        else:
            _stranger(entry, root, report, "here stand quizzes, banks/ and scenarios/")
    tree.quizzes = _gather("quiz", files, _NAME, root, report)


def _bundles(kind: str, folder: Path, root: Path, report: Report) -> list[Bundle]:
    files = []
    for entry in _entries(folder):
        if entry.is_dir():
            _stranger(entry, root, report, f"here stand {kind} files alone")
        else:
            files.append(entry)
    return _gather(kind, files, _NAME, root, report)


def _gather(
    kind: str, files: list[Path], name: re.Pattern[str], root: Path, report: Report
) -> list[Bundle]:
    """Bring the languages of each file together, in the order of the file names."""
    groups: dict[str, dict[str, Path]] = {}
    for file in files:
        found = name.match(file.name)
        if found is None:
            wanted = "03-name.md" if name is _LESSON else "name.md"
            _bad_name(
                file,
                root,
                report,
                f"write {wanted}, or {wanted[:-3]}.ru.md for a translation, in kebab-case",
            )
            continue
        language = found.group(2) or SOURCE_LANGUAGE
        if found.group(2) == SOURCE_LANGUAGE or language not in LANGUAGES:
            translations = ", ".join(LANGUAGES[1:])
            _bad_name(
                file,
                root,
                report,
                f"the source has no language in its name, translations have one of {translations}",
            )
            continue
        groups.setdefault(file.name.split(".")[0], {})[language] = file
    bundles = []
    slugs: dict[str, str] = {}
    for stem, languages in groups.items():
        slug = stem.split("-", 1)[1] if name is _LESSON else stem
        source = languages.pop(SOURCE_LANGUAGE, None)
        if source is None:
            for file in languages.values():
                path = file.relative_to(root).as_posix()
                report.problem(
                    path, 1, "a translation without its source", f"write {stem}.md beside it"
                )
            continue
        path = source.relative_to(root).as_posix()
        if slug in slugs:
            report.problem(
                path, 1, f"a second file for “{slug}” (the first is {slugs[slug]})", "rename one"
            )
        slugs[slug] = source.name
        text = read_text(source, root, report)
        read = {lang: read_text(file, root, report) for lang, file in languages.items()}
        if text is not None:
            bundles.append(
                Bundle(
                    kind,
                    slug,
                    text,
                    {lang: file for lang, file in read.items() if file is not None},
                    tuple(lang for lang, file in read.items() if file is None),
                )
            )
    return bundles


def _entries(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if not entry.name.startswith("."):
            yield entry


def _stranger(entry: Path, root: Path, report: Report, remedy: str) -> None:
    path = entry.relative_to(root).as_posix()
    report.problem(path, 1, "this does not belong here", remedy)


def _bad_name(entry: Path, root: Path, report: Report, remedy: str) -> None:
    path = entry.relative_to(root).as_posix()
    report.problem(path, 1, f"the name “{entry.name}”", remedy)
