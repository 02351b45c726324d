"""What somebody who checks trusts: keys given one by one, or a root and its newest signed list."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from lms import clock, config
from lms.certification import chain
from lms.certification import keys as key_files
from lms.certification.chain import KeyList
from lms.certification.keys import NoKey
from lms.certification.signing import NotGenuine, PublicKeys
from lms.certification.tokens import Verified

STALE = timedelta(days=30)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Trouble(click.ClickException):
    """Trouble that one sentence explains."""

    exit_code = 2


@dataclass(frozen=True)
class Trust:
    """``public`` are the keys that may have signed a certificate, ``believed`` those whose lists,
    checkpoints and pages count; ``listed`` is None without a root."""

    public: PublicKeys
    believed: PublicKeys
    listed: KeyList | None = None

    def must_accept(self, found: Verified) -> None:
        """Raises NotGenuine for a token that the root does not stand for."""
        if self.listed is not None:
            self.listed.must_accept(found)

    def warnings(self) -> list[str]:
        """What to say of the list of keys besides the answer."""
        if self.listed is None or clock.now() - self.listed.signed_at <= STALE:
            return []
        signed = f"key list {self.listed.number} is of {self.listed.signed_at:%Y-%m-%d}"
        return [f"{signed}; a key may have been withdrawn since, get a newer one."]


def pinned(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say whom to trust, and ``trust`` in their place."""

    @click.option("--key", "key_paths", multiple=True, type=_FILE, help="Public keys (PEM).")
    @click.option("--root", "root_path", type=_FILE, help="The root's public key (PEM).")
    @click.option("--keys", "lists", multiple=True, type=_FILE, help="A key list of that root.")
    @functools.wraps(command)
    def run(
        key_paths: tuple[Path, ...],
        root_path: Path | None,
        lists: tuple[Path, ...],
        **given: Any,
    ) -> Any:
        return command(trust=trusting(key_paths, root_path, lists), **given)

    return run


def trusting(keys: Sequence[Path], root: Path | None, lists: Sequence[Path]) -> Trust:
    """The trust that these files give; without any, that of the instance. Raises Trouble."""
    if (root is None) != (not lists):
        raise Trouble("--root and --keys belong together: the root, and the lists it has signed.")
    try:
        if root is None:
            return _flat(key_files.public_ring(keys)) if keys else own_trust()
        roots = key_files.public_ring([root])
        found = [_listed(path, roots) for path in lists]
    except NoKey as problem:
        raise Trouble(str(problem)) from None
    newest = max(found, key=lambda one: one.number)
    return Trust(newest.public, newest.trusted, newest)


def own_trust() -> Trust:
    """What the instance of this machine trusts, read without settings. Raises Trouble."""
    instance = Path(os.environ.get("LMS_INSTANCE") or config.ROOT / "instance")
    folder = instance / "keys"
    try:
        if (folder / key_files.ROOT_FILE).exists():
            ring = key_files.keyring(folder)
            return Trust(ring.public, ring.trusted, ring.listed)
        return _flat(key_files.public_ring(sorted(folder.glob("issuing-*.pub"))))
    except NoKey as problem:
        raise Trouble(str(problem)) from None


def _flat(public: PublicKeys) -> Trust:
    return Trust(public, public)


def _listed(path: Path, roots: PublicKeys) -> KeyList:
    try:
        return chain.verify_typed(path.read_text("ascii", "replace"), roots)
    except NotGenuine:
        raise Trouble(f"{path} is not a list of keys that this root has signed.") from None
