"""Who judged which set of incidents, and how."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class Calibration(Base):
    """One person's judgements of one set, given once: what was seen at first is what counts."""

    __tablename__ = "calibrations"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    incidents: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    judgements: Mapped[dict[str, Any]]
    at: Mapped[datetime]
