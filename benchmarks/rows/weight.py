"""What a phone has to fetch for a lesson: 14 KB and 3 requests at first, then 9 KB and 1 request.

Every lesson in every language, from the running server, compressed as browsers ask for it over
https; what those get that take gzip alone stands beside it. Counted are bodies, and 1 KB is 1,000
bytes; the header of an answer is listed apart, since much of it is the same whatever the page
holds. The icon is not counted with the first visit, although browsers ask for it once, nor are
pictures that are fetched when one reads on to them: a page does not wait for either.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from statistics import median
from typing import Any

import brotli

from benchmarks import load, worlds
from benchmarks.bench import Bench, Line
from benchmarks.load import Answer, Visit
from benchmarks.servers import Server

MOST_FIRST = 14.0  # KB
MOST_REQUESTS = 3
MOST_REPEAT = 9.0  # KB
LANGUAGES = ("en", "ru", "kk")

# What a browser never draws as text, or draws only when a script says so.
_SILENT = {"script", "style", "template", "noscript"}
# Elements without an end tag: they open nothing that would have to be closed.
_VOID = {"meta", "link", "img", "input", "br", "hr", "source", "wbr", "path"}


class Page(HTMLParser):
    """What a page refers to, and the words that are there to read when no script runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.words: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        fetched = tag in {"img", "script", "source", "video", "audio", "iframe"}
        # A lazy picture is fetched when its reader comes near, and no page waits for it.
        address = has.get("src") if fetched and has.get("loading") != "lazy" else None
        if tag == "link" and (has.get("rel") or "") in {"stylesheet", "icon", "preload"}:
            address = has.get("href")
        if address and not address.startswith("data:") and address not in self.references:
            self.references.append(address)
        if tag not in _VOID:
            self._open.append((tag, tag in _SILENT or "hidden" in has))

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self._open):
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self._open):
            self.words += re.findall(r"\w+", data)


@dataclass(frozen=True)
class Weight:
    """One lesson in one language, in bytes."""

    lesson: str
    language: str
    html: int
    css: int
    other: int
    headers: int
    requests: int
    words: int  # different words that the lesson holds
    unread: int  # how many of them are not there without script
    frozen: bool  # everything but the page itself may be kept for good

    @property
    def first(self) -> int:
        return self.html + self.css + self.other


def run(bench: Bench) -> list[Line]:
    readers = worlds.visitors(bench.world, bench.people[: len(LANGUAGES)])
    books = bench.world.library()
    found: list[Weight] = []
    gzipped: list[Weight] = []
    for language, reader in zip(LANGUAGES, readers, strict=True):
        for lesson, document in books.lessons.items():
            path, texts = f"/courses/{lesson}", document["texts"]
            asked = _words(texts[language])
            for accepts, to in ((load.BROWSER, found), (load.OLD_BROWSER, gzipped)):
                reading = _Reading(bench.product, reader.cookie, accepts)
                to.append(_weigh(reading, lesson, language, path, asked))
    return [*_lines(found), *_with_gzip(gzipped)]


def _lines(found: list[Weight]) -> list[Line]:
    lines = []
    for language in LANGUAGES:
        of = [one for one in found if one.language == language]
        pages = f"{language}, {len(of)} lessons"
        lines += [
            _size(f"{pages}: HTML and CSS", [(w.html + w.css, w) for w in of], MOST_FIRST),
            _size(
                f"{pages}: all that a first visit fetches", [(w.first, w) for w in of], MOST_FIRST
            ),
            _size(f"{pages}: repeat visit", [(w.html, w) for w in of], MOST_REPEAT),
        ]
    most = max(found, key=lambda one: one.requests)
    frozen = all(one.frozen for one in found)
    unread = sum(one.unread for one in found)
    figures = {"requests": float(most.requests), "header_bytes": float(most.headers)}
    lines.append(
        _line(
            "first visit: requests",
            figures,
            most.requests,
            f"at most {MOST_REQUESTS}",
            most.requests <= MOST_REQUESTS,
        )
    )
    again = 1 if frozen else most.requests
    words = "1, all files but the page immutable"
    lines.append(_line("repeat visit: requests", {"requests": again}, again, words, again == 1))
    missed = {"words": float(sum(one.words for one in found)), "missing": float(unread)}
    lines.append(_line("readable without script", missed, unread, "no word missing", not unread))
    return lines


def _with_gzip(found: list[Weight]) -> list[Line]:
    """For comparison: browsers over plain http, and those behind a proxy that knows no Brotli."""
    lines = []
    for language in LANGUAGES:
        of = [one for one in found if one.language == language]
        first, again = [(w.first, w) for w in of], [(w.html, w) for w in of]
        lines += [
            _size(f"{language}, gzip: all that a first visit fetches", first, MOST_FIRST, True),
            _size(f"{language}, gzip: repeat visit", again, MOST_REPEAT, True),
        ]
    return lines


def _size(
    case: str, sizes: list[tuple[int, Weight]], most: float, only_compared: bool = False
) -> Line:
    """The worst counts; the median is there to tell one heavy lesson from many."""
    worst, which = max(sizes, key=lambda pair: pair[0])
    over = sum(size > 1000 * most for size, _ in sizes)
    figures = {
        "worst_KB": round(worst / 1000, 2),
        "median_KB": round(median(size for size, _ in sizes) / 1000, 2),
        "too_heavy": float(over),
    }
    ratio = round(worst / 1000, 2)
    aim, well = ("for comparison", None) if only_compared else (f"at most {most:g} KB", not over)
    line = _line(case, figures, ratio, aim, well)
    return Line(**{**vars(line), "note": f"worst: {which.lesson}"})


def _line(
    case: str, figures: dict[str, float], ratio: float | None, aim: str, well: bool | None
) -> Line:
    return Line("lesson, weight", case, {}, figures, ratio, aim, well)


@dataclass(frozen=True)
class _Reading:
    """Somebody who reads on the server, with a browser that takes these packings."""

    server: Server
    cookie: str
    accepts: str


def _weigh(reading: _Reading, lesson: str, language: str, path: str, asked: set[str]) -> Weight:
    page = _fetch(reading, path)
    text = _text(page)
    assert f'<html lang="{language}">' in text, (path, language)
    seen = Page(text)
    css = other = 0
    headers, frozen = len(page.head), True
    for address in seen.references:
        file = _fetch(reading, address)
        headers += len(file.head)
        frozen = frozen and "immutable" in (file.header("Cache-Control") or "")
        if (file.header("Content-Type") or "").startswith("text/css"):
            css += len(file.body)
        else:
            other += len(file.body)
    unread = len(asked - set(seen.words))
    requests = 1 + len(seen.references)
    html = len(page.body)
    return Weight(lesson, language, html, css, other, headers, requests, len(asked), unread, frozen)


def _text(answer: Answer) -> str:
    opened = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
    text: bytes = opened[answer.header("Content-Encoding")](answer.body)
    return text.decode()


def _fetch(reading: _Reading, path: str) -> Answer:
    kept: list[Answer] = []

    def visit() -> Visit:
        kept.append((yield load.get(path, reading.cookie, reading.accepts)))

    load.run(reading.server.port, [visit], visits=1)
    assert kept[0].status == 200, (path, kept[0].head)
    return kept[0]


def _words(texts: dict[str, Any]) -> set[str]:
    """Every word of the compiled lesson in this language: its title, its aims, its text."""
    parts = [texts["title"], *texts["objectives"]]
    parts += [segment["html"] for segment in texts["segments"] if "html" in segment]
    return set(Page("\n".join(parts)).words)
