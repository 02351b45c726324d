"""Files of answers: handed in by one member of staff, taken in by another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("handed_by", sa.Uuid(), nullable=False),
        sa.Column("handed_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_answer_files_attempt_id_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["handed_by"], ["accounts.id"], name=op.f("fk_answer_files_handed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_answer_files_decided_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_files")),
    )
    with op.batch_alter_table("answer_files", schema=None) as batch_op:
        batch_op.create_index("ix_answer_files_attempt_id", ["attempt_id"], unique=False)
        batch_op.create_index(
            "ix_answer_files_one_waiting",
            ["attempt_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("answer_files")
