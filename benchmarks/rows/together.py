"""Five hundred people certified at once, with their files: beside drawing and committing bare.

In the process of the run, with the deeds that the pages start. Memory is what the process grew by
at most, since before the first person.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import typst
from flask_babel import force_locale

from benchmarks import people, worlds
from benchmarks.bench import Bench, Line, share
from benchmarks.rows.pdf import issued, sheet
from lms import db
from lms.accounts import queries as accounts
from lms.certification import printing, together, working
from lms.certification.keys import keyring
from lms.certification.making import Desk
from lms.certification.readiness import examine_all
from lms.certification.together import Wish
from lms.content import publishing
from lms.privacy import vault

PEOPLE = 500
NAME = "Қасымова Жанар Ерланқызы"


class _Memory:
    """The most that this process held while something ran, in MiB above what it held before."""

    def __enter__(self) -> _Memory:
        self.before = self.most = _resident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.most = max(self.most, _resident())

    @property
    def grown(self) -> float:
        return round(self.most - self.before, 1)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def run(bench: Bench) -> list[Line]:
    world = bench.world
    cohort = worlds.add_cohort(world, "together", PEOPLE, done=False)
    everybody = world.cohorts["together"][1]
    with world.app.app_context(), db.transaction() as session:
        people.ready(session, world.now, everybody)
    trainer = worlds.add_trainer(world, ["together"], "certifier")
    desk = Desk(keyring(world.settings.keys), vault_of(world), "https://learn.example.org/verify")
    with world.app.app_context():
        actor = accounts.actor_of(db.session(), trainer.id)
        assert actor is not None
        began = time.perf_counter()
        books = publishing.current(db.session())
        found = examine_all(db.session(), actor, cohort, "training", now=world.now, library=books)
        looked = time.perf_counter() - began
        assert all(one.is_ready for one in found.values())
        wishes = [Wish(person, NAME, ("en", "ru", "kk")[at % 3]) for at, person in enumerate(found)]
        with db.transaction() as session:
            batch = together.draw_up(
                session, actor, cohort, "training", wishes, now=world.now, vault=vault()
            )
            together.begin(session, actor, cohort, batch, now=world.now)
        ours = _timed(lambda: _work(batch, desk))
    floor = _timed(lambda: _bare(world))
    ratio = share(ours["cpu_ms"], floor["cpu_ms"])
    return [
        Line(
            "certify 500 at once",
            "CPU for each person beside bare typst and one commit",
            floor,
            {**ours, "readiness_of_all_ms": round(1000 * looked, 1)},
            ratio,
            "for comparison",
            None,
            "everything is asked twice of each, signed, logged and written to the trail",
        )
    ]


def vault_of(world: worlds.World):  # type: ignore[no-untyped-def]  # privacy.Vault
    with world.app.app_context():
        return vault()


def _work(batch: uuid.UUID, desk: Desk) -> None:
    assert working.go_on(batch, desk) == PEOPLE


def _bare(world: worlds.World) -> None:
    """As many sheets, drawn by typst alone, each put into a durable table of two columns."""
    fonts = typst.Fonts(include_system_fonts=False)
    base = sqlite.connect(world.folder / "bare.sqlite", isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE sheets (number INTEGER PRIMARY KEY, pdf BLOB)")
    template = printing.TEMPLATE.read_bytes()
    for number in range(PEOPLE):
        language = ("en", "ru", "kk")[number % 3]
        with world.app.app_context(), force_locale(language):
            one = sheet(world, issued(world, number, language))
            day = date.fromisoformat(one.printed["issued_on"])
            inputs = {"data": json.dumps(printing._data(one, day), ensure_ascii=False)}
        drawn = typst.compile(
            template,
            root=str(printing.TEMPLATE.parent),
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
            pdf_standards=printing.STANDARDS,
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )
        base.execute("INSERT INTO sheets VALUES (?, ?)", (number, drawn))
    base.close()


def _timed(job: Callable[[], None]) -> dict[str, float]:
    with _Memory() as memory:
        began, cpu = time.perf_counter(), time.process_time()
        job()
        cpu, span = time.process_time() - cpu, time.perf_counter() - began
    return {
        "per_second": round(PEOPLE / span, 1),
        "seconds": round(span, 1),
        "cpu_ms": round(1000 * cpu / PEOPLE, 2),
        "memory_mib": memory.grown,
    }
