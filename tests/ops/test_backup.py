"""The backup that docs/operations.md prints is taken while people work, and can be restored."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from lms import clock, config, create_app, db, doctor, trail
from tests.house.tree import ROOT


def printed_program() -> str:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    found = re.search(
        r"python - \"\$LMS_INSTANCE/lms\.sqlite\".*?<< 'END'\n(.*?)\nEND\n", text, re.S
    )
    assert found
    return found[1]


def test_what_the_page_prints_copies_a_database_in_use(machine: Path) -> None:
    folder = machine / "backups"
    folder.mkdir(mode=0o700)
    target = folder / "lms.sqlite"
    app = create_app(config.load())
    stop = threading.Event()
    written = []

    def work() -> None:
        while not stop.is_set():
            with app.app_context(), db.transaction() as session:
                subject = f"test:{len(written)}"
                trail.record(session, "try", actor_id=None, subject=subject, now=clock.now())
            written.append(subject)

    worker = threading.Thread(target=work)
    worker.start()
    while len(written) < 5:
        stop.wait(0.01)
    before = len(written)
    done = subprocess.run(
        [sys.executable, "-", machine / "lms.sqlite", target],
        input=printed_program(),
        umask=0o077,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    stop.set()
    worker.join()
    app.extensions["lms.db"].engine.dispose()
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.iterdir()] == ["lms.sqlite"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with sqlite.connect(target) as copy:
        (kept,) = copy.execute("SELECT count(*) FROM trail").fetchone()
    copy.close()
    assert before <= kept <= len(written)


def test_a_restored_copy_is_a_machine_in_order(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = machine / "copy"
    subprocess.run(
        [sys.executable, "-", machine / "lms.sqlite", copy],
        input=printed_program(),
        umask=0o077,
        text=True,
        timeout=60,
        check=True,
    )
    for end in ("", "-wal", "-shm"):
        (machine / f"lms.sqlite{end}").unlink(missing_ok=True)
    copy.rename(machine / "lms.sqlite")
    monkeypatch.setenv("LMS_DEMO", "yes")
    assert [finding.what for finding in doctor.examine() if not finding.well] == []
