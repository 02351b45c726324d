"""The log of all certificates: a list that only grows, and signed checkpoints that commit to it.

Each entry is the hash of a certificate's token with a salt of its own, so that the log says how
many there are and nothing about any of them. Whoever keeps a checkpoint outside (a peer
organisation, a newspaper, a sheet of paper) can later tell whether one certificate was in the log
by then, and whether the log was rewritten since.
Source: beyond the peers 23, security C-85, AB28, AB29.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.certification.keys import Keyring
from lms.certification.models import Certificate, LogCheckpoint, LogEntry
from lms.certification.signing import IssuingKey, NotGenuine, PublicKeys, opened, read_typed, sign
from lms.domain import merkle
from lms.domain.errors import NotThere, TooLate

PREFIX = "OBC1:"
EVERY = 100  # entries, or
LIFE = timedelta(days=1)
SALT_BYTES = 16
_MALFORMED = (
    cbor2.CBORError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    OSError,
    RecursionError,
)


@dataclass(frozen=True)
class Checkpoint:
    """What the log was at a moment: how many entries, and the hash that commits to them all."""

    size: int
    root: bytes
    at: datetime


def entry(token: str, salt: bytes) -> bytes:
    """The hash that stands in the log for a certificate."""
    return merkle.leaf(salt + token.encode())


def append(session: Session, serial: str, token: str) -> int:
    """Write a certificate into the log, in the transaction of its issue; gives its place, from 0.

    On PostgreSQL the caller's entry in the trail keeps two of them from taking one place.
    """
    place = session.scalar(sa.select(sa.func.count()).select_from(LogEntry)) or 0
    salt = secrets.token_bytes(SALT_BYTES)
    session.add(LogEntry(place=place, serial=serial, salt=salt, leaf=entry(token, salt)))
    session.flush()
    return place


def is_due(session: Session, now: datetime) -> bool:
    """Whether a checkpoint has to be made: a hundred entries or a day after the last."""
    size = session.scalar(sa.select(sa.func.count()).select_from(LogEntry)) or 0
    last = newest(session)
    if last is None:
        return size > 0
    return size > last.size and (size - last.size >= EVERY or now - last.at >= LIFE)


def make_checkpoint(session: Session, keys: Keyring, *, now: datetime) -> LogCheckpoint:
    """Sign what the log is now. A second one for the same size is the first, unless the key of
    that one was withdrawn since: then it is signed again.

    Raises NotThere for an empty log and NoKey.
    """
    found = _leaves(session)
    if not found:
        raise NotThere
    known = session.get(LogCheckpoint, len(found))
    if known is not None and _is_believed(known, keys):
        return known
    root = merkle.root(found)
    body = signed(Checkpoint(len(found), root, now), keys.must_issue())
    if known is not None:
        known.at, known.body = now, body
    else:
        known = LogCheckpoint(size=len(found), root=root, at=now, body=body)
        session.add(known)
    session.flush()
    return known


def _is_believed(found: LogCheckpoint, keys: Keyring) -> bool:
    try:
        read(found.body, keys.trusted)
    except NotGenuine:
        return False
    return True


def signed(found: Checkpoint, key: IssuingKey) -> str:
    """A checkpoint as signed text, in the same way as tokens and lists."""
    claims = {1: found.size, 2: found.root, 3: int(found.at.timestamp())}
    return sign(PREFIX, cbor2.dumps(claims, canonical=True), key)


def read(text: str, keys: PublicKeys) -> Checkpoint:
    """The checkpoint in a file or scanned from paper. Raises NotGenuine."""
    return read_typed(PREFIX, text, lambda reading: _read(reading, keys))


def _read(text: str, keys: PublicKeys) -> Checkpoint:
    payload, _key = opened(PREFIX, text, keys)
    try:
        claims: Any = cbor2.loads(payload)
        size, root, at = claims[1], claims[2], claims[3]
        exact = len(claims) == 3 and cbor2.dumps(claims, canonical=True) == payload
        typed = type(size) is int and type(at) is int and type(root) is bytes
        if not exact or not typed or size < 1 or len(root) != len(merkle.EMPTY):
            raise ValueError("a checkpoint that cannot be")
        return Checkpoint(size, root, datetime.fromtimestamp(at, UTC))
    except _MALFORMED:
        raise NotGenuine("claims") from None


# --- proofs --------------------------------------------------------------------------------------


def proof_of(session: Session, serial: str, token: str, keys: Keyring) -> dict[str, Any]:
    """What shows that a certificate was in the log when a checkpoint was made: a file to keep.

    Raises NotThere for a certificate that is not in the log, and TooLate("no-checkpoint") while no
    checkpoint covers it whose key is still believed.
    """
    row = session.get(LogEntry, serial)
    if row is None:
        raise NotThere
    later = session.scalars(
        sa.select(LogCheckpoint).where(LogCheckpoint.size > row.place).order_by(LogCheckpoint.size)
    )
    covering = next((one for one in later if _is_believed(one, keys)), None)
    if covering is None:
        raise TooLate("no-checkpoint")
    path = merkle.inclusion(_leaves(session, covering.size), row.place)
    return {
        "token": token,
        "salt": _text(row.salt),
        "place": row.place,
        "path": [_text(one) for one in path],
        "checkpoint": covering.body,
    }


def check_proof(content: str, keys: PublicKeys) -> tuple[str, Checkpoint]:
    """The token that a proof is about, and the checkpoint that it was in. Raises NotGenuine.

    The token's own signature is for the caller to check: a proof says when, not whether.
    """
    try:
        found: Any = json.loads(content)
        token, place = found["token"], found["place"]
        salt, path = _bytes(found["salt"]), [_bytes(one) for one in found["path"]]
        if type(token) is not str or type(place) is not int or len(path) > 64:
            raise ValueError("not a proof")
        text = found["checkpoint"]
    except _MALFORMED:
        raise NotGenuine("format") from None
    checkpoint = read(str(text), keys)
    leaf = entry(token, salt)
    if not merkle.is_included(leaf, place, checkpoint.size, path, checkpoint.root):
        raise NotGenuine("claims")
    return token, checkpoint


def continuation(session: Session, before: int) -> dict[str, Any]:
    """What shows a witness that the newest checkpoint continues one of an earlier size.

    Raises NotThere without a checkpoint, and IndexError for a size that never was.
    """
    last = newest(session)
    if last is None:
        raise NotThere
    path = merkle.consistency(_leaves(session, last.size), before)
    return {"checkpoint": last.body, "path": [_text(one) for one in path]}


def check_continuation(old: Checkpoint, content: str, keys: PublicKeys) -> Checkpoint:
    """The newer checkpoint, if its log begins with everything that the older one commits to.

    Raises NotGenuine("fork") when it does not: the log was rewritten. Keep both files then.
    """
    try:
        found: Any = json.loads(content)
        path = [_bytes(one) for one in found["path"]]
        text = found["checkpoint"]
    except _MALFORMED:
        raise NotGenuine("format") from None
    new = read(str(text), keys)
    if not merkle.is_consistent(old.size, old.root, new.size, new.root, path):
        raise NotGenuine("fork")
    return new


def newest(session: Session) -> LogCheckpoint | None:
    """The checkpoint made last; None before the first."""
    return session.scalar(sa.select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))


def bears_out(session: Session, found: Checkpoint) -> bool:
    """Whether the log still begins with everything that a checkpoint commits to."""
    leaves = _leaves(session, found.size)
    return len(leaves) == found.size and merkle.root(leaves) == found.root


def first_break(session: Session) -> int | None:
    """The size of the first checkpoint that the entries do not bear out; None if all do."""
    found = _leaves(session)
    for size, root in session.execute(
        sa.select(LogCheckpoint.size, LogCheckpoint.root).order_by(LogCheckpoint.size)
    ):
        if size > len(found) or merkle.root(found[:size]) != root:
            return int(size)
    return None


def unlogged(session: Session) -> list[str]:
    """Serials of certificates that are not in the log."""
    return list(
        session.scalars(
            sa.select(Certificate.serial)
            .outerjoin(LogEntry, LogEntry.serial == Certificate.serial)
            .where(LogEntry.serial.is_(None))
            .order_by(Certificate.issued_at, Certificate.serial)
            .execution_options(scope="all")
        )
    )


def _leaves(session: Session, size: int | None = None) -> Sequence[bytes]:
    asked = sa.select(LogEntry.leaf).order_by(LogEntry.place)
    return session.scalars(asked if size is None else asked.limit(size)).all()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
