"""Runs as their owner sees them: always a replay of the choices that were made."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content import publishing
from lms.content.library import Document, Library
from lms.domain import scenarios as domain
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from lms.drills.models import Run, RunChoice

_RUN = sa.select(Run.id, Run.scenario, Run.release_id, Run.finished_at).where(
    Run.id == sa.bindparam("id", type_=sa.Uuid()),
    Run.account_id == sa.bindparam("account", type_=sa.Uuid()),
)
_RUN_LOCKED = _RUN.with_for_update()
_CHOICES = (
    sa.select(RunChoice.scene, RunChoice.choice, RunChoice.client_key)
    .where(RunChoice.run_id == sa.bindparam("id", type_=sa.Uuid()))
    .order_by(RunChoice.sequence)
)


@dataclass(frozen=True)
class Playing:
    """One run: the scenario as it was published when the run began, and every position so far."""

    id: uuid.UUID
    books: Library
    scenario: domain.Scenario
    document: Document
    finished_at: datetime | None
    taken: tuple[tuple[str, str], ...]  # (scene, choice)
    keys: frozenset[uuid.UUID]
    positions: tuple[domain.Position, ...]

    @property
    def position(self) -> domain.Position:
        return self.positions[-1]

    @property
    def ending(self) -> domain.Ending | None:
        return domain.outcome(self.scenario, self.position)

    def scene_document(self, scene: str) -> dict[str, Any]:
        found: dict[str, Any] = next(s for s in self.document["scenes"] if s["id"] == scene)
        return found

    def choice_document(self, scene: str, choice: str) -> dict[str, Any]:
        choices = self.scene_document(scene)["choices"]
        found: dict[str, Any] = next(c for c in choices if c["id"] == choice)
        return found


def own_run(session: Session, actor: Actor, run_id: uuid.UUID, *, locked: bool = False) -> Playing:
    """One's own run. Raises NotThere for anybody else's."""
    statement = _RUN_LOCKED if locked else _RUN
    row = session.execute(statement, {"id": run_id, "account": actor.id}).first()
    if row is None:
        raise NotThere
    books = publishing.at(session, row.release_id)
    scenario = books.scenario(row.scenario)
    choices = session.execute(_CHOICES, {"id": run_id}).all()
    return Playing(
        id=row.id,
        books=books,
        scenario=scenario,
        document=books.scenarios[row.scenario],
        finished_at=row.finished_at,
        taken=tuple((c.scene, c.choice) for c in choices),
        keys=frozenset(c.client_key for c in choices),
        positions=domain.replay(scenario, [c.choice for c in choices]),
    )


def open_run(session: Session, actor: Actor, scenario: str) -> uuid.UUID | None:
    """The run of this scenario that is going on, if there is one."""
    return session.scalar(
        sa.select(Run.id).where(
            Run.account_id == actor.id, Run.scenario == scenario, Run.finished_at.is_(None)
        )
    )


def own_runs(session: Session, actor: Actor, scenario: str) -> Sequence[Run]:
    """One's finished runs of a scenario, the latest first."""
    return session.scalars(
        sa.select(Run)
        .where(Run.account_id == actor.id, Run.scenario == scenario, Run.finished_at.is_not(None))
        .order_by(Run.finished_at.desc())
    ).all()


def has_passed_since(session: Session, actor: Actor, scenario: str, since: datetime) -> bool:
    """Whether this person began a run of a scenario after a moment, and passed it."""
    passed = sa.select(Run.id).where(
        Run.account_id == actor.id,
        Run.scenario == scenario,
        Run.passed.is_(True),
        Run.finished_at.is_not(None),
        Run.started_at > since,
    )
    return session.scalar(passed.limit(1)) is not None
