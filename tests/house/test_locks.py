"""What is installed is what was tried: every package pinned, by version and by hash."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

LOCKS = ("runtime", "dev")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """Package → (version, number of hashes)."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    logical = text.replace("\\\n", " ").splitlines()
    found = {}
    for line in logical:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pinned = re.match(r"([a-z0-9-]+)==([^\s;]+)", line)
        assert pinned, line[:60]
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}(?= |$)", line)
        assert hashes, f"{pinned[1]} has no hash"
        found[pinned[1]] = (pinned[2], len(hashes))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash(lock: str) -> None:
    assert len(pins(lock)) > 20


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    assert not re.search(r"(?i)--(extra-)?index|--find-links|--trusted|https?:|file:|@", text)


def test_what_the_tests_run_on_is_what_people_are_given() -> None:
    runtime, dev = pins("runtime"), pins("dev")
    assert runtime.items() <= dev.items()


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [("runtime", PROJECT["dependencies"]), ("dev", PROJECT["optional-dependencies"]["dev"])],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    pinned = pins(lock)
    for text in wanted:
        requirement = Requirement(text)
        version, _hashes = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), text


def test_nothing_is_asked_for_that_nobody_imports() -> None:
    """A dependency that is not used is a risk that nobody decided to take."""
    imported = {"psycopg": "postgresql+psycopg", "tzdata": "ZoneInfo", "werkzeug": "werkzeug"}
    modules = {
        "argon2-cffi": "argon2",
        "flask-babel": "flask_babel",
        "flask-login": "flask_login",
        "flask-wtf": "flask_wtf",
        "pillow": "PIL",
        "pystemmer": "Stemmer",
        "pyyaml": "yaml",
    }
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "lms").rglob("*.py"))
    for text in PROJECT["dependencies"]:
        package = str(canonicalize_name(Requirement(text).name))
        word = imported.get(package) or modules.get(package, package)
        assert re.search(rf"\b{re.escape(word)}\b", code), package


def test_the_newest_version_has_a_word_about_it() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first = re.search(r"^## (.+)$", changes, re.M)
    assert first
    assert first[1].startswith(("Unreleased", PROJECT["version"]))


def test_the_documents_a_stranger_looks_for_are_there() -> None:
    for wanted in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY"):
        assert (ROOT / f"{wanted}.md").stat().st_size > 500
    assert Path(ROOT / "LICENSE").stat().st_size > 1000
