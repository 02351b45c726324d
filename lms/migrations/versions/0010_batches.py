"""Batches: people of a cohort who are certified together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("drawn_up_at", UTCDateTime(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=True),
        sa.Column("begun_by", sa.Uuid(), nullable=True),
        sa.Column("busy_until", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('training', 'deployment')", name=op.f("ck_certificate_batches_purpose")
        ),
        sa.CheckConstraint(
            "(begun_at IS NULL) = (begun_by IS NULL)",
            name=op.f("ck_certificate_batches_begun_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["accounts.id"], name=op.f("fk_certificate_batches_begun_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_certificate_batches_cohort_id_cohorts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_batches")),
    )
    with op.batch_alter_table("certificate_batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_batches_cohort_id"), ["cohort_id"], unique=False
        )

    op.create_table(
        "certificate_batch_people",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=6), nullable=True),
        sa.Column("serial", sa.String(length=26), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'failed') = (problem IS NOT NULL)",
            name=op.f("ck_certificate_batch_people_named_failure"),
        ),
        sa.CheckConstraint(
            "outcome IN ('issued', 'there', 'failed')",
            name=op.f("ck_certificate_batch_people_outcome"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR name_sealed IS NULL",
            name=op.f("ck_certificate_batch_people_no_name_is_left"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_certificate_batch_people_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["certificate_batches.id"],
            name=op.f("fk_certificate_batch_people_batch_id_certificate_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["serial"],
            ["certificates.serial"],
            name=op.f("fk_certificate_batch_people_serial_certificates"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "account_id", name=op.f("pk_certificate_batch_people")),
    )


def downgrade() -> None:
    op.drop_table("certificate_batch_people")
    with op.batch_alter_table("certificate_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_batches_cohort_id"))

    op.drop_table("certificate_batches")
