"""Panels of one's organisations; what others judged only after a panel has closed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content import publishing
from lms.content.library import Library
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor, Permission
from lms.domain.statistics.panels import Cut, cut_of
from lms.panels.models import Panel, PanelJudgement


def organisations(actor: Actor, permission: Permission) -> frozenset[uuid.UUID]:
    """The organisations in which this person holds a permission, in whatever cohort."""
    return frozenset(
        held.organisation_id
        for held in actor.places_where(permission)
        if held.organisation_id is not None
    )


def visible(session: Session, actor: Actor) -> Sequence[Panel]:
    """The panels of one's organisations, the latest first."""
    return session.scalars(
        sa.select(Panel)
        .where(Panel.organisation_id.in_(organisations(actor, Permission.JUDGE_QUESTIONS)))
        .order_by(Panel.opened_at.desc())
    ).all()


def one(session: Session, actor: Actor, panel_id: uuid.UUID, *, permission: Permission) -> Panel:
    """A panel of an organisation in which the person holds the permission. Raises NotThere."""
    panel = session.get(Panel, panel_id)
    if panel is None or panel.organisation_id not in organisations(actor, permission):
        raise NotThere
    return panel


@dataclass(frozen=True)
class Asked:
    """What a panel judges: the lines of the blueprint, each with what it may draw."""

    books: Library
    lines: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question, once, in the order of the lines."""
        return tuple(dict.fromkeys(q for _count, line in self.lines for q in line))


def asked(session: Session, panel: Panel) -> Asked:
    """The questions of a panel, as they were when it was opened."""
    books = publishing.at(session, panel.release_id)
    quiz = books.quiz(panel.quiz)
    critical = books.critical(None)
    lines = [
        (line.count, tuple(q.id for q in books.questions.values() if line.accepts(q, critical)))
        for line in quiz.lines
    ]
    return Asked(books, tuple(lines))


def own_judgements(session: Session, actor: Actor, panel: Panel) -> dict[str, int]:
    """What this person said about each question."""
    rows = session.execute(
        sa.select(PanelJudgement.question, PanelJudgement.percent).where(
            PanelJudgement.panel_id == panel.id, PanelJudgement.judge_id == actor.id
        )
    )
    return {row[0]: row[1] for row in rows}


def judges(session: Session, panel: Panel) -> dict[uuid.UUID, int]:
    """How many questions each judge has judged so far; not how."""
    rows = session.execute(
        sa.select(PanelJudgement.judge_id, sa.func.count())
        .where(PanelJudgement.panel_id == panel.id)
        .group_by(PanelJudgement.judge_id)
    )
    return {row[0]: row[1] for row in rows}


def cut(session: Session, panel: Panel) -> Cut:
    """The panel's cut. Raises NotThere while it is open: judges are not to sway each other."""
    if panel.closed_at is None:
        raise NotThere
    said: dict[str, dict[str, int]] = {}
    for row in session.scalars(
        sa.select(PanelJudgement).where(PanelJudgement.panel_id == panel.id)
    ):
        said.setdefault(str(row.judge_id), {})[row.question] = row.percent
    return cut_of(said, asked(session, panel).lines)
