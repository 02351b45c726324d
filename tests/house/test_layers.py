"""Content feeds, the domain decides, rooms act, templates show: which way imports may lean."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, imports, module, name, of_every

ROOMS = {
    "accounts",
    "assessment",
    "calibration",
    "certification",
    "cohorts",
    "counts",
    "deployment",
    "drills",
    "exports",
    "joint",
    "learning",
    "panels",
    "reviews",
    "messages",
    "platform",
    "statistics",
    "signoffs",
}
# What a room says to other rooms: questions, deeds, and the words shared by several rooms' pages;
# and how codes are made, hashed and read, which is done in one way.
SPOKEN = {
    "queries",
    "actions",
    "sittings",
    "pages",
    "progress",
    "tables",
    "codes",
    "secrets",
    "signing_in",
}
# Rooms whose rows another room's module may read, each for its reason.
ROWS = {
    # Which corrections hold for a person is asked at every marking, in one statement.
    "lms.assessment.marking": {"accounts"},
    # What is missing before a certificate is one question over several rooms' rows.
    "lms.certification.queries": {
        "assessment",
        "counts",
        "drills",
        "joint",
        "learning",
        "content",
    },
    # Whose results a correction concerns: everybody of an organisation.
    "lms.assessment.correcting": {"accounts"},
    # A certificate is shown only with its basis, and opened only with its holder's key.
    "lms.certification.papers": {"accounts", "assessment"},
    # Whoever is certified must still be there, and stays locked until the certificate stands.
    "lms.certification.readiness": {"accounts"},
    "lms.certification.actions": {"accounts"},
    "lms.certification.making": {"accounts"},
    "lms.certification.ending": {"accounts"},
    "lms.certification.nameless": {"accounts"},
    "lms.certification.changing": {"accounts"},
    # A change of the law reaches down to the papers of attempts that are open.
    "lms.certification.law": {"assessment"},
    # Whom to call: what people did in several rooms, in a few statements for thousands.
    "lms.cohorts.attention": {"accounts", "assessment", "learning"},
    # A merge moves the rows of every room at once, or none; managing ends with the account itself.
    "lms.cohorts.merging": {
        "assessment",
        "calibration",
        "certification",
        "counts",
        "drills",
        "joint",
        "learning",
        "messages",
        "signoffs",
    },
    "lms.cohorts.managing": {"accounts"},
    # Where everybody of a cohort stands is counted by the database, over the rows of these rooms.
    "lms.cohorts.counting": {"accounts", "counts", "drills", "learning"},
    # A message is shown with the name of its cohort.
    "lms.messages.queries": {"cohorts"},
    # A cohort is shown with the day of its election.
    "lms.cohorts.queries": {"deployment"},
    # An organisation is set up with its elections, in one place.
    "lms.cohorts.founding": {"deployment"},
    "lms.learning.queries": {"content"},
    "lms.platform.queries": {"content"},
    # Judgements are summed over those who learn in a cohort.
    "lms.calibration.queries": {"accounts"},
    # Statistics read answers in bulk, and the language and cohort of those who gave them.
    "lms.statistics.reading": {"accounts", "assessment"},
    "lms.statistics.queries": {"accounts", "assessment"},
}
# They join the parts, so they know them; nobody imports them.
JOINERS = {
    "lms",
    "lms.__main__",
    "lms.cli",
    "lms.doctor",
    "lms.joining",
    "lms.schema",
    "lms.serving",
}
LAYERS = {"domain", "content", "exchange", "web", "demo", "migrations", "translations"}


def modules(part: str) -> list[Path]:
    return files(".py", under=f"lms/{part}")


def test_every_folder_of_the_code_has_its_place_in_the_plan() -> None:
    folders = {path.name for path in (ROOT / "lms").iterdir() if (path / "__init__.py").is_file()}
    assert folders <= ROOMS | LAYERS, folders - ROOMS - LAYERS


@of_every(modules("domain"))
def test_the_domain_knows_the_standard_library_and_itself(path: Path) -> None:
    foreign = [
        f"line {line}: {wanted}"
        for line, wanted in imports(path)
        if wanted.split(".")[0] not in sys.stdlib_module_names
        and not wanted.startswith("lms.domain")
    ]
    assert not foreign


@of_every(modules("content"))
def test_content_knows_the_domain_and_the_database_only(path: Path) -> None:
    allowed = ("lms.domain", "lms.content", "lms.db", "lms.prepared", "lms.clock")
    foreign = [
        f"line {line}: {wanted}"
        for line, wanted in imports(path)
        if wanted.split(".")[0] in ("lms", "flask") and not wanted.startswith(allowed)
    ]
    assert not foreign


@of_every(modules("content"))
def test_only_publishing_and_its_rows_know_the_database(path: Path) -> None:
    if path.name in ("publishing.py", "models.py"):
        return
    known = {wanted for _line, wanted in imports(path)}
    assert not {
        w for w in known if w.split(".")[0] == "sqlalchemy" or w in ("lms.db", "lms.prepared")
    }


@of_every(modules("exchange"))
def test_exchange_knows_content_and_the_domain_only(path: Path) -> None:
    allowed = ("lms.domain", "lms.content", "lms.exchange")
    foreign = [
        f"line {line}: {wanted}"
        for line, wanted in imports(path)
        if wanted.split(".")[0] in ("lms", "flask", "sqlalchemy") and not wanted.startswith(allowed)
    ]
    assert not foreign


@of_every(modules("web"))
def test_what_rooms_share_knows_no_room(path: Path) -> None:
    known = {wanted for _line, wanted in imports(path) if wanted.startswith("lms.")}
    # The front door and the answer to "are you ready?" belong to no room, but ask one.
    asked = {"lms.platform.queries"} if name(path) == "lms/web/home.py" else set()
    assert not {wanted for wanted in known - asked if wanted.split(".")[1] in ROOMS}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_speaks_to_another_through_its_questions_and_deeds(room: str) -> None:
    foreign = []
    for path in modules(room):
        own = module(path)
        for line, wanted in imports(path):
            parts = wanted.split(".")
            if parts[0] != "lms" or len(parts) < 3 or parts[1] == room:
                continue
            if parts[2] == "models" and parts[1] in ROWS.get(own, set()):
                continue
            if parts[1] in ROOMS and parts[2] not in SPOKEN:
                foreign.append(f"{name(path)}:{line} {wanted}")
    assert not foreign


@of_every(files(".py", under="lms"))
def test_nobody_imports_those_who_join_the_parts(path: Path) -> None:
    if module(path) in JOINERS or path.name in ("commands.py", "env.py", "__main__.py"):
        return
    joined = [wanted for _line, wanted in imports(path) if wanted in JOINERS - {"lms"}]
    # The operator's page asks for the shape of the tables, which only the schema knows.
    assert joined == (["lms.schema"] if module(path) == "lms.platform.views" else [])


def test_shared_rows_are_listed_only_where_they_are_used() -> None:
    for own, rooms in ROWS.items():
        path = ROOT / (own.replace(".", "/") + ".py")
        used = {wanted for _line, wanted in imports(path)}
        assert {f"lms.{room}.models" for room in rooms} <= used, own
