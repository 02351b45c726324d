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
    """Everything that was found under a content root.

    ``unread`` names the kind and slug of source files that are there but could not be read.
    """

    sources: TextFile | None = None
    glossary: Bundle | None = None
    courses: list[Course] = field(default_factory=list)
    programmes: list[Bundle] = field(default_factory=list)
    banks: list[Bundle] = field(default_factory=list)
    quizzes: list[Bundle] = field(default_factory=list)
    scenarios: list[Bundle] = field(default_factory=list)
    incidents: list[Bundle] = field(default_factory=list)
    joint: list[Bundle] = field(default_factory=list)
    checklists: list[Bundle] = field(default_factory=list)
    counts: list[Bundle] = field(default_factory=list)
    count_rules: list[tuple[str, TextFile]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


def read_tree(root: Path, report: Report) -> Tree:
    """Read every file under courses/ and quizzes/. Hidden files are passed over."""
    walk = _Walk(root, report)
    if (root / "courses").is_dir():
        walk.courses(root / "courses")
    if (root / "quizzes").is_dir():
        walk.quizzes(root / "quizzes")
    return walk.tree


class _Walk:
    """Goes once through the tree, sorting files by what they are."""

    def __init__(self, root: Path, report: Report) -> None:
        self.root = root
        self.report = report
        self.tree = Tree()

    def courses(self, folder: Path) -> None:
        glossary = []
        for entry in _entries(folder):
            if entry.is_dir():
                if entry.name == "programmes":
                    self.tree.programmes = self._all("programme", entry)
                elif _FOLDER.match(entry.name):
                    self._course(entry)
                else:
                    self._bad_name(entry, "name a course in kebab-case")
            elif entry.name == "sources.yml":
                self.tree.sources = read_text(entry, self.root, self.report, MOST_BYTES_OF_SOURCES)
                if self.tree.sources is None:
                    self.tree.unread.append(("sources", "sources"))
            elif entry.name.split(".")[0] == "glossary":
                glossary.append(entry)
            else:
                what = "here stand sources.yml, glossary.md, programmes/ and a folder per course"
                self._stranger(entry, what)
        found = self._gather("glossary", glossary)
        self.tree.glossary = found[0] if found else None

    def _course(self, folder: Path) -> None:
        about, lessons, pictures = [], [], {}
        for entry in _entries(folder):
            if entry.is_dir():
                self._stranger(entry, "lessons and pictures lie directly in their course")
            elif entry.suffix in PICTURES:
                pictures[entry.name] = entry
            elif entry.name.split(".")[0] == "course":
                about.append(entry)
            elif entry.suffix == ".md":
                lessons.append(entry)
            else:
                self._stranger(entry, "a course holds .md, .svg and .png files")
        if not about:
            remedy = "write it, or delete the folder"
            self._say(folder / "course.md", "a course without course.md", remedy)
        courses = self._gather("course", about, folder.name)
        bundles = self._gather("lesson", lessons, folder.name)
        self.tree.courses.append(
            Course(folder.name, courses[0] if courses else None, bundles, pictures)
        )

    def quizzes(self, folder: Path) -> None:
        files = []
        for entry in _entries(folder):
            if not entry.is_dir():
                files.append(entry)
            elif entry.name == "banks":
                self.tree.banks = self._all("bank", entry)
            elif entry.name == "scenarios":
                self.tree.scenarios = self._all("scenario", entry)
            elif entry.name == "incidents":
                self.tree.incidents = self._all("incidents", entry)
            elif entry.name == "joint":
                self.tree.joint = self._all("joint exercise", entry)
            elif entry.name == "checklists":
                self.tree.checklists = self._all("checklist", entry)
            elif entry.name == "counts":
                self._counts(entry)
            else:
                what = "quizzes, banks/, scenarios/, incidents/, joint/, counts/ and checklists/"
                self._stranger(entry, f"here stand {what}")
        self.tree.quizzes = self._gather("quiz", files)

    def _counts(self, folder: Path) -> None:
        files = []
        for entry in _entries(folder):
            if not entry.is_dir():
                files.append(entry)
            elif entry.name == "rules":
                for file in _entries(entry):
                    self._count_rules(file)
            else:
                self._stranger(entry, "here stand count exercises and rules/")
        self.tree.counts = self._gather("count", files)

    def _count_rules(self, file: Path) -> None:
        if file.suffix != ".yml" or not _FOLDER.match(file.stem):
            self._bad_name(file, "write name.yml, in kebab-case: one file for each country")
            return
        text = read_text(file, self.root, self.report)
        if text is None:
            self.tree.unread.append(("count rules", file.stem))
        else:
            self.tree.count_rules.append((file.stem, text))

    def _all(self, kind: str, folder: Path) -> list[Bundle]:
        files = []
        for entry in _entries(folder):
            if entry.is_dir():
                self._stranger(entry, f"here stand {kind} files alone")
            elif kind != "bank" or entry.suffix not in PICTURES:  # its questions name pictures
                files.append(entry)
        return self._gather(kind, files)

    def _gather(self, kind: str, files: list[Path], course: str = "") -> list[Bundle]:
        """Bring the languages of each file together, in the order of the file names."""
        groups: dict[str, dict[str, Path]] = {}
        for file in files:
            language = self._language(kind, file)
            if language is not None:
                groups.setdefault(file.name.split(".")[0], {})[language] = file
        bundles = []
        slugs: dict[str, str] = {}
        for stem, languages in groups.items():
            slug = stem.split("-", 1)[1] if kind == "lesson" else stem
            source = languages.pop(SOURCE_LANGUAGE, None)
            if source is None:
                for file in languages.values():
                    what = "a translation without its source"
                    self._say(file, what, f"write {stem}.md beside it")
            elif slug in slugs:
                what = f"a second file for “{slug}” (the first is {slugs[slug]})"
                self._say(source, what, "rename one")
            else:
                slugs[slug] = source.name
                bundle = self._bundle(kind, slug, source, languages)
                if bundle:
                    bundles.append(bundle)
                else:
                    place = {"course": course, "lesson": f"{course}/{slug}"}
                    self.tree.unread.append((kind, place.get(kind, slug)))
        return bundles

    def _language(self, kind: str, file: Path) -> str | None:
        """The language of a file by its name; None, reported, when the name is not one of ours."""
        lesson = kind == "lesson"
        found = (_LESSON if lesson else _NAME).match(file.name)
        if found is None:
            stem = "03-name" if lesson else "name"
            remedy = f"write {stem}.md, or {stem}.ru.md for a translation, in kebab-case"
            self._bad_name(file, remedy)
            return None
        language = found.group(2)
        if language is not None and language not in LANGUAGES[1:]:
            known = ", ".join(LANGUAGES[1:])
            remedy = f"the source has no language in its name, translations have one of {known}"
            self._bad_name(file, remedy)
            return None
        return language or SOURCE_LANGUAGE

    def _bundle(
        self, kind: str, slug: str, source: Path, languages: dict[str, Path]
    ) -> Bundle | None:
        text = read_text(source, self.root, self.report)
        read = {lang: read_text(file, self.root, self.report) for lang, file in languages.items()}
        if text is None:
            return None
        translations = {lang: file for lang, file in read.items() if file is not None}
        unreadable = tuple(lang for lang, file in read.items() if file is None)
        return Bundle(kind, slug, text, translations, unreadable)

    def _say(self, file: Path, what: str, remedy: str) -> None:
        self.report.problem(file.relative_to(self.root).as_posix(), 1, what, remedy)

    def _stranger(self, entry: Path, remedy: str) -> None:
        self._say(entry, "this does not belong here", remedy)

    def _bad_name(self, entry: Path, remedy: str) -> None:
        self._say(entry, f"the name “{entry.name}”", remedy)


def _entries(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if not entry.name.startswith("."):
            yield entry
