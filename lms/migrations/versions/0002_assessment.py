"""assessment: closing, granting, correcting and marking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exposures",
        sa.Column("quiz", sa.String(length=160), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quiz", "question", name=op.f("pk_exposures")),
    )
    op.create_table(
        "allowances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=160), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_allowances_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["accounts.id"], name=op.f("fk_allowances_granted_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowances")),
    )
    with op.batch_alter_table("allowances", schema=None) as batch_op:
        batch_op.create_index("ix_allowances_account_id", ["account_id", "quiz"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", UTCDateTime(), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", UTCDateTime(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["applied_by"], ["accounts.id"], name=op.f("fk_corrections_applied_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_corrections_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["accounts.id"], name=op.f("fk_corrections_proposed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["accounts.id"], name=op.f("fk_corrections_undone_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_question"), ["question"], unique=False)

    op.create_table(
        "essays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("earned", sa.Integer(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_essays_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_essays_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essays")),
        sa.UniqueConstraint("attempt_id", "question", name=op.f("uq_essays_attempt_id_question")),
    )
    with op.batch_alter_table("essays", schema=None) as batch_op:
        batch_op.create_index("ix_essays_state", ["state", "due_on"], unique=False)

    op.create_table(
        "repairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=160), nullable=False),
        sa.Column("rule", sa.String(length=160), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("met", sa.JSON(), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=True),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_repairs_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_repairs_attempt_id_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["accounts.id"], name=op.f("fk_repairs_closed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_repairs_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
        sa.UniqueConstraint("attempt_id", "rule", name=op.f("uq_repairs_attempt_id_rule")),
    )
    with op.batch_alter_table("repairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repairs_account_id"), ["account_id"], unique=False)

    op.create_table(
        "result_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_result_changes_attempt_id_attempts")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["corrections.id"],
            name=op.f("fk_result_changes_correction_id_corrections"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_changes")),
    )
    with op.batch_alter_table("result_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_result_changes_attempt_id"), ["attempt_id"], unique=False
        )

    op.create_table(
        "essay_marks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("essay_id", sa.Uuid(), nullable=False),
        sa.Column("marker_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("earned", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name=op.f("fk_essay_marks_essay_id_essays")
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["accounts.id"], name=op.f("fk_essay_marks_marker_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_essay_marks")),
        sa.UniqueConstraint(
            "essay_id", "marker_id", name=op.f("uq_essay_marks_essay_id_marker_id")
        ),
    )
    op.create_table(
        "quiz_closings",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=160), nullable=False),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_quiz_closings_cohort_id_cohorts")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_quiz_closings_decided_by_accounts")
        ),
        sa.PrimaryKeyConstraint("cohort_id", "quiz", name=op.f("pk_quiz_closings")),
    )
    with op.batch_alter_table("attempt_results", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("knocked_out", sa.JSON(), nullable=False, server_default="[]")
        )

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", UTCDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("abandoned", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index("ix_attempts_due_at", ["due_at"], unique=False)

    # Those that were there have these values; what comes says its own.
    with op.batch_alter_table("attempt_results", schema=None) as batch_op:
        batch_op.alter_column("knocked_out", server_default=None)
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.alter_column("abandoned", server_default=None)
    op.execute(sa.text("UPDATE attempts SET due_at = deadline WHERE finished_at IS NULL"))


def downgrade() -> None:
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_due_at")
        batch_op.drop_column("abandoned")
        batch_op.drop_column("due_at")

    with op.batch_alter_table("attempt_results", schema=None) as batch_op:
        batch_op.drop_column("knocked_out")

    op.drop_table("quiz_closings")
    op.drop_table("essay_marks")
    with op.batch_alter_table("result_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_changes_attempt_id"))

    op.drop_table("result_changes")
    with op.batch_alter_table("repairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_repairs_account_id"))

    op.drop_table("repairs")
    with op.batch_alter_table("essays", schema=None) as batch_op:
        batch_op.drop_index("ix_essays_state")

    op.drop_table("essays")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_corrections_question"))

    op.drop_table("corrections")
    with op.batch_alter_table("allowances", schema=None) as batch_op:
        batch_op.drop_index("ix_allowances_account_id")

    op.drop_table("allowances")
    op.drop_table("exposures")
