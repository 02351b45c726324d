"""The certificate as a tagged PDF: at most three times a bare typst run on the same page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

import typst
from flask_babel import force_locale

from benchmarks.bench import Bench, Line, share
from benchmarks.worlds import PROGRAMME, World
from lms.certification import printing, tokens
from lms.certification.keys import keyring
from lms.domain.languages import pick
from lms.domain.rules import legal_clock

MOST_TIMES = 3.0
SHEETS = 40  # in a round, of each side
NAME = "Қасымова Жанар Ерланқызы"


@dataclass(frozen=True)
class Issued:
    """Signed claims, and what the paper says of them."""

    claims: tokens.Claims
    printed: dict[str, Any]
    token: str


def issued(world: World, index: int, language: str = "en") -> Issued:
    """A certificate of the real programme, signed with the key of this world."""
    key, books = keyring(world.settings.keys).must_issue(), world.library()
    today, salt = world.now.date(), tokens.new_salt()
    claims = tokens.Claims(
        serial=tokens.new_serial(),
        programme=PROGRAMME,
        level=1,
        purpose="training",
        language=language,
        issued_on=today,
        valid_until=date(today.year + 1, today.month, min(today.day, 28)),
        status_index=index,
        release=b"r" * tokens.RELEASE_BYTES,
        name_salt=salt,
        name_hash=tokens.hash_of_name(NAME, salt),
    )
    printed = {
        "serial": tokens.serial_text(claims.serial),
        "programme": PROGRAMME,
        "programme_title": pick(books.programmes[PROGRAMME]["texts"], language)[0]["title"],
        "level": claims.level,
        "purpose": claims.purpose,
        "language": language,
        "organisation": "Steppe Lights",
        "issued_on": claims.issued_on.isoformat(),
        "valid_until": claims.valid_until.isoformat(),
        "election_on": None,
        "law": legal_clock(today),
        "release": claims.release.hex(),
        "key_id": key.id.hex(),
    }
    return Issued(claims, printed, tokens.issue(claims, key))


def sheet(world: World, found: Issued) -> printing.Sheet:
    """The paper of it, with the text and the pledge that the real programme has."""
    texts = world.library().programmes[PROGRAMME]["texts"]
    words = pick(texts, found.claims.language)[0]
    return printing.Sheet(
        found.printed,
        found.token,
        NAME,
        words["body_html"],
        words["pledge_html"],
        "https://learn.example.org/verify",
    )


def run(bench: Bench) -> list[Line]:
    return [line for language in ("en", "kk") for line in _compare(bench, language)]


def _compare(bench: Bench, language: str) -> list[Line]:
    """Each sheet is drawn once and by one side: typst remembers what it has drawn before."""
    fonts = typst.Fonts(include_system_fonts=False)
    numbers = iter(range(1_000_000))
    bare, ours = [], []
    with bench.world.app.app_context():
        # The first round warms both up and does not count.
        for _round in range(bench.rounds + 1):
            sheets = [
                sheet(bench.world, issued(bench.world, next(numbers), language))
                for _ in range(2 * SHEETS)
            ]
            with force_locale(language):
                jobs = [_bare_job(one, fonts) for one in sheets[:SHEETS]]
            bare.append(_timed(jobs))
            ours.append(_timed([lambda s=s: printing.pdf(s) for s in sheets[SHEETS:]]))
    best = [
        {name: min(found[name] for found in side[1:]) for name in side[0]} for side in (bare, ours)
    ]
    lines = []
    for name, words in (("cpu_ms", "CPU"), ("p50_ms", "time")):
        ratio = share(best[1][name], best[0][name])
        lines.append(
            Line(
                "certificate PDF",
                f"{language}: {words} beside bare typst",
                best[0],
                best[1],
                ratio,
                f"at most {MOST_TIMES}",
                ratio <= MOST_TIMES,
            )
        )
    return lines


def _bare_job(one: printing.Sheet, fonts: typst.Fonts) -> Callable[[], bytes]:
    """typst alone: the template and the data are there, the drawing is left."""
    day = date.fromisoformat(one.printed["issued_on"])
    inputs = {"data": json.dumps(printing._data(one, day), ensure_ascii=False)}
    template, moment = (
        printing.TEMPLATE.read_bytes(),
        datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    return lambda: typst.compile(
        template,
        root=str(printing.TEMPLATE.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=printing.STANDARDS,
        timestamp=moment,
    )


def _timed(jobs: list[Callable[[], bytes]]) -> dict[str, float]:
    """The mean CPU of all threads and the median time of a job, in milliseconds."""
    spans, cpu = [], time.process_time()
    for job in jobs:
        began = time.perf_counter()
        assert job().startswith(b"%PDF")
        spans.append(time.perf_counter() - began)
    cpu = time.process_time() - cpu
    return {
        "cpu_ms": round(1000 * cpu / len(jobs), 3),
        "p50_ms": round(1000 * median(spans), 2),
    }
