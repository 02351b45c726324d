"""Taking a correction back: asked for by one person, with a reason, before another does it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undo_asked_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("undo_asked_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("undo_reason", sa.String(length=20), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_corrections_undo_asked_by_accounts"),
            "accounts",
            ["undo_asked_by"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_corrections_undo_asked_by_accounts"), type_="foreignkey"
        )
        batch_op.drop_column("undo_reason")
        batch_op.drop_column("undo_asked_at")
        batch_op.drop_column("undo_asked_by")
