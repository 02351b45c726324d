"""Deeds of a panel: open it, judge, close it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms import trail
from lms.content.library import Library
from lms.domain.errors import NotThere, NotYours, TooLate
from lms.domain.permissions import Actor, Permission
from lms.panels import queries
from lms.panels.models import Panel, PanelJudgement


def open_panel(
    session: Session,
    actor: Actor,
    organisation_id: uuid.UUID,
    books: Library,
    quiz: str,
    *,
    now: datetime,
) -> uuid.UUID:
    """Open a panel on an exam; give its id. Raises NotYours, and NotThere for no exam."""
    if organisation_id not in queries.organisations(actor, Permission.OPEN_PANEL):
        raise NotYours
    if quiz not in books.quizzes or not books.quiz(quiz).is_exam:
        raise NotThere
    panel = Panel(
        organisation_id=organisation_id,
        quiz=quiz,
        release_id=books.published,
        opened_by=actor.id,
        opened_at=now,
    )
    session.add(panel)
    session.flush()
    trail.record(
        session,
        "open-panel",
        actor_id=actor.id,
        subject=f"panel:{panel.id}",
        facts={"quiz": quiz},
        now=now,
    )
    return panel.id


def judge(
    session: Session, actor: Actor, panel_id: uuid.UUID, judgements: Mapping[str, int]
) -> None:
    """Keep one's judgements; a later one replaces an earlier one. Raises TooLate once closed."""
    panel = queries.one(session, actor, panel_id, permission=Permission.JUDGE_QUESTIONS)
    session.refresh(panel, with_for_update=True)
    if panel.closed_at is not None:
        raise TooLate("panel-closed")
    known = set(queries.asked(session, panel).questions)
    session.execute(
        sa.delete(PanelJudgement).where(
            PanelJudgement.panel_id == panel_id, PanelJudgement.judge_id == actor.id
        )
    )
    session.add_all(
        PanelJudgement(panel_id=panel_id, judge_id=actor.id, question=question, percent=percent)
        for question, percent in judgements.items()
        if question in known
    )
    session.flush()


def close(session: Session, actor: Actor, panel_id: uuid.UUID, *, now: datetime) -> None:
    """Close a panel for good and lay its judgements open. Closing again changes nothing."""
    panel = queries.one(session, actor, panel_id, permission=Permission.OPEN_PANEL)
    session.refresh(panel, with_for_update=True)
    if panel.closed_at is not None:
        return
    panel.closed_at = now
    found = queries.cut(session, panel)
    session.flush()
    trail.record(
        session,
        "close-panel",
        actor_id=actor.id,
        subject=f"panel:{panel.id}",
        facts={
            "quiz": panel.quiz,
            "judges": len(found.by_judge),
            "cut_permille": None
            if found.percent.value is None
            else round(found.percent.value * 10),
        },
        now=now,
    )
