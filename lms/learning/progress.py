"""How far somebody is, in lines that a page can show. Reads the library, asks no database."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from lms.content.library import Library
from lms.domain import folding, mastery
from lms.domain import search as searching
from lms.domain.certification import Need
from lms.domain.languages import LANGUAGES, pick
from lms.learning import pages
from lms.web.filters import authored, drawn


@dataclass(frozen=True)
class Link:
    href: str
    label: str


@dataclass(frozen=True)
class PlaceInCourse:
    """A lesson's neighbours and its number."""

    number: int
    total: int
    before: Link | None
    after: Link | None


def _in_order(books: Library) -> list[str]:
    """The courses in the order in which programmes ask for them; that none asks for come last."""
    asked = [x for p in books.programmes for x in books.programme(p).requires.lessons]
    order = {lesson.split("/")[0]: place for place, lesson in reversed(list(enumerate(asked)))}
    return sorted(books.courses, key=lambda slug: order.get(slug, len(asked)))


Courses = tuple[tuple[str, tuple[str, ...]], ...]  # (slug, its lessons as ``course/lesson``)
# (release, audience) → its courses; of the present release and perhaps the one before.
_courses: dict[tuple[object, str], Courses] = {}
MOST_COURSES = 4


def courses_of(books: Library, audience: str) -> Courses:
    """Every course for this audience, in order."""
    found = _courses.get((books.release, audience))
    if found is None:
        if len(_courses) >= MOST_COURSES:
            _courses.clear()
        found = _courses[books.release, audience] = tuple(
            (slug, tuple(f"{slug}/{lesson}" for lesson in books.courses[slug]["lessons"]))
            for slug in _in_order(books)
            if books.courses[slug]["audience"] == audience
        )
    return found


def course_lines(
    books: Library, read: Mapping[str, datetime | None], language: str
) -> list[dict[str, Any]]:
    """Every course with its title, its minutes, and how many of its lessons are finished."""
    lines = []
    for slug in _in_order(books):
        course = books.courses[slug]
        done = [lesson for lesson in course["lessons"] if read.get(f"{slug}/{lesson}")]
        following = next((x for x in course["lessons"] if not read.get(f"{slug}/{x}")), None)
        lines.append(
            {
                "slug": slug,
                "href": f"/courses/{slug}/",
                "title": pick(course["texts"], language)[0]["title"],
                "minutes": course["minutes"],
                "done": len(done),
                "total": len(course["lessons"]),
                "next": f"/courses/{slug}/{following}" if following else None,
                "audience": course["audience"],
            }
        )
    return lines


def lesson_steps(
    books: Library, course: Mapping[str, Any], read: Mapping[str, datetime | None], language: str
) -> list[dict[str, Any]]:
    """The lessons of a course as a list of steps: done, now, later."""
    steps, now_given = [], False
    for lesson in course["lessons"]:
        slug = f"{course['slug']}/{lesson}"
        state = "done" if read.get(slug) else "later" if now_given else "now"
        now_given = now_given or state == "now"
        words = pick(books.lessons[slug]["texts"], language)[0]
        minutes = books.lessons[slug]["minutes"]
        steps.append(
            {
                "title": words["title"],
                "href": f"/courses/{slug}",
                "state": state,
                "note": _("about %(minutes)s minutes", minutes=minutes),
            }
        )
    return steps


def place_in_course(books: Library, course: str, lesson: str, language: str) -> PlaceInCourse:
    lessons = books.courses[course]["lessons"]
    index = lessons.index(lesson)

    def link(number: int) -> Link | None:
        if not 0 <= number < len(lessons):
            return None
        slug = f"{course}/{lessons[number]}"
        title = pick(books.lessons[slug]["texts"], language)[0]["title"]
        return Link(f"/courses/{slug}", title)

    return PlaceInCourse(index + 1, len(lessons), link(index - 1), link(index + 1))


def need_line(books: Library, need: Need, language: str) -> dict[str, str]:
    """One thing that is missing, in words, with the way to do it."""
    if need.kind == "lesson":
        title = pick(books.lessons[need.id]["texts"], language)[0]["title"]
        return {"text": _("Read: %(title)s", title=title), "href": f"/courses/{need.id}"}
    if need.kind == "quiz":
        title = pick(books.quizzes[need.id]["texts"], language)[0]["title"]
        return {"text": _("Pass: %(title)s", title=title), "href": f"/quizzes/{need.id}"}
    if need.kind == "scenario":
        title = pick(books.scenarios[need.id]["texts"], language)[0]["title"]
        return {
            "text": _("Play until you pass: %(title)s", title=title),
            "href": f"/scenarios/{need.id}",
        }
    if need.kind == "certificate":
        title = pick(books.programmes[need.id]["texts"], language)[0]["title"]
        return {"text": _("Hold the certificate: %(title)s", title=title), "href": "/my/"}
    if need.kind == "practical":
        title = pick(books.checklists[need.id]["texts"], language)[0]["title"]
        return {
            "text": _("Show in the room: %(title)s", title=title),
            "href": f"/practical/{need.id}",
        }
    if need.kind == "count":
        title = pick(books.counts[need.id]["texts"], language)[0]["title"]
        return {"text": _("Find enough in: %(title)s", title=title), "href": f"/counts/{need.id}"}
    if need.kind == "joint":
        return {
            "text": _("Take part in a joint training, and redeem the receipt"),
            "href": "/sessions/join",
        }
    if need.kind == "drawn-runs":
        return {"text": _("Pass the certifying runs"), "href": f"/certifying/{need.id}"}
    return {"text": _("Sign the pledge"), "href": f"/my/pledge?programme={need.id}"}


def rule_lines(
    books: Library, shown: Mapping[str, str], language: str, day: date | None
) -> list[dict[str, Any]]:
    """Every rule that holds on this day with what the person showed of it, the weakest first."""
    order = ("weak", "unseen", "shown", "mastered")
    lines = []
    for rule_id, rule in books.rules.items():
        if rule.at(day) is None:
            continue
        standing = _standing(shown.get(rule_id, ""))
        lines.append(pages.rule_chip(books, rule_id, language, day, standing))
    return sorted(
        lines, key=lambda c: (order.index(str(c["standing"])), not c["critical"], str(c["name"]))
    )


def rule_groups(
    books: Library, shown: Mapping[str, str], language: str, day: date | None
) -> dict[str, tuple[int, Markup]]:
    """By standing (weak, unseen, shown, mastered): how many, and the same as items of a list."""
    groups: dict[str, list[Markup]] = {name: [] for name in ("weak", "unseen", "shown", "mastered")}
    standings = {rule_id: _standing(last) for rule_id, last in shown.items()}
    for rule_id, item in pages.drawn_chips(books, language, day):
        groups[standings.get(rule_id, "unseen")].append(item)
    return {name: (len(items), drawn("".join(items))) for name, items in groups.items()}


@lru_cache(maxsize=100)
def _standing(last: str) -> str:
    """What the latest answers to a rule show; there are few ways in which they may have gone."""
    return mastery.Tally(last=last).standing.value


_ALGORITHMS = {"en": "english", "ru": "russian"}
# A stemmer keeps the word it works on in itself: one thread at a time.
_stemming = threading.Lock()
# Of one release, by language; made when somebody first searches in it.
_indexes: dict[tuple[object, str], searching.Index] = {}
_indexing = threading.Lock()
# What can be found, by its address.
_LESSON, _TERM = "/courses/", "/glossary#"


@cache
def _stemmer(language: str) -> Any:
    from Stemmer import Stemmer  # a megabyte that only a search needs

    return Stemmer(_ALGORITHMS[language], 0)  # keeps no words: the index asks once for each


def _stem(word: str, language: str) -> str:
    with _stemming:
        stemmed: str = _stemmer(language).stemWord(word)
    return stemmed


def _index(books: Library, language: str) -> searching.Index:
    # Who comes while it is made waits for it: made twice at once it would take twice the memory.
    with _indexing:
        index = _indexes.get((books.release, language))
        if index is None:
            for stale in [key for key in _indexes if key[0] != books.release]:
                del _indexes[stale]
            index = searching.Index(
                _searchable(books, language), _stem, lambda id_: _text_of(books, language, id_)
            )
            _indexes[books.release, language] = index
    return index


def prepare_search(books: Library) -> None:
    """Make the index of every language, so that processes which part afterwards share it."""
    for language in LANGUAGES:
        _index(books, language)


def search(books: Library, asked: str, language: str) -> list[dict[str, Any]]:
    """Lessons and terms that answer what was asked, the best first."""
    index = _index(books, language)
    lines = []
    for hit in index.search(asked, language):
        start, end = hit.snippet
        lines.append(
            {
                "href": hit.page.id,
                "title": hit.page.title,
                "pieces": _marked(hit.page.text, hit.marks, start, end),
                "cut": end < len(hit.page.text),
            }
        )
    return lines


def _marked(
    text: str, marks: tuple[tuple[int, int], ...], start: int, end: int
) -> list[tuple[str, bool]]:
    """The snippet in pieces, each with whether it is one of the words found."""
    pieces, at = [], start
    for first, last in marks:
        if first >= at and last <= end:
            pieces += [(text[at:first], False), (text[first:last], True)]
            at = last
    return [*pieces, (text[at:end], False)]


def _searchable(books: Library, language: str) -> Iterator[searching.Page]:
    for slug, lesson in books.lessons.items():
        words = pick(lesson["texts"], language)[0]
        yield searching.Page(_LESSON + slug, language, words["title"], words["plain"])
    for term in terms(books, language):
        yield searching.Page(_TERM + term["id"], language, term["term"], term["plain"])


def _text_of(books: Library, language: str, id_: str) -> str:
    """The text of a page by its id, as the index was given it."""
    if id_.startswith(_LESSON):
        words = pick(books.lessons[id_.removeprefix(_LESSON)]["texts"], language)[0]
        return str(words["plain"])
    terms = {term["id"]: term for term in books.glossary["terms"]}
    meaning = pick(terms[id_.removeprefix(_TERM)]["texts"], language)[0]["meaning_html"]
    return authored(meaning).striptags()


def terms(books: Library, language: str) -> list[dict[str, Any]]:
    """The glossary in the reader's language and alphabet, with the term in the others beside it."""
    lines = []
    for entry in books.glossary["terms"]:
        words = pick(entry["texts"], language)[0]
        lines.append(
            {
                "id": entry["id"],
                "term": words["term"],
                "meaning_html": words["meaning_html"],
                "plain": authored(words["meaning_html"]).striptags(),
                "unsure": entry["unsure"],
                "others": [
                    (code, text["term"])
                    for code, text in entry["texts"].items()
                    if code != language
                ],
            }
        )
    return sorted(lines, key=lambda line: folding.sort_key(line["term"], language))
