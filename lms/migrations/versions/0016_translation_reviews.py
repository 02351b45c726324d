"""What native speakers decide about translations, block by block, and the files they seal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "translation_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("path", sa.String(length=160), nullable=False),
        sa.Column("pair", sa.String(length=24), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("advice", sa.String(length=500), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["accounts.id"],
            name=op.f("fk_translation_reviews_reviewer_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_reviews")),
    )
    op.create_index("ix_translation_reviews_file", "translation_reviews", ["language", "path"])
    op.create_table(
        "translation_seals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("path", sa.String(length=160), nullable=False),
        sa.Column("seal", sa.String(length=12), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["accounts.id"],
            name=op.f("fk_translation_seals_reviewer_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_seals")),
        sa.UniqueConstraint(
            "language", "path", "seal", name=op.f("uq_translation_seals_language_path_seal")
        ),
    )


def downgrade() -> None:
    op.drop_table("translation_seals")
    op.drop_index("ix_translation_reviews_file", table_name="translation_reviews")
    op.drop_table("translation_reviews")
