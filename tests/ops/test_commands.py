"""The ``lms`` command: help everywhere, exit codes that mean something, one sentence of trouble."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lms.cli import main
from tests.conftest import TREE
from tests.house.test_locks import PROJECT
from tests.house.tree import ROOT


def lms(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lms", *words],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def verbs(command: click.Command = main, *above: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield " ".join([*above, name]), inner
        yield from verbs(inner, *above, name)


ALL = list(verbs())


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _command in ALL])
def test_every_verb_says_what_it_does(name: str, command: click.Command) -> None:
    assert command.help
    assert len(command.help.split()) > 2
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            itself = parameter.type.name == "choice" or parameter.required or parameter.show_default
            assert parameter.help or itself, f"{name} --{parameter.name}"


def test_the_verbs_that_others_call_are_there() -> None:
    there = {name for name, _command in ALL}
    assert there >= {
        "init",
        "serve",
        "doctor",
        "migrate",
        "check",
        "publish",
        "load-demo",
        "organisations add",
        "people invite",
        "people import",
        "certificates verify",
    }


def test_the_version_is_the_projects() -> None:
    assert lms("--version").stdout == f"lms, version {PROJECT['version']}\n"


def test_a_machine_is_brought_up_verb_by_verb(tmp_path: Path, machine: Path) -> None:
    fresh = {"LMS_INSTANCE": str(tmp_path / "new"), "LMS_CONTENT": str(TREE)}
    for words, code in (
        (["migrate"], 2),
        (["init"], 0),
        (["init"], 0),
        (["publish"], 2),
        (["migrate"], 0),
        (["migrate"], 0),
        (["publish"], 0),
        (["publish"], 0),
    ):
        done = lms(*words, **fresh)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) <= 1, done.stderr


def test_the_doctor_ends_with_its_verdict(machine: Path) -> None:
    done = lms("doctor", LMS_DEMO="yes")
    assert done.returncode == 0, done.stdout
    assert all(line.startswith("ok      ") for line in done.stdout.splitlines())
    (machine / "keys" / "session.key").unlink()
    done = lms("doctor")
    assert done.returncode == 1
    assert done.stdout.startswith("TROUBLE ")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////nowhere/lms.sqlite", "unable to open database file"),
        ("postgresql://lms@127.0.0.1:1/lms", "refused"),
        ("oracle://x", "LMS_DATABASE_URL"),
    ],
)
def test_a_database_that_is_away_is_one_sentence(machine: Path, url: str, words: str) -> None:
    done = lms("migrate", LMS_DATABASE_URL=url)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_courses_with_a_problem_are_not_published(machine: Path, tmp_path: Path) -> None:
    course = tmp_path / "courses" / "broken"
    course.mkdir(parents=True)
    (course / "course.md").write_text("---\ntitle: [\n---\n")
    done = lms("publish", LMS_CONTENT=str(tmp_path))
    assert done.returncode == 2
    assert "courses/broken/course.md:" in done.stderr
    assert "the last release stays" in done.stderr
    assert lms("check", str(tmp_path)).returncode == 1
