"""A running copy of the product: its own instance, the real courses, the demo people, a server."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from lms.content.library import Library

ROOT = Path(__file__).parents[2]


class Site:
    """Started in a folder of its own; every ``lms`` command works on it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environ = {
            **kept,
            "LMS_INSTANCE": str(folder),
            "LMS_BIND": f"127.0.0.1:{self.port}",
            "LMS_DEMO": "yes",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self.server: subprocess.Popen[bytes] | None = None

    @classmethod
    def like(cls, prepared: Path, folder: Path, **settings: str) -> Site:
        """A copy of an instance that was prepared before."""
        shutil.copytree(prepared, folder)
        return cls(folder, **settings)

    def lms(self, *words: str, codes: tuple[int, ...] = (0,), **environ: str) -> str:
        """Run one command and give what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "lms", *words],
            cwd=ROOT,
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode in codes, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def prepare(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Publish the courses, ``documents`` when compiled, and let the demo people in."""
        for words in (("init",), ("migrate",), ("publish",), ("load-demo",)):
            self.lms(*words)
        (self.folder / "documents.pickle").write_bytes(pickle.dumps(documents))

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "lms", "serve"],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                if self.server.poll() is not None:
                    break
                time.sleep(0.2)
        raise AssertionError((self.folder / "server.log").read_text()[-2000:])

    def stop(self, sent: int = signal.SIGTERM) -> None:
        if self.server is None:
            return
        os.killpg(self.server.pid, sent)
        self.server.wait(timeout=30)
        self.server = None

    def kill_workers(self) -> None:
        """Kill, at one stroke, every process that answers; the first one puts others there."""
        assert self.server is not None
        old = self._workers()
        assert old
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        for _ in range(500):
            if self._workers() and not self._workers() & old:
                return
            time.sleep(0.02)
        raise AssertionError("nobody took the place of those who were killed")

    def kill_one_worker(self) -> None:
        """Kill one process that answers, in the middle of what it does; wait for nothing."""
        os.kill(min(self._workers()), signal.SIGKILL)

    def memory(self) -> float:
        """Megabytes of the whole server; a page that its processes share counts once (PSS)."""
        assert self.server is not None
        kilobytes = 0
        for pid in (self.server.pid, *self._workers()):
            with contextlib.suppress(OSError):  # one that ended meanwhile
                found = Path(f"/proc/{pid}/smaps_rollup").read_text()
                kilobytes += sum(map(int, re.findall(r"(?m)^Pss: +(\d+) kB$", found)))
        return kilobytes / 1024

    def _workers(self) -> set[int]:
        assert self.server is not None
        first = self.server.pid
        return {
            int(pid) for pid in Path(f"/proc/{first}/task/{first}/children").read_text().split()
        }

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def cards(self) -> dict[str, dict[str, str]]:
        """Login → card of everybody who can sign in."""
        found = json.loads((self.folder / "demo-cards.json").read_text("utf-8"))
        return {card["login"]: card for card in found}

    @cached_property
    def books(self) -> Library:
        """The same courses, so that a test knows the answers."""
        kept = (self.folder / "documents.pickle").read_bytes()
        return Library(None, pickle.loads(kept))  # noqa: S301 - written by prepare()
