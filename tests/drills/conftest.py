"""Seeds that a test chooses: what is left to chance falls as the test needs it."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from lms.domain.runs import drawn


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the officer of *The night* sit down for a ``pause``, or take somebody ``out``."""

    def choose(happening: str) -> None:
        wanted = 0 if happening == "pause" else 1
        seed = next(s for s in range(99) if drawn(s, 0, "look", 2) == wanted)
        monkeypatch.setattr(secrets, "randbelow", lambda _below: seed)

    return choose
