"""The library: one release's documents, and the questions that rooms ask of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from lms.domain.certification import Programme
from lms.domain.counts.country import Country
from lms.domain.drawing import drawable
from lms.domain.gates import candidates
from lms.domain.joint.exercise import Exercise
from lms.domain.languages import SOURCE_LANGUAGE, pick
from lms.domain.questions import Question, question
from lms.domain.quizzes import Quiz
from lms.domain.rules import Rule, Source, critical_rules, rules_from_documents
from lms.domain.scenarios import Scenario
from lms.domain.signoffs import Checklist

Document = Mapping[str, Any]

DAYS_KEPT = 64  # of different law, asked for at one time

# What a page owes its reader to say about the words it shows.
NOTHING_TO_SAY = ""
UNREVIEWED = "unreviewed"


class Words(NamedTuple):
    """The words of a document for a reader: whose words they are, and what to say about them.

    ``note`` is empty for the source language and for a translation that a native speaker has read;
    ``unreviewed`` for one that nobody has; ``stale`` or ``missing`` when the source language stands
    in for the reader's own.
    """

    texts: Any
    language: str
    note: str


class Library:
    """Everything that was published together. It never changes after it was built.

    ``release`` is the id of the release, None for documents that were not published (a preview).
    Documents are found by slug; lessons by ``course/lesson``. Courses come with those they
    require before them, lessons in the order of their course.
    """

    def __init__(self, release: uuid.UUID | None, documents: Iterable[Document]) -> None:
        kinds: dict[str, dict[str, Document]] = {}
        for document in documents:
            kinds.setdefault(document["kind"], {})[document["slug"]] = document

        def of(kind: str) -> dict[str, Document]:
            return dict(sorted(kinds.get(kind, {}).items()))

        self.release = release
        self.courses: Mapping[str, Document] = MappingProxyType(_in_order(of("course")))
        self.lessons: Mapping[str, Document] = MappingProxyType(
            _lessons(self.courses, of("lesson"))
        )
        self.question_documents: Mapping[str, Document] = MappingProxyType(of("question"))
        self.questions: Mapping[str, Question] = MappingProxyType(
            {slug: question(document) for slug, document in self.question_documents.items()}
        )
        self.banks: Mapping[str, Document] = MappingProxyType(of("bank"))
        self.quizzes: Mapping[str, Document] = MappingProxyType(of("quiz"))
        self.scenarios: Mapping[str, Document] = MappingProxyType(of("scenario"))
        self.incidents: Mapping[str, Document] = MappingProxyType(of("incidents"))
        self.joint: Mapping[str, Document] = MappingProxyType(of("joint"))
        self.checklists: Mapping[str, Document] = MappingProxyType(of("checklist"))
        self.counts: Mapping[str, Document] = MappingProxyType(of("count"))
        self.count_rules: Mapping[str, Document] = MappingProxyType(of("count-rules"))
        self.programmes: Mapping[str, Document] = MappingProxyType(of("programme"))
        self.glossary: Document = of("glossary").get(
            "glossary", {"kind": "glossary", "slug": "glossary", "translations": {}, "terms": []}
        )
        entries = [rule for lesson in self.lessons.values() for rule in lesson["rules"]]
        self.rules: Mapping[str, Rule] = MappingProxyType(rules_from_documents(entries))
        listed = of("sources").get("sources", {"sources": []})["sources"]
        self.sources: Mapping[str, Source] = MappingProxyType(
            {entry["id"]: Source.from_document(entry) for entry in listed}
        )
        self.taught_in: Mapping[str, str] = MappingProxyType(_taught_in(self.lessons))
        self.critical = lru_cache(DAYS_KEPT)(self._critical)
        self.quiz = cache(self._quiz)
        self.drawable = lru_cache(DAYS_KEPT)(self._drawable)
        self.scenario = cache(self._scenario)
        self.joint_exercise = cache(self._joint_exercise)
        self.checklist = cache(self._checklist)
        self.country = cache(self._country)
        self.programme = cache(self._programme)
        self.played_for = cache(self._played_for)

    @property
    def published(self) -> uuid.UUID:
        """The id of the release. Raises ValueError for documents that were not published."""
        if self.release is None:
            raise ValueError("this library was never published")
        return self.release

    def _critical(self, day: date | None) -> frozenset[str]:
        """The rules on which a wrong answer is a knock-out on a day (by their latest wording
        without one)."""
        return critical_rules(self.rules.values(), day)

    def _quiz(self, slug: str) -> Quiz:
        """The quiz as the domain reads it. Raises KeyError."""
        return Quiz.from_document(self.quizzes[slug])

    def _drawable(self, slug: str, day: date | None) -> tuple[str, ...]:
        """The questions that a quiz may draw on a day. Raises KeyError."""
        return drawable(
            self.quiz(slug),
            self.questions.values(),
            critical_rules=self.critical(day),
            on=day,
        )

    def _scenario(self, slug: str) -> Scenario:
        """The scenario as the domain plays it. Raises KeyError."""
        return Scenario.from_document(self.scenarios[slug])

    def _joint_exercise(self, slug: str) -> Exercise:
        """The joint exercise as the domain plays it. Raises KeyError."""
        return Exercise.from_document(self.joint[slug])

    def _checklist(self, slug: str) -> Checklist:
        """The checklist as the domain marks it. Raises KeyError."""
        return Checklist.from_document(self.checklists[slug])

    def _country(self, slug: str) -> Country:
        """The rules of a count as the domain reads them. Raises KeyError."""
        return Country.from_document(self.count_rules[slug])

    def _programme(self, slug: str) -> Programme:
        """The programme with its courses spelled out as lessons. Raises KeyError."""
        lessons = {course: document["lessons"] for course, document in self.courses.items()}
        return Programme.from_document(self.programmes[slug], lessons)

    def _played_for(self, programme: str) -> frozenset[str]:
        """The scenarios of a programme: those that it names and those that may be drawn for it.
        Raises KeyError."""
        requires = self.programme(programme).requires
        drawn = candidates(requires.drawn, self.scenarios.values()) if requires.drawn else {}
        return frozenset(requires.scenarios).union(*drawn.values())

    def resting_on(self, source: str) -> Mapping[str, tuple[str, ...]]:
        """What rests on a source: rules, and through them lessons, questions, quizzes, scenarios,
        count and joint exercises, checklists and programmes, by kind. Cases count as their lesson.
        Empty kinds are there."""
        rules = {
            id_
            for id_, rule in self.rules.items()
            if any(source in wording.sources for wording in rule.wordings)
        }
        lessons_citing = {
            slug
            for slug, lesson in self.lessons.items()
            if source in _cited(lesson) or rules & set(lesson.get("duties", ()))
        }
        questions = {id_ for id_, one in self.questions.items() if rules & set(one.rules)}
        banks = {self.questions[id_].bank for id_ in questions}
        quizzes = {
            slug
            for slug, document in self.quizzes.items()
            if any(line["bank"] in banks and _may_draw(line, rules) for line in document["draw"])
        }
        scenarios = {
            slug
            for slug, document in self.scenarios.items()
            if any(
                rules & set(choice["rules"])
                for scene in document["scenes"]
                for choice in scene["choices"]
            )
        }
        checklists = {
            slug
            for slug, document in self.checklists.items()
            if any(rules & set(line["rules"]) for line in document["lines"])
        }
        joint = {slug for slug in self.joint if rules & set(self.joint_exercise(slug).rules)}
        counts = {
            slug
            for slug, document in self.counts.items()
            if _rests(self.count_rules[document["rules"]], source, rules, document["pool"])
        }
        programmes = {
            slug
            for slug in self.programmes
            if lessons_citing & set(self.programme(slug).requires.lessons)
            or quizzes & set(self.programme(slug).requires.quizzes)
            or scenarios & self.played_for(slug)
            or checklists & {asked for asked, _n in self.programme(slug).requires.practical}
            or counts & set(self.programme(slug).requires.counts)
        }
        found = {
            "rules": rules,
            "lessons": lessons_citing,
            "questions": questions,
            "quizzes": quizzes,
            "scenarios": scenarios,
            "checklists": checklists,
            "counts": counts,
            "joint": joint,
            "programmes": programmes,
        }
        return {kind: tuple(sorted(ids)) for kind, ids in found.items()}


def words(document: Document, language: str) -> Words:
    """The words of a document for a reader of ``language``, and what the page owes them to say.

    Raises LookupError when the document has no words at all.
    """
    texts, used = pick(document["texts"], language)
    if language == SOURCE_LANGUAGE:
        return Words(texts, used, NOTHING_TO_SAY)
    translation = (document.get("translations") or {}).get(language) or {}
    if used != language:
        stale = translation.get("state") == "stale"
        return Words(texts, used, "stale" if stale else "missing")
    return Words(texts, used, NOTHING_TO_SAY if translation.get("reviewed_by") else UNREVIEWED)


def _in_order(courses: Mapping[str, Document]) -> dict[str, Document]:
    """Courses, each after those it requires, otherwise by slug. A circle does not hang."""
    ordered: dict[str, Document] = {}
    waiting: set[str] = set()

    def place(slug: str) -> None:
        if slug in ordered or slug in waiting or slug not in courses:
            return
        waiting.add(slug)
        for required in courses[slug]["requires"]:
            place(required)
        ordered[slug] = courses[slug]

    for slug in courses:
        place(slug)
    return ordered


def _lessons(
    courses: Mapping[str, Document], lessons: Mapping[str, Document]
) -> dict[str, Document]:
    """Lessons in reading order. One that its course does not list is not shown anywhere."""
    return {
        slug: lessons[slug]
        for course, document in courses.items()
        for lesson in document["lessons"]
        if (slug := f"{course}/{lesson}") in lessons
    }


def _taught_in(lessons: Mapping[str, Document]) -> dict[str, str]:
    """The lesson of each rule: the first that writes it."""
    found: dict[str, str] = {}
    for slug, lesson in lessons.items():
        for rule_id in lesson["rule_ids"]:
            found.setdefault(rule_id, slug)
    return found


def _cited(lesson: Document) -> set[str]:
    cited = {source for rule in lesson["rules"] for source in rule["sources"]}
    for segment in lesson["texts"][SOURCE_LANGUAGE]["segments"]:
        cited.update(segment.get("sources", ()))
    return cited


def _may_draw(line: Document, rules: set[str]) -> bool:
    return line["rules"] is None or bool(rules & set(line["rules"]))


def _rests(country: Document, source: str, rules: set[str], pool: list[str]) -> bool:
    """Does a count exercise rest on a source: in its country's rules, or by what it plants?"""
    cited = {*country["sources"]}
    for part in (*country["steps"], *country["cells"]):
        cited.update(part["sources"])
    return source in cited or any(rules & set(country["breaks"][kind]) for kind in pool)
