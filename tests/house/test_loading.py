"""What is read into memory, and when: each process of the server holds all that it imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lms import config
from tests.house.tree import ROOT

# The compiler of courses, and libraries that few pages need: tens of megabytes.
HEAVY = {
    "PIL",
    "alembic",
    "markdown",
    "nh3",
    "openpyxl",
    "segno",
    "sqlalchemy.dialects.postgresql",
    "Stemmer",
    "typst",
    "yaml",
}
SERVED = "from lms import config, create_app; create_app(config.load())"


def loaded(statement: str, instance: Path) -> set[str]:
    """The packages and modules that a fresh Python has imported after a statement."""
    told = "import json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{told}"],
        cwd=ROOT,
        env={"LMS_INSTANCE": str(instance), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    names = set(json.loads(done.stdout))
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    ("statement", "never"),
    [
        (SERVED, HEAVY),
        ("import lms.cli", {"flask", "sqlalchemy", "brotli"}),
        ("import lms.content.compiling", {"flask", "wtforms", "brotli"}),
        (
            "import lms.domain.certification, lms.certification.tokens",
            {"flask", "sqlalchemy", "brotli"},
        ),
    ],
    ids=["the application", "a command", "the compiler", "checking a token"],
)
def test_only_what_is_needed_is_imported(statement: str, never: set[str], tmp_path: Path) -> None:
    config.create_secrets(tmp_path)
    assert not loaded(statement, tmp_path) & never
