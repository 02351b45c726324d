"""Elections, each with its legal clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content.library import Library
from lms.deployment.models import Election
from lms.domain.certification import blocked_sources
from lms.domain.permissions import Actor, Permission
from lms.domain.rules import legal_clock


@dataclass(frozen=True)
class ElectionView:
    """An election, its clock (A, B or C), and the critical rules that nobody has confirmed for it:
    while there are any, no programme certifies for deployment to it."""

    name: str
    held_on: date
    clock: str
    blocked: tuple[tuple[str, tuple[str, ...]], ...]


def visible(session: Session, books: Library, actor: Actor) -> Sequence[ElectionView]:
    """The elections of the organisations this person coordinates, the next one last."""
    organisations = [h.organisation_id for h in actor.places_where(Permission.SEE_ELECTIONS)]
    rows = session.execute(
        sa.select(Election.name, Election.held_on)
        .where(Election.organisation_id.in_(organisations))
        .order_by(Election.held_on)
    )
    programmes = [books.programme(slug) for slug in books.programmes]
    return [
        ElectionView(name, held_on, legal_clock(held_on), _blocked(books, programmes, held_on))
        for name, held_on in rows
    ]


def _blocked(books: Library, programmes, held_on: date):  # type: ignore[no-untyped-def]  # see the view
    found: dict[str, tuple[str, ...]] = {}
    for programme in programmes:
        found.update(blocked_sources(programme, books.rules.values(), books.sources, held_on))
    return tuple(sorted(found.items()))
