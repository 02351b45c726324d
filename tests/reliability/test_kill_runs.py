"""Kill -9 of the server at every step of a run: it goes on from there, on another device.

Source: issue "Drills", acceptance 4.
"""

from __future__ import annotations

import os
import re
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.site import Site
from tests.reliability.sitters import Sitter

pytestmark = pytest.mark.slow
# Every step with LMS_CRASH_CYCLES, as the long tier has it; otherwise every third.
EVERY = 1 if os.environ.get("LMS_CRASH_CYCLES") else 3


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
    _status, _where, text = here.request("GET", f"{run}/debrief")
    assert len(re.findall(r'id="point-\d+"', text)) == len(path)
    assert "100 %" in text
