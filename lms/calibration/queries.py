"""Judgements: one's own beside the key, and those of a cohort together, never of too few."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import RoleHeld
from lms.calibration.models import Calibration
from lms.content import publishing
from lms.content.library import Document, Library
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor, Role
from lms.domain.severity import SEVERITIES, place_of
from lms.domain.statistics import Figure
from lms.domain.statistics.agreement import Judged, Scale, judged, krippendorff

LEARNERS = (Role.TRAINEE, Role.OFFICIAL)
FEWEST = 5
SEED = 1  # intervals are drawn the same way on every page


def document(books: Library, slug: str) -> Document:
    """A set of incidents. Raises NotThere."""
    if slug not in books.incidents:
        raise NotThere
    return books.incidents[slug]


def own(session: Session, actor: Actor, slug: str) -> Calibration | None:
    """One's own judgements of a set, or None."""
    return session.get(Calibration, (actor.id, slug))


def own_slugs(session: Session, actor: Actor) -> frozenset[str]:
    """The sets that this person has judged."""
    found = session.scalars(
        sa.select(Calibration.incidents).where(Calibration.account_id == actor.id)
    )
    return frozenset(found)


def of_release(session: Session, mine: Calibration) -> Document:
    """The set as it was when somebody judged it."""
    return document(publishing.at(session, mine.release_id), mine.incidents)


def key_of(incidents: Document) -> dict[str, int]:
    """The place of each incident on the scale of severity."""
    return {entry["id"]: place_of(entry["severity"]) for entry in incidents["incidents"]}


def beside_the_key(incidents: Document, judgements: Mapping[str, str]) -> Judged:
    """Somebody's judgements beside the key."""
    answers = {incident: place_of(word) for incident, word in judgements.items()}
    return judged(answers, key_of(incidents), len(SEVERITIES), Random(SEED))  # noqa: S311


@dataclass(frozen=True)
class Line:
    """One incident over a cohort: how many called it what, in the order of the scale."""

    entry: Document
    counts: tuple[int, ...]
    alike: int


@dataclass(frozen=True)
class Together:
    """A cohort's judgements. ``with_key`` is the mean weighted kappa of its people, ``between`` is
    Krippendorff's alpha; ``about`` gives both per kind of incident; ``over`` and ``under``
    count people whose errors lean that way."""

    people: int
    between: Figure
    with_key: float | None
    lines: tuple[Line, ...]
    about: Mapping[str, tuple[Figure, int, int]]
    over: int
    under: int


def together(
    session: Session, incidents: Document, cohort_ids: Sequence[uuid.UUID]
) -> Together | None:
    """The judgements of the learners of some cohorts; None of fewer than five people.

    The caller has asked which cohorts the actor may see.
    """
    rows = session.scalars(
        sa.select(Calibration)
        .join(RoleHeld, RoleHeld.account_id == Calibration.account_id)
        .where(
            Calibration.incidents == incidents["slug"],
            RoleHeld.role.in_(LEARNERS),
            RoleHeld.cohort_id.in_(cohort_ids),
        )
    )
    found = {row.account_id: row.judgements for row in rows}
    return summed(incidents, list(found.values())) if len(found) >= FEWEST else None


def summed(incidents: Document, people: Sequence[Mapping[str, str]]) -> Together:
    """What people judged, together."""
    key, levels = key_of(incidents), len(SEVERITIES)
    units = {
        incident: [place_of(one[incident]) for one in people if incident in one] for incident in key
    }
    lines = []
    for entry in incidents["incidents"]:
        counts = Counter(units[entry["id"]])
        shown = tuple(counts[level] for level in range(levels))
        lines.append(Line(entry, shown, counts[key[entry["id"]]]))
    each = [beside_the_key(incidents, one) for one in people]
    kappas = [one.kappa.value for one in each if one.kappa.value is not None]
    return Together(
        people=len(people),
        between=krippendorff(
            list(units.values()),
            levels,
            Scale.ORDINAL,
            Random(SEED),  # noqa: S311
        ),
        with_key=sum(kappas) / len(kappas) if kappas else None,
        lines=tuple(sorted(lines, key=lambda line: line.alike)),
        about=_about(incidents, units, key),
        over=sum(one.leaning.value == "over" for one in each),
        under=sum(one.leaning.value == "under" for one in each),
    )


def _about(
    incidents: Document, units: Mapping[str, list[int]], key: Mapping[str, int]
) -> dict[str, tuple[Figure, int, int]]:
    """For each kind of incident: alpha, judgements that are the key's, and all judgements."""
    found = {}
    for about in sorted({entry["about"] for entry in incidents["incidents"]}):
        ids = [e["id"] for e in incidents["incidents"] if e["about"] == about]
        alpha = krippendorff([units[i] for i in ids], len(SEVERITIES), Scale.ORDINAL)
        alike = sum(place == key[i] for i in ids for place in units[i])
        found[about] = (alpha, alike, sum(len(units[i]) for i in ids))
    return found
