"""A certificate is checked where there is no network at all: in a namespace of its own."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from lms.certification import lists, tokens
from lms.certification.keys import public_text
from lms.config import ROOT
from tests.certification.builders import a_key, claims

KEY = a_key()
# Before anything is checked: there is no way out. Where the system lets nobody make a namespace,
# sockets are taken away instead.
PROBE = """
import socket, sys
closed = sys.argv.pop(1)
if closed == "closed":
    try:
        socket.create_connection(("192.0.2.1", 443), timeout=2)
        sys.exit("there is a network")
    except OSError:
        pass
else:
    def refused(*_given, **_named):
        sys.exit("the network was asked")
    socket.socket = socket.create_connection = socket.getaddrinfo = refused
from lms.certification.commands import certificates
certificates()
"""


def test_verifying_with_the_network_closed(tmp_path: Path) -> None:
    (tmp_path / "keys.pub").write_bytes(public_text([KEY.public]))
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    place = claims().status_index
    (tmp_path / "new.list").write_text(lists.publish(2, at, [place], KEY), "ascii")
    (tmp_path / "old.list").write_text(lists.publish(1, at, [], KEY), "ascii")
    unshare = ["unshare", "--map-root-user", "--net"]
    may = subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode == 0
    for revocations, code, word in (("old.list", 0, "GENUINE"), ("new.list", 4, "REVOKED")):
        done = subprocess.run(
            [
                *(unshare if may else ()),
                sys.executable,
                "-c",
                PROBE,
                "closed" if may else "open",
                *("verify", tokens.issue(claims(), KEY), "--key", "keys.pub"),
                *("--list", revocations, "--day", "2026-03-02"),
            ],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout.split(" ")[0]) == (code, word), done.stderr
