"""The two servers: the product by its own command, and the floor in the same kind of server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from benchmarks import load
from benchmarks.load import Load, Visit

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Server:
    """A server in a process group of its own, and what the kernel says of it."""

    def __init__(self, command: list[str], environ: dict[str, str], port: int) -> None:
        self.port = port
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environ},
            start_new_session=True,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def wait_until_ready(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                answer = self._ask("/healthz")
                if b" 200 " in answer[:20]:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.written()}")

    def _ask(self, path: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as found:
            found.sendall(
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
            )
            return found.recv(4096)

    def written(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def pids(self) -> list[int]:
        """The processes of this server's group."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = _stat(int(entry.name))
                except OSError:
                    continue
                if int(fields[2]) == self.process.pid:
                    found.append(int(entry.name))
        return found

    def cpu_seconds(self) -> float:
        """User and system time of the whole group, workers that have ended included."""
        ticks = 0
        for pid in self.pids():
            try:
                fields = _stat(pid)
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
            if pid == self.process.pid:
                ticks += int(fields[13]) + int(fields[14])
        return ticks / _TICKS

    def memory(self) -> dict[str, float]:
        """MB of the whole group: ``pss`` counts shared pages once, ``rss`` once per process."""
        total = {"pss": 0, "rss": 0}
        for pid in self.pids():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            for line in lines:
                name, _, rest = line.partition(":")
                if name.lower() in total:
                    total[name.lower()] += int(rest.split()[0])
        return {name: kilobytes / 1024 for name, kilobytes in total.items()}

    def measure(
        self,
        clients: list[Callable[[], Visit]],
        *,
        seconds: float | None = None,
        visits: int | None = None,
    ) -> Load:
        """Load this server and add what it cost."""
        before = self.cpu_seconds()
        found = load.run(self.port, clients, seconds=seconds, visits=visits)
        found.cpu_seconds = self.cpu_seconds() - before
        return found

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.log.close()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on: a name may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


@contextmanager
def product(environ: dict[str, str]) -> Iterator[Server]:
    """The real application, by the real command."""
    port = free_port()
    command = [sys.executable, "-c", "from lms.cli import main; main()", "serve"]
    yield from _running(command, environ, port)


@contextmanager
def floor(environ: dict[str, str]) -> Iterator[Server]:
    """The bare application in the same server with the same settings."""
    port = free_port()
    yield from _running([sys.executable, "-m", "benchmarks.floor"], environ, port)


def _running(command: list[str], environ: dict[str, str], port: int) -> Iterator[Server]:
    server = Server(command, {**environ, "LMS_BIND": f"127.0.0.1:{port}"}, port)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
