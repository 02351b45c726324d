"""Joint sessions: cards without owners, the facilitator's events, answers, and what is left of it.

No row of a session names an account, on either side. Answers carry no moment, and go when the
session is closed; a receipt leaves nothing here but that it was used. Tables of things that were
handed in without a name are kept without a row number, so that their order says nothing either.
Source: security C-68, C-69 and 1.5 (AB1, AB2).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, new_id


class JointSession(Base):
    """A session of two organisations: where and when, what is played, and how it went."""

    __tablename__ = "joint_sessions"
    __table_args__ = (
        sa.CheckConstraint("state IN ('planned', 'open', 'closed', 'cancelled')", name="state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )
    partner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    co_held: Mapped[bool]
    exercise: Mapped[str] = mapped_column(sa.String(160))
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("releases.id"))
    language: Mapped[str] = mapped_column(sa.String(2))
    starts_on: Mapped[date] = mapped_column(index=True)
    starts_time: Mapped[str] = mapped_column(sa.String(5))
    place: Mapped[str] = mapped_column(sa.String(200))
    seats: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default="planned")
    number: Mapped[int] = mapped_column(default=0)
    wall_key: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    results: Mapped[dict[str, Any] | None]


class JointCard(Base):
    """A card that somebody was handed on paper. Nobody wrote down who."""

    __tablename__ = "joint_cards"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "side", "number"),
        sa.UniqueConstraint("session_id", "alias"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("joint_sessions.id"))
    side: Mapped[str] = mapped_column(sa.String(12))
    number: Mapped[int]
    selector: Mapped[str] = mapped_column(sa.String(4), unique=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(200))
    alias: Mapped[int]
    returned: Mapped[bool] = mapped_column(default=False)
    joined: Mapped[bool] = mapped_column(default=False)
    present: Mapped[bool] = mapped_column(default=False)
    role_first: Mapped[str | None] = mapped_column(sa.String(80))
    role_second: Mapped[str | None] = mapped_column(sa.String(80))
    receipt_given: Mapped[bool] = mapped_column(default=False)
    feedback_given: Mapped[bool] = mapped_column(default=False)


class JointEvent(Base):
    """What the facilitator did, in its place. The session is the replay of these.

    Who came when is no event: the number of the last one tells nobody how many are there.
    """

    __tablename__ = "joint_events"

    session_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("joint_sessions.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(12))
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class JointVote(Base):
    """One answer of one card. Its key came from the phone: sent twice, it is the same answer."""

    __tablename__ = "joint_votes"
    __table_args__ = (sa.UniqueConstraint("card_id", "scene", "turn"), {"sqlite_with_rowid": False})

    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    card_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("joint_cards.id"))
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("joint_sessions.id"), index=True)
    scene: Mapped[str] = mapped_column(sa.String(80))
    side: Mapped[str] = mapped_column(sa.String(12))
    letter: Mapped[str] = mapped_column(sa.String(1))
    turn: Mapped[int]


class JointHeads(Base):
    """What one side's facilitator counted: heads in the room, lines on the paper list."""

    __tablename__ = "joint_heads"

    session_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("joint_sessions.id"), primary_key=True
    )
    side: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    heads: Mapped[int | None]
    paper: Mapped[int | None]


class JointFeedback(Base):
    """What somebody thought of a session: no card, no moment, no order."""

    __tablename__ = "joint_feedback"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("joint_sessions.id"), index=True)
    useful: Mapped[int]
    words: Mapped[str] = mapped_column(sa.String(1000))


class SpentReceipt(Base):
    """A receipt was redeemed. Whose it was, and of which session, is not kept."""

    __tablename__ = "spent_receipts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)


class JointAttendance(Base):
    """How many joint sessions somebody has shown a receipt of, and on which day the last."""

    __tablename__ = "joint_attendances"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    receipts: Mapped[int]
    last_on: Mapped[date]
