"""calibration, panels: judgements of incidents, and of questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibrations",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("incidents", sa.String(length=160), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("judgements", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_calibrations_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_calibrations_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("account_id", "incidents", name=op.f("pk_calibrations")),
    )
    op.create_table(
        "panels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=160), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["accounts.id"], name=op.f("fk_panels_opened_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_panels_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_panels_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panels")),
    )
    op.create_index(op.f("ix_panels_organisation_id"), "panels", ["organisation_id"])
    op.create_table(
        "panel_judgements",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("judge_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_panel_judgements_percent")),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["accounts.id"], name=op.f("fk_panel_judgements_judge_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panels.id"], name=op.f("fk_panel_judgements_panel_id_panels")
        ),
        sa.PrimaryKeyConstraint(
            "panel_id", "judge_id", "question", name=op.f("pk_panel_judgements")
        ),
    )


def downgrade() -> None:
    op.drop_table("panel_judgements")
    op.drop_index(op.f("ix_panels_organisation_id"), table_name="panels")
    op.drop_table("panels")
    op.drop_table("calibrations")
