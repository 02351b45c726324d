"""From a fresh copy of the tree to a demo that answers: two commands, at most 60 seconds.

The copy is what ``git archive HEAD`` gives, in a folder of its own, without an environment. The
packages were fetched before, with their hashes checked, and the clock starts at ``bin/demo``: a
warm package cache. ``bin/demo`` itself keeps pip from using a cache of its own, so the fetched
packages are named to pip as its only source.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from benchmarks import servers
from benchmarks.bench import Bench, Line

MOST_SECONDS = 60.0
GIVE_UP = 300.0  # seconds


def run(_bench: Bench) -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="newcomer-") as name:
        tree, packages = Path(name) / "tree", Path(name) / "packages"
        tree.mkdir()
        _copy(tree)
        _fetch(tree, packages)
        took, parts = _demo(tree, packages)
    return [
        Line(
            "newcomer",
            "from bin/demo until /readyz answers, packages at hand",
            {},
            {"seconds": round(took, 1), **parts},
            round(took, 1),
            f"at most {MOST_SECONDS:g} s",
            took <= MOST_SECONDS,
            "figures after the first: seconds until the next step",
        )
    ]


def _copy(tree: Path) -> None:
    packed = subprocess.run(
        ["git", "archive", "HEAD"], cwd=servers.ROOT, check=True, capture_output=True
    )
    subprocess.run(["tar", "-x", "-C", str(tree)], input=packed.stdout, check=True)


def _fetch(tree: Path, packages: Path) -> None:
    """Exactly what the lock pins, for this interpreter."""
    lock = tree / "requirements" / "runtime.txt"
    words = ["--quiet", "--only-binary", ":all:", "--require-hashes", "--dest", str(packages)]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", *words, "-r", str(lock)], check=True, cwd=tree
    )


def _demo(tree: Path, packages: Path) -> tuple[float, dict[str, float]]:
    """Seconds until it was ready, and how long each step took by the words it prints."""
    port = servers.free_port()
    ours = ("LMS_", "VIRTUAL_ENV", "PYTHONPATH")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environ |= {
        "PORT": str(port),
        "PYTHON": str(Path(sys.base_prefix) / "bin" / "python3"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(packages),
    }
    said: list[tuple[float, str]] = []
    began = time.monotonic()
    demo = subprocess.Popen(
        ["bin/demo"],
        cwd=tree,
        env=environ,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def listen() -> None:
        assert demo.stdout is not None
        said.extend((time.monotonic() - began, line.strip()) for line in demo.stdout)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        while not _ready(port):
            if demo.poll() is not None or time.monotonic() - began > GIVE_UP:
                raise RuntimeError("\n".join(words for _, words in said))
            time.sleep(0.1)
        took = time.monotonic() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGTERM)
        try:
            demo.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(demo.pid, signal.SIGKILL)
            demo.wait(10)
        listener.join(10)
    return took, _parts(said, took)


def _ready(port: int) -> bool:
    # A proxy named in the environment has no business with this machine's own address.
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    try:
        with ask(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


STEPS = {
    "Making an environment": "environment",
    "Installing": "packages",
    "Secrets": "secrets",
    "Database": "database",
    "Translations": "translations",
    "Courses and quizzes": "courses",
    "Invented people": "people_and_start",
}


def _parts(said: list[tuple[float, str]], took: float) -> dict[str, float]:
    begun = [
        (at, name)
        for at, words in said
        for start, name in STEPS.items()
        if words.startswith(start) and at <= took
    ]
    ends = [at for at, _ in begun[1:]] + [took]
    return {name: round(end - at, 1) for (at, name), end in zip(begun, ends, strict=True)}
