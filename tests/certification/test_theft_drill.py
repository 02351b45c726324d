"""The drill of docs/certificates.md, word for word: a root, a new key, a stolen one.

What stands in the page is what is run here; a command that is changed there or in the product, and
not in both, fails.
"""

from __future__ import annotations

import re
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from lms import config
from lms.certification import keys, lists, tokens
from lms.certification.making import Desk
from lms.cli import main
from lms.config import ROOT
from lms.privacy import Vault
from tests.certification import deeds
from tests.certification.builders import claims
from tests.certification.conftest import Ready
from tests.conftest import Moment
from tests.world import World

MINUTES_ALLOWED = 15
Walk = Callable[..., list[str]]


def block(heading: str, number: int = 0) -> list[str]:
    """The commands of one block of the page, without their remarks."""
    page = (ROOT / "docs" / "certificates.md").read_text("utf-8")
    part = page[page.index(f"### {heading}") :]
    found = re.findall(r"```sh\n(.*?)```", part, re.DOTALL)[number]
    return [line.split(" #")[0].strip() for line in found.splitlines()]


@pytest.fixture
def machine(
    app: Flask,
    settings: config.Settings,
    tmp_path: Path,
    now: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """The machine that issues, without a key, in a folder to work in; put back afterwards."""
    kept = tmp_path / "kept"
    shutil.copytree(settings.keys, kept)
    for path in settings.keys.glob("issuing-*"):
        path.unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LMS_INSTANCE", str(settings.instance))
    monkeypatch.setattr("lms.cli.application", lambda: app)
    yield settings.keys
    for path in settings.keys.iterdir():
        path.unlink()
    for path in kept.iterdir():
        shutil.copy2(path, settings.keys)


def lms(app: Flask, *words: str) -> Result:
    with app.app_context():
        return CliRunner().invoke(main, list(words))


@pytest.fixture
def walk(app: Flask, machine: Path) -> Walk:
    """Run the commands of a block in turn; ``NEW`` and what is given by name are filled in."""

    def run(lines: list[str], **named: str) -> list[str]:
        said, filled = [], dict(named)
        for line in lines:
            words = [filled.get(word, word) for word in shlex.split(line)[1:]]
            found = lms(app, *words)
            assert found.exit_code == 0, (line, found.output)
            said.append(found.output)
            if words[1] == "new-key":
                match = re.search(r"\S+issuing-[0-9a-f]{8}\.pub", found.output)
                assert match is not None
                filled["NEW"] = match.group()
        return said

    return run


def test_a_key_is_stolen_and_nobody_who_was_certified_loses_anything(
    app: Flask,
    world: World,
    now: Moment,
    settings: config.Settings,
    machine: Path,
    ready: Ready,
    walk: Walk,
) -> None:
    def certify(login: str) -> str:
        ready(login)
        desk = Desk(keys.keyring(machine), Vault(settings.field_key), "https://x.example/verify")
        serial = deeds.certify(app, world, now, desk, login=login).serial
        return deeds.token_of(app, desk, serial)

    def verified(token: str, number: int, *more: str) -> Result:
        pinned = ("--root", "root/root.pub", "--keys", f"keys-{number}.signed")
        return lms(app, "certificates", "verify", token, *pinned, *more)

    walk(block("Making the root"))
    assert not any("PRIVATE" in path.read_text() for path in Path("root").iterdir())
    first = certify("aida")
    assert verified(first, 1).output.startswith("GENUINE")

    now.move(days=60)
    walk(block("Making the root", 1))
    second = certify("bota")
    assert verified(first, 2).output.startswith("GENUINE")
    assert verified(second, 2).output.startswith("GENUINE")
    assert verified(second, 1).exit_code == 5, "the list of before does not know the new key"

    # The thief has the key in use, and dates what he makes as he likes.
    loot = keys.keyring(machine).must_issue()
    handed_out = lms(app, "certificates", "log", "checkpoint", "OLD.checkpoint")
    assert handed_out.exit_code == 0
    today = now().date()
    forged = tokens.issue(
        claims(issued_on=today, valid_until=today.replace(year=today.year + 1)), loot
    )
    Path("forged.list").write_text(lists.publish(999, now(), [], loot) + "\n", "ascii")
    assert verified(forged, 2).output.startswith("GENUINE"), "before anybody knows"

    now.move(hours=3)
    began = time.monotonic()
    said = walk(
        block("When a key was stolen"),
        STOLEN=loot.id.hex(),
        CERTIFICATE=second,
    )
    assert time.monotonic() - began < MINUTES_ALLOWED * 60
    assert said[0] == "No certificate has a flaw.\n"
    assert said[1].startswith("1 of 1 tokens")
    assert said[-1].startswith("GENUINE")

    for token in (first, second):
        assert verified(token, 3, "--list", "newest.list").exit_code == 0
    refused = verified(forged, 3)
    assert refused.exit_code == 5
    assert refused.output == (
        "UNKNOWN: its key was withdrawn, and it is not among those vouched for.\n"
    )
    believed = verified(second, 3, "--list", "forged.list")
    assert believed.exit_code == 5
    assert "not a genuine revocation list" in believed.output

    # The machine goes on with its new key, its page carries the new list, and proofs hold.
    assert keys.keyring(machine).must_issue().id != loot.id
    page = app.test_client()
    assert page.get("/verify/key-list").text == Path("keys-3.signed").read_text()
    assert loot.id.hex() not in page.get("/verify/keys").text
    signed = Path("keys-3.signed").read_text().strip()
    assert signed in page.get("/verify/page").text
    world.add_person("nurlan", deeds.Role.TRAINEE, "North one")
    assert verified(certify("nurlan"), 3).output.startswith("GENUINE")


def test_a_log_that_was_rewritten_vouches_for_nothing(
    app: Flask,
    world: World,
    now: Moment,
    settings: config.Settings,
    machine: Path,
    ready: Ready,
    walk: Walk,
) -> None:
    walk(block("Making the root"))
    ready("aida")
    desk = Desk(keys.keyring(machine), Vault(settings.field_key), "https://x.example/verify")
    deeds.certify(app, world, now, desk)
    stolen = keys.keyring(machine).must_issue().id.hex()
    assert lms(app, "certificates", "log", "checkpoint", "OLD.checkpoint").exit_code == 0
    with app.app_context():
        from lms import db
        from lms.certification.models import LogEntry

        with db.transaction() as session:
            for entry in session.query(LogEntry):
                entry.leaf = bytes(32)
    words = ("vouch", stolen, "issued.marks", "--checkpoint", "OLD.checkpoint")
    found = lms(app, "certificates", "root", *words)
    assert found.exit_code == 2
    assert "rewritten" in found.output
    assert not Path("issued.marks").exists()
