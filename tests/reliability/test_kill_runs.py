"""Kill -9 of the server at every step of a run, through a scenario or through a night of the
count: it goes on from there, on another device.

Source: issue "Drills", acceptance 4.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lms.domain.counts.best import best_acts
from lms.domain.counts.night import Night, live
from lms.domain.counts.precinct import Head
from tests.counts.test_living import fields
from tests.journeys.site import Site
from tests.reliability.sitters import Sitter

pytestmark = pytest.mark.slow
# Every step in the deep tier; otherwise some of them.
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
EVERY = 1 if DEEP else 4
NIGHT = "count-and-protocol"
WRITTEN = "Precinct 17, 18:51. I saw it myself."


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    found = Site.like(prepared, tmp_path / "site")
    yield found
    found.stop()


def device(site: Site) -> Sitter:
    """The same trainee on a device of their own."""
    card = site.cards["trainee"]
    found = Sitter(site.port, card["login"], card["secret"], {})
    found.request("GET", "/sign-in")
    fields = {"login": found.login, "secret": found.secret}
    assert found.request("POST", "/sign-in", fields)[0] == 303
    return found


def test_a_run_survives_a_kill_at_every_step_and_goes_on_elsewhere(site: Site) -> None:
    path = site.books.scenarios["told-to-leave"]["best_path"]
    site.start()
    here = device(site)
    here.request("GET", "/scenarios/told-to-leave")
    status, run, _text = here.request(
        "POST", "/scenarios/told-to-leave/start", {"client_key": str(uuid.uuid4())}
    )
    assert status == 303
    written = 0
    for step, (_scene, choice) in enumerate(path):
        sent = {"choice": choice, "step": str(step), "client_key": str(uuid.uuid4())}
        assert here.request("POST", f"{run}/choices", sent)[0] == 303
        if step % EVERY == 0 or step == len(path) - 1:
            if step:
                site.kill_workers()
            else:
                site.stop(signal.SIGKILL)
                site.start()
            here = device(site)
        status, where, text = here.request("GET", run)
        if step == len(path) - 1:
            assert (status, where) == (303, f"{run}/debrief")
            break
        # What was acknowledged is there, and the same delivery once more changes nothing.
        assert f'name="step" value="{step + 1}"' in text
        assert here.request("POST", f"{run}/choices", sent)[0] == 303
        assert f'name="step" value="{step + 1}"' in here.request("GET", run)[2]
        if f'action="{run}/papers"' in text:
            paper = {"text": WRITTEN, "step": str(step + 1), "client_key": str(uuid.uuid4())}
            assert here.request("POST", f"{run}/papers", paper)[0] == 303
            written += 1
    _status, _where, text = here.request("GET", f"{run}/debrief")
    assert len(re.findall(r'id="point-\d+"', text)) == len(path)
    assert text.count(WRITTEN) == written > 0
    assert "100 %" in text


def a_night(site: Site, run: str) -> Night:
    """The night of a run that is going on; only the database knows its number."""
    with closing(sqlite3.connect(site.folder / "lms.sqlite")) as database:
        statement = "SELECT seed FROM count_runs WHERE id = ?"
        row = database.execute(statement, (uuid.UUID(run.rsplit("/", 1)[-1]).hex,)).fetchone()
    document = site.books.counts[NIGHT]
    return live(Head.from_document(document), site.books.country(document["rules"]), row[0])


def test_a_night_survives_a_kill_at_every_step_and_goes_on_elsewhere(site: Site) -> None:
    site.start()
    here = device(site)
    here.request("GET", f"/counts/{NIGHT}")
    key = {"client_key": str(uuid.uuid4())}
    status, run, _text = here.request("POST", f"/counts/{NIGHT}/start", key)
    assert status == 303
    night = a_night(site, run)
    acts = best_acts(night)
    for step, act in enumerate(acts):
        sent = {"verb": act.verb, "step": str(step), "client_key": str(uuid.uuid4())}
        sent |= fields(act, night)
        if act.verb == "check":
            sent |= {f"broken-{check}": "y" for check in act.details["marks"]}
        assert here.request("POST", f"{run}/acts", sent)[0] == 303, act
        if step % EVERY == EVERY - 1 or act.verb == "note" or step == len(acts) - 1:
            if DEEP or step < EVERY:
                site.stop(signal.SIGKILL)
                site.start()
            else:
                site.kill_workers()
            here = device(site)
        status, where, text = here.request("GET", run)
        if step == len(acts) - 1:
            assert (status, where) == (303, f"{run}/debrief")
            break
        # What was acknowledged is there, and the same delivery once more changes nothing.
        assert f'name="step" value="{step + 1}"' in text
        assert here.request("POST", f"{run}/acts", sent)[0] == 303
        assert f'name="step" value="{step + 1}"' in here.request("GET", run)[2]
    _status, _where, text = here.request("GET", f"{run}/debrief")
    found = len(night.kinds)
    assert "100 %" in text
    assert not found or f"Found {found} of {found}" in text
