"""``lms certificates root …``: the offline root, which stands for the keys that issue.

``new`` and ``sign`` are for a machine that has no network and never gets one; they read no settings
and no database. ``install`` and ``vouch`` are for the machine that issues.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from lms import clock
from lms.certification import chain, logbook, root
from lms.certification import keys as key_files
from lms.certification.chain import KeyList, Listed
from lms.certification.keys import NoKey
from lms.certification.pinned import Trouble
from lms.certification.signing import IssuingKey, NotGenuine, key_id
from lms.config import write_secret

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(exists=False, dir_okay=False, writable=True, path_type=Path)


@click.group("root")
def root_group() -> None:
    """The root key: three shares on paper, and the list of issuing keys that it signs."""


@root_group.command("new")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def new_root(folder: Path) -> None:
    """Make a root in FOLDER: root.pub, and three shares of which any two are needed.

    The root itself is written nowhere. Print each share or put it on a stick of its own, give them
    to three people who are not in one place, and destroy the files.
    """
    made, shares = root.new_root()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / key_files.ROOT_FILE).exists():
        raise Trouble(f"There is a root in {folder} already.")
    for number, share in enumerate(shares, start=1):
        words = f"Share {number} of 3 of the root {made.id.hex()}. Any two make it.\n{share}\n"
        write_secret(folder / f"share-{number}.txt", words.encode())
    (folder / key_files.ROOT_FILE).write_bytes(key_files.public_text([made.public]))
    click.echo(f"Root {made.id.hex()} in {folder}: root.pub and three shares.")


@root_group.command("sign")
@click.argument("file", type=_NEW_FILE)
@click.option("--share", "shares", multiple=True, required=True, type=_FILE, help="Two of them.")
@click.option("--before", type=_FILE, help="The list that this one follows; left out once.")
@click.option("--add", "added", multiple=True, type=_FILE, help="Public half of an issuing key.")
@click.option("--withdraw", "withdrawn", multiple=True, help="Id of a key that was stolen.")
@click.option("--vouch", "vouched", multiple=True, type=_FILE, help="Made by `root vouch`.")
def sign_list(
    file: Path,
    shares: tuple[Path, ...],
    before: Path | None,
    added: tuple[Path, ...],
    withdrawn: tuple[str, ...],
    vouched: tuple[Path, ...],
) -> None:
    """Sign a list of issuing keys and write it to FILE (usually keys.signed).

    A key that is added signs for 90 days from today. One that is withdrawn signs nothing more, and
    is believed only for the tokens that are vouched for. Old keys stay listed.
    """
    try:
        made = root.root_of(path.read_text("utf-8", "replace") for path in shares)
        old = _old(before, made)
        keys = dict(old.keys) if old else {}
        today = clock.now().date()
        for id_, public in key_files.public_ring(added).items():
            keys.setdefault(id_, Listed(public, today, today + chain.LIFE - timedelta(days=1)))
        for text in withdrawn:
            keys[_known(text, keys)] = replace(keys[_known(text, keys)], withdrawn=True)
        for id_, marks in map(_marks, vouched):
            if id_ not in keys or not keys[id_].withdrawn:
                raise Trouble(f"Key {id_.hex()} is not withdrawn; nothing has to be vouched for.")
            keys[id_] = replace(keys[id_], vouched=keys[id_].vouched | marks)
        text = chain.publish(old.number + 1 if old else 1, clock.now(), keys.values(), made)
    except (NoKey, root.NotAShare) as problem:
        raise Trouble(str(problem)) from None
    file.write_text(text + "\n", "ascii")
    found = chain.verify(text, {made.id: made.public})
    click.echo(f"Key list {found.number} of the root {made.id.hex()} in {file}:")
    _say(found)


def _old(before: Path | None, made: IssuingKey) -> KeyList | None:
    if before is None:
        return None
    try:
        text = before.read_text("ascii", "replace")
        return chain.verify_typed(text, {made.id: made.public})
    except NotGenuine:
        raise Trouble(f"{before} is not a list of keys that this root has signed.") from None


def _known(text: str, keys: dict[bytes, Listed]) -> bytes:
    for id_ in keys:
        if id_.hex() == text.strip().lower():
            return id_
    raise Trouble(f"There is no key {text} in the list.")


def _marks(path: Path) -> tuple[bytes, frozenset[bytes]]:
    """What `root vouch` wrote: the key's id, then one mark a line."""
    try:
        first, *lines = path.read_text("ascii", "replace").split()
        id_, marks = bytes.fromhex(first), frozenset(map(bytes.fromhex, lines))
        if any(len(mark) != chain.MARK_BYTES for mark in marks):
            raise ValueError
    except ValueError:
        raise Trouble(f"{path} was not made by `lms certificates root vouch`.") from None
    return id_, marks


@root_group.command("install")
@click.argument("file", type=_FILE)
@click.option("--root", "root_path", required=True, type=_FILE, help="The root's public key.")
def install(file: Path, root_path: Path) -> None:
    """Let this machine issue under the list in FILE. An older list is refused."""
    from lms.cli import application
    from lms.config import Settings

    settings: Settings = application().config["LMS_SETTINGS"]
    try:
        (public,) = key_files.public_ring([root_path]).values()
        text = file.read_text("ascii", "replace")
        found = key_files.install(settings.keys, text, public)
    except NoKey as problem:
        raise Trouble(str(problem)) from None
    click.echo(f"Key list {found.number} of the root {key_id(public).hex()} is in use:")
    _say(found)


@root_group.command("vouch")
@click.argument("key")
@click.argument("file", type=_NEW_FILE)
@click.option("--checkpoint", type=_FILE, help="Only for what was in the log by then.")
def vouch(key: str, file: Path, checkpoint: Path | None) -> None:
    """Write to FILE which tokens of a stolen KEY were issued here, for `root sign --vouch`.

    Those that the audit finds a flaw with are left out. With a checkpoint that was kept outside,
    the log is first held against it, and what was entered later is left out too.
    """
    from lms import db
    from lms.certification.auditing import audit
    from lms.certification.queries import tokens_of_key
    from lms.cli import application
    from lms.config import Settings

    settings: Settings = application().config["LMS_SETTINGS"]
    session = db.session()
    until = _until(session, checkpoint, key_files.keyring(settings.keys).public)
    flawed = {flaw.serial for flaw in audit(session)}
    rows = tokens_of_key(session, key.strip().lower())
    marks = sorted(
        digest[: 2 * chain.MARK_BYTES]
        for serial, place, digest in rows
        if serial not in flawed and place is not None and (until is None or place < until)
    )
    file.write_text("\n".join([key.strip().lower(), *marks, ""]), "ascii")
    click.echo(f"{len(marks)} of {len(rows)} tokens of key {key} are vouched for in {file}.")


def _until(session, checkpoint: Path | None, public) -> int | None:  # type: ignore[no-untyped-def]  # of SQLAlchemy; keys
    if checkpoint is None:
        return None
    try:
        found = logbook.read(checkpoint.read_text("ascii", "replace"), public)
    except NotGenuine:
        raise Trouble(f"{checkpoint} is not a checkpoint that a known key has signed.") from None
    if not logbook.bears_out(session, found):
        raise Trouble("The log here is not the one of that checkpoint: it was rewritten. Stop.")
    return found.size


def _say(found: KeyList) -> None:
    for id_, one in found.keys.items():
        state = f"signs {one.first} to {one.last}"
        if one.withdrawn:
            state = f"WITHDRAWN, {len(one.vouched)} of its tokens vouched for"
        click.echo(f"  {id_.hex()}  {state}")
