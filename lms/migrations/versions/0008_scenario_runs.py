"""Scenario runs: chance, time, papers and certifying."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("scenarios", sa.JSON(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_gates_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_gates_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gates")),
        sa.UniqueConstraint(
            "account_id", "programme", "number", name=op.f("uq_gates_account_id_programme_number")
        ),
    )
    with op.batch_alter_table("gates", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gates_one_open",
            ["account_id", "programme"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "run_clocks",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_clocks_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "sequence", name=op.f("pk_run_clocks")),
    )
    op.create_table(
        "run_papers",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_papers_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "sequence", name=op.f("pk_run_papers")),
    )
    # Runs that are there were played without the clock, and nothing in them was left to chance.
    with op.batch_alter_table("run_choices", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seed", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("timed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("gate_id", sa.Uuid(), nullable=True))
        batch_op.drop_index("ix_runs_one_open")
        batch_op.create_index("ix_runs_scenario", ["scenario"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_runs_gate_id_scenario"), ["gate_id", "scenario"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_runs_gate_id_gates"), "gates", ["gate_id"], ["id"]
        )

    with op.batch_alter_table("run_choices", schema=None) as batch_op:
        batch_op.alter_column("late", server_default=None)

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.alter_column("seed", server_default=None)
        batch_op.alter_column("timed", server_default=None)
    _one_open("finished_at IS NULL AND gate_id IS NULL")


def _one_open(which: str) -> None:
    op.create_index(
        "ix_runs_one_open",
        "runs",
        ["account_id", "scenario"],
        unique=True,
        sqlite_where=sa.text(which),
        postgresql_where=sa.text(which),
    )


def downgrade() -> None:
    # What was certified by a drawn run is not certified by one of free choice.
    op.execute(
        "DELETE FROM run_choices WHERE run_id IN (SELECT id FROM runs WHERE gate_id IS NOT NULL)"
    )
    op.drop_table("run_papers")
    op.drop_table("run_clocks")
    op.execute("DELETE FROM runs WHERE gate_id IS NOT NULL")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_runs_gate_id_gates"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_runs_gate_id_scenario"), type_="unique")
        batch_op.drop_index("ix_runs_scenario")
        batch_op.drop_index("ix_runs_one_open")
        batch_op.drop_column("gate_id")
        batch_op.drop_column("timed")
        batch_op.drop_column("seed")

    _one_open("finished_at IS NULL")
    with op.batch_alter_table("run_choices", schema=None) as batch_op:
        batch_op.drop_column("late")

    with op.batch_alter_table("gates", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_gates_one_open",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.drop_table("gates")
