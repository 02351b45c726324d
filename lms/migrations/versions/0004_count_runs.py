"""Nights of the count that were lived through, and the acts of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "count_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("exercise", sa.String(length=160), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("certifying", sa.Boolean(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("planted", sa.Integer(), nullable=True),
        sa.Column("detected", sa.Integer(), nullable=True),
        sa.Column("false_alarms", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_count_runs_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_count_runs_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_runs")),
    )
    with op.batch_alter_table("count_runs", schema=None) as batch_op:
        batch_op.create_index("ix_count_runs_account", ["account_id"], unique=False)
        batch_op.create_index(
            "ix_count_runs_one_open",
            ["account_id", "exercise"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
    op.create_table(
        "count_steps",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["count_runs.id"], name=op.f("fk_count_steps_run_id_count_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", "sequence", name=op.f("pk_count_steps")),
        sa.UniqueConstraint("run_id", "client_key", name=op.f("uq_count_steps_run_id_client_key")),
    )


def downgrade() -> None:
    op.drop_table("count_steps")
    with op.batch_alter_table("count_runs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_count_runs_one_open",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index("ix_count_runs_account")
    op.drop_table("count_runs")
