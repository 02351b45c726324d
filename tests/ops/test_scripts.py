"""bin/demo and bin/test on machines that lack something: each says what, and touches nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

SH = shutil.which("dash") or "/bin/sh"
SCRIPTS = [
    "bin/demo",
    "bin/setup",
    "bin/test",
    "bin/environment.sh",
    "bin/system-packages.sh",
    ".ci/run",
]
TOOLS = ("sh", "cat", "cksum", "dirname", "mkdir", "grep", "rm", "sed", "env", "find", "sort", "id")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the scripts on a machine with a shell, its tools, and nothing else."""
    shutil.copytree(ROOT / "bin", tmp_path / "house" / "bin")
    shutil.copytree(ROOT / "requirements", tmp_path / "house" / "requirements")
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    return tmp_path


def run(bare: Path, script: str, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SH, bare / "house" / script, *words],
        env={"PATH": str(bare / "tools"), "HOME": str(bare), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def python(bare: Path, body: str) -> None:
    """A command python3 that answers as the test says."""
    path = bare / "tools" / "python3"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_one_that_every_shell_reads(script: str) -> None:
    subprocess.run([SH, "-n", ROOT / script], check=True)
    text = (ROOT / script).read_text("utf-8")
    for bashism in ("[[", "function ", "<<<", "source ", "local ", "$'", "pipefail", "&>"):
        assert bashism not in text, bashism
    assert os.access(ROOT / script, os.X_OK) == (not script.endswith(".sh"))


@pytest.mark.parametrize("script", ["bin/demo", "bin/test"])
def test_no_python_is_named_with_what_to_install(bare: Path, script: str) -> None:
    done = run(bare, script)
    assert done.returncode == 1
    assert "no python3 is here" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


@pytest.mark.parametrize("script", ["bin/demo", "bin/test"])
def test_an_old_python_is_named_with_its_version(bare: Path, script: str) -> None:
    python(bare, '[ "$1" = -V ] && echo Python 3.9.2; [ "$1" = -V ]')
    done = run(bare, script)
    assert done.returncode == 1
    assert "3.11 or newer is needed; python3 here is Python 3.9.2" in done.stderr


def test_a_missing_venv_module_is_named_as_a_package(bare: Path) -> None:
    python(bare, 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac')
    done = run(bare, "bin/demo")
    assert done.returncode == 1
    assert "apt-get install python3.11-venv" in done.stderr
    assert not (bare / "house" / ".venv").exists()


@pytest.mark.parametrize("script", ["bin/demo", "bin/test"])
def test_an_unknown_word_is_refused_with_the_known_ones(bare: Path, script: str) -> None:
    done = run(bare, script, "--everything")
    assert done.returncode == 1
    assert f"{script} knows --" in done.stderr
    assert run(bare, script, "--help").stdout.count(script) >= 2


def test_a_port_that_is_no_number_is_refused(bare: Path) -> None:
    assert "PORT is 'web'" in run(bare, "bin/demo", PORT="web").stderr


@pytest.mark.parametrize("words", [(), ("--fresh",)])
def test_a_system_in_use_is_not_turned_into_a_demo(bare: Path, words: tuple[str, ...]) -> None:
    instance = bare / "house" / "instance"
    instance.mkdir()
    (instance / "lms.sqlite").write_text("people")
    done = run(bare, "bin/demo", *words)
    assert done.returncode == 1
    assert "not a demo; nothing was touched" in done.stderr
    assert [path.name for path in instance.iterdir()] == ["lms.sqlite"]


def test_the_gate_is_the_tests_and_nothing_clever() -> None:
    assert (ROOT / ".ci" / "run").read_text() == (
        '#!/bin/sh\nexec "$(dirname -- "$0")/../bin/test" "$@"\n'
    )
