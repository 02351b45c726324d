"""Publishing: documents are frozen under their digest and gathered into a release.

A release is never changed. What did not change since the last one is shared, so that publishing a
corrected comma costs one row. A release with the same content as the last is not made again.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content.library import Library
from lms.content.models import Document, PublishedFile, Release, ReleaseItem
from lms.content.packed import Packer
from lms.prepared import Prepared

_CURRENT = Prepared(sa.select(Release.id).order_by(Release.number.desc()).limit(1))
_BODIES = (
    sa.select(Document.body)
    .join(ReleaseItem, ReleaseItem.digest == Document.digest)
    .where(ReleaseItem.release_id == sa.bindparam("release"), Document.kind != "writing")
)
# Old releases are read when an old attempt is looked at: a few are enough to keep.
KEPT = 8
_libraries: dict[uuid.UUID, Library] = {}
_loading = threading.Lock()
# Every page asks which release is the current one; a release is frozen, so that the last one is
# never wrong, only a moment old.
TRUSTED_FOR = 1.0
_asked: WeakKeyDictionary[sa.Pool, tuple[float, uuid.UUID]] = WeakKeyDictionary()


class NothingPublished(Exception):
    """No release exists yet; `lms publish` makes the first."""


def canonical(document: Mapping[str, Any]) -> str:
    """The one way a document is written down, on every machine."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def publish(
    session: Session,
    documents: Iterable[Mapping[str, Any]],
    files: Mapping[str, bytes],
    *,
    now: datetime,
    writings: Iterable[Mapping[str, Any]] = (),
) -> tuple[uuid.UUID, int]:
    """Freeze these documents as the current release; give its id and how many were new.

    ``files`` maps an address (``<digest>/<name>``) to bytes. When nothing changed the last release
    stays. ``writings`` are kept beside the documents for those who review translations; no library
    holds them.
    """
    everything = (*documents, *writings)
    items = {(d["kind"], d["slug"]): (digest(d), canonical(d)) for d in everything}
    last = _current_id(session)
    if last is not None and _items_of(session, last) == {k: v[0] for k, v in items.items()}:
        return last, 0
    known = set(session.scalars(sa.select(Document.digest)))
    new = {
        found: Document(digest=found, kind=kind, slug=slug, body=body)
        for (kind, slug), (found, body) in items.items()
        if found not in known
    }
    session.add_all(new.values())
    _keep_files(session, files)
    number = session.scalar(sa.select(sa.func.coalesce(sa.func.max(Release.number), 0))) or 0
    release = Release(number=number + 1, published_at=now)
    session.add(release)
    session.flush()
    _asked.pop(session.get_bind().engine.pool, None)
    session.add_all(
        ReleaseItem(release_id=release.id, kind=kind, slug=slug, digest=found)
        for (kind, slug), (found, _) in items.items()
    )
    session.flush()
    return release.id, len(new)


def _keep_files(session: Session, files: Mapping[str, bytes]) -> None:
    kept = set(session.scalars(sa.select(PublishedFile.digest)))
    for address, body in files.items():
        found = hashlib.sha256(body).hexdigest()
        if found not in kept:
            kept.add(found)
            name = address.rsplit("/", 1)[-1]
            session.add(PublishedFile(digest=found, name=name, body=body))


def _items_of(session: Session, release: uuid.UUID) -> dict[tuple[str, str], str]:
    rows = session.execute(
        sa.select(ReleaseItem.kind, ReleaseItem.slug, ReleaseItem.digest).where(
            ReleaseItem.release_id == release
        )
    )
    return {(kind, slug): found for kind, slug, found in rows}


def current(session: Session) -> Library:
    """The library as it is now. Raises NothingPublished before the first release.

    What another process publishes is seen a second later at most.
    """
    release = _known_current(session)
    if release is None:
        raise NothingPublished
    return at(session, release)


def writings(session: Session, release: uuid.UUID, language: str) -> list[dict[str, Any]]:
    """The translations of a release into a language, in the words of their files, by path."""
    found = session.scalars(_written(release, ReleaseItem.slug.startswith(f"{language}/")))
    return [json.loads(body) for body in found]


def writing(session: Session, release: uuid.UUID, slug: str) -> dict[str, Any] | None:
    """One translation of a release by its slug, ``kk/courses/counting/04-the-protocol``."""
    body = session.scalar(_written(release, ReleaseItem.slug == slug))
    return json.loads(body) if body is not None else None


def _written(release: uuid.UUID, which: sa.ColumnElement[bool]) -> sa.Select[str]:
    return (
        sa.select(Document.body)
        .join(ReleaseItem, ReleaseItem.digest == Document.digest)
        .where(ReleaseItem.release_id == release, ReleaseItem.kind == "writing", which)
        .order_by(ReleaseItem.slug)
    )


def _known_current(session: Session) -> uuid.UUID | None:
    """The current release, asked for once in ``TRUSTED_FOR`` seconds."""
    pool = session.get_bind().engine.pool
    until, release = _asked.get(pool, (0.0, None))
    now = time.monotonic()
    if now >= until:
        release = _current_id(session)
        if release is not None:
            _asked[pool] = (now + TRUSTED_FOR, release)
    return release


def _current_id(session: Session) -> uuid.UUID | None:
    row = _CURRENT.first(session)
    return row.id if row else None


def at(session: Session, release: uuid.UUID) -> Library:
    """The library as it was in this release. Raises KeyError for a release that never was."""
    found = _libraries.get(release)
    if found is not None:
        if next(reversed(_libraries)) != release:
            _libraries[release] = _libraries.pop(release)  # the one used last goes last
        return found
    with _loading:
        found = _libraries.get(release)
        if found is None:
            pack = Packer().pack
            # Some after the others: all of them read at once would leave holes in the memory.
            bodies = session.scalars(
                _BODIES, {"release": release}, execution_options={"yield_per": 20}
            )
            documents = [pack(json.loads(body)) for body in bodies]
            if not documents:
                raise KeyError(release)
            found = Library(release, documents)
            while len(_libraries) >= KEPT:
                del _libraries[next(iter(_libraries))]
            _libraries[release] = found
    return found
