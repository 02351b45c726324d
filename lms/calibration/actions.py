"""The one deed of calibration: to hand one's judgements in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lms.calibration.models import Calibration
from lms.domain.errors import NotYours
from lms.domain.permissions import Actor, Permission, may


def judge(
    session: Session,
    actor: Actor,
    incidents: str,
    judgements: Mapping[str, str],
    *,
    release_id: uuid.UUID,
    now: datetime,
) -> None:
    """Keep a person's judgements of a set. A second time changes nothing: the first ones stand."""
    if not may(actor, Permission.SIT_QUIZ):
        raise NotYours
    if session.get(Calibration, (actor.id, incidents)) is not None:
        return
    session.add(
        Calibration(
            account_id=actor.id,
            incidents=incidents,
            release_id=release_id,
            judgements=dict(judgements),
            at=now,
        )
    )
    session.flush()
