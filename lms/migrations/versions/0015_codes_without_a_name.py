"""Codes without a name: more tokens of one certificate, which nobody can link to each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_codes",
        sa.Column("serial", sa.String(length=26), nullable=False),
        sa.Column("certificate", sa.String(length=26), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "status_index BETWEEN 0 AND 131071", name=op.f("ck_certificate_codes_status_index")
        ),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificates.serial"],
            name=op.f("fk_certificate_codes_certificate_certificates"),
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_certificate_codes")),
        sa.UniqueConstraint("status_index", name=op.f("uq_certificate_codes_status_index")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_certificate_codes_token_sha256")),
    )
    with op.batch_alter_table("certificate_codes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_codes_certificate"), ["certificate"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("certificate_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_codes_certificate"))
    op.drop_table("certificate_codes")
