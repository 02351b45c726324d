"""joint: sessions of two organisations, cards without owners, answers, receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spent_receipts",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_receipts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "joint_attendances",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("receipts", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_joint_attendances_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_joint_attendances")),
    )
    op.create_table(
        "joint_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("co_held", sa.Boolean(), nullable=False),
        sa.Column("exercise", sa.String(length=160), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("starts_time", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wall_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("results", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'closed', 'cancelled')",
            name=op.f("ck_joint_sessions_state"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_joint_sessions_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["organisations.id"],
            name=op.f("fk_joint_sessions_partner_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_joint_sessions_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_sessions")),
    )
    with op.batch_alter_table("joint_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_joint_sessions_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_joint_sessions_partner_id"), ["partner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_joint_sessions_starts_on"), ["starts_on"], unique=False
        )

    op.create_table(
        "joint_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("selector", sa.String(length=4), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("alias", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("role_first", sa.String(length=80), nullable=True),
        sa.Column("role_second", sa.String(length=80), nullable=True),
        sa.Column("receipt_given", sa.Boolean(), nullable=False),
        sa.Column("feedback_given", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["joint_sessions.id"],
            name=op.f("fk_joint_cards_session_id_joint_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_cards")),
        sa.UniqueConstraint("selector", name=op.f("uq_joint_cards_selector")),
        sa.UniqueConstraint("session_id", "alias", name=op.f("uq_joint_cards_session_id_alias")),
        sa.UniqueConstraint(
            "session_id", "side", "number", name=op.f("uq_joint_cards_session_id_side_number")
        ),
    )
    op.create_table(
        "joint_events",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["joint_sessions.id"],
            name=op.f("fk_joint_events_session_id_joint_sessions"),
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_joint_events")),
    )
    op.create_table(
        "joint_feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["joint_sessions.id"],
            name=op.f("fk_joint_feedback_session_id_joint_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_feedback")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("joint_feedback", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_joint_feedback_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "joint_heads",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=True),
        sa.Column("paper", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["joint_sessions.id"],
            name=op.f("fk_joint_heads_session_id_joint_sessions"),
        ),
        sa.PrimaryKeyConstraint("session_id", "side", name=op.f("pk_joint_heads")),
    )
    op.create_table(
        "joint_votes",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.String(length=80), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["joint_cards.id"], name=op.f("fk_joint_votes_card_id_joint_cards")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["joint_sessions.id"],
            name=op.f("fk_joint_votes_session_id_joint_sessions"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_joint_votes")),
        sa.UniqueConstraint(
            "card_id", "scene", "turn", name=op.f("uq_joint_votes_card_id_scene_turn")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("joint_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_votes_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("joint_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_votes_session_id"))

    op.drop_table("joint_votes")
    op.drop_table("joint_heads")
    with op.batch_alter_table("joint_feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_feedback_session_id"))

    op.drop_table("joint_feedback")
    op.drop_table("joint_events")
    op.drop_table("joint_cards")
    with op.batch_alter_table("joint_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_sessions_starts_on"))
        batch_op.drop_index(batch_op.f("ix_joint_sessions_partner_id"))
        batch_op.drop_index(batch_op.f("ix_joint_sessions_organisation_id"))

    op.drop_table("joint_sessions")
    op.drop_table("joint_attendances")
    op.drop_table("spent_receipts")
