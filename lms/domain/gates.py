"""What counts for a certificate and may not be tried for ever: how often within a week; which
scenarios a programme draws.

Source: answers to removal, 6.5; curriculum, 5 (at most 3 attempts in 7 days with new items).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lms.domain.dates import Document
from lms.domain.runs import GATE_RECORD, GATE_TACTICS
from lms.domain.scenarios import SAFETY, Scenario, replay

# Whoever used up their attempts of a week may learn, and try again in the next.
WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Drawn:
    """So many ``runs``, each of another tactic, all to be passed; ``attempts`` times at most in a
    week, and so many hours apart."""

    runs: int = 2
    tactics: tuple[int, ...] = GATE_TACTICS
    attempts: int = 3
    wait_hours: int = 12

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None) -> "Drawn | None":
        """Read the ``drawn_runs`` of a programme's requirements; None where it asks for none."""
        if not document:
            return None
        return cls(
            runs=int(document["runs"]),
            tactics=tuple(document["tactics"]),
            attempts=int(document["attempts"]),
            wait_hours=int(document["wait_hours"]),
        )


@dataclass(frozen=True)
class May:
    """Whether one may begin now. ``left`` attempts of this week remain, None where nobody counts
    them; ``until`` is when the wait is over, None where one may begin."""

    left: int | None
    until: datetime | None

    @property
    def begin(self) -> bool:
        return self.until is None


def may_begin(
    attempts: int | None, wait_hours: int | None, ended: Iterable[datetime], now: datetime
) -> May:
    """Whether another attempt may begin, given when those that are counted ended.

    At most so many ``attempts`` in seven days, and so many hours after the last one; None is no
    limit.
    """
    past = sorted(ended)
    opens = [past[-1] + timedelta(hours=wait_hours)] if past and wait_hours else []
    left = None
    if attempts is not None:
        recent = [at for at in past if at > now - WITHIN]
        left = max(attempts - len(recent), 0)
        if left == 0:
            opens.append(recent[-attempts] + WITHIN)
    until = max(opens, default=now)
    return May(left, until if until > now else None)


def candidates(rule: Drawn, documents: Iterable[Document]) -> dict[int, tuple[str, ...]]:
    """The scenarios that may be drawn, by tactic: those in which what certifying takes can be
    reached at all."""
    found: dict[int, list[str]] = {}
    for document in sorted(documents, key=lambda one: str(one["slug"])):
        if document.get("tactic") in rule.tactics and can_certify(document):
            found.setdefault(document["tactic"], []).append(document["slug"])
    return {tactic: tuple(slugs) for tactic, slugs in sorted(found.items())}


def can_certify(document: Document) -> bool:
    """Whether the best run of a scenario has the record and the safety that certifying takes."""
    best = document.get("best_path")
    if not best or SAFETY not in (document.get("meters") or {}):
        return False
    last = replay(Scenario.from_document(document), [choice for _, choice in best])[-1]
    return not last.endangered and last.meters.get("record", 0) >= GATE_RECORD


def draw(
    rule: Drawn, documents: Iterable[Document], before: Iterable[str], chance: Random
) -> tuple[str, ...]:
    """Scenarios of different tactics, drawn by ``chance``; fewer where there are not enough.

    What was drawn the time ``before`` comes again only where nothing else is left.
    """
    may = candidates(rule, documents)
    seen = set(before)
    fresh = {tactic: [s for s in slugs if s not in seen] for tactic, slugs in may.items()}
    new = [tactic for tactic, slugs in fresh.items() if slugs]
    old = [tactic for tactic in may if tactic not in new]
    chance.shuffle(new)
    chance.shuffle(old)
    tactics = [*new, *old][: rule.runs]
    return tuple(chance.choice(fresh[tactic] or list(may[tactic])) for tactic in tactics)
