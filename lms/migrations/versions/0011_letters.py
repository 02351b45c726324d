"""E-mail that says that a message waits: who asked for it, and what is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_wishes",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("deliver_to_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_letter_wishes_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_letter_wishes")),
    )
    op.create_table(
        "letters_due",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_letters_due_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_letters_due")),
    )
    with op.batch_alter_table("letters_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_due_next_at"), ["next_at"], unique=False)


def downgrade() -> None:
    op.drop_table("letters_due")
    op.drop_table("letter_wishes")
