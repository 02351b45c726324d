"""certificates keep their cause and their events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHECKS = (
    ("replaced_as_something", "(replaced_at IS NULL) = (replaced_as IS NULL)"),
    ("replaced_as", "replaced_as IN ('renewal', 'replacement')"),
    ("grace_days", "grace_days BETWEEN 0 AND 90"),
    ("cause", "cause IN ('first', 'renewal', 'top-up', 'lapse-repair', 'replacement')"),
    ("replaces", "cause <> 'replacement' OR follows IS NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        "certificate_events",
        sa.Column("serial", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("change", sa.String(length=36), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'top-up-asked') = (due IS NOT NULL)",
            name=op.f("ck_certificate_events_due_of_asked"),
        ),
        sa.CheckConstraint(
            "(kind IN ('suspended', 'lifted')) = (reason IS NOT NULL)",
            name=op.f("ck_certificate_events_for_a_reason"),
        ),
        sa.CheckConstraint(
            "kind IN ('suspended', 'lifted', 'top-up-asked', 'topped-up', 'top-up-waived')",
            name=op.f("ck_certificate_events_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["accounts.id"], name=op.f("fk_certificate_events_actor_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["serial"],
            ["certificates.serial"],
            name=op.f("fk_certificate_events_serial_certificates"),
        ),
        sa.PrimaryKeyConstraint("serial", "number", name=op.f("pk_certificate_events")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("grace_days", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("cause", sa.String(length=12), server_default="first", nullable=False)
        )
        batch_op.add_column(sa.Column("follows", sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column("replaced_as", sa.String(length=11), nullable=True))

    # Until now a certificate was replaced only when it was over and another took its place.
    op.execute("UPDATE certificates SET replaced_as = 'renewal' WHERE replaced_at IS NOT NULL")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_unique_constraint("one_follows", ["follows"])
        for name, condition in CHECKS:
            batch_op.create_check_constraint(batch_op.f(f"ck_certificates_{name}"), condition)
        batch_op.create_foreign_key(
            batch_op.f("fk_certificates_follows_certificates"),
            "certificates",
            ["follows"],
            ["serial"],
        )

    op.create_table(
        "law_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.String(length=80), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("announced_at", UTCDateTime(), nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announced_by"], ["accounts.id"], name=op.f("fk_law_changes_announced_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_law_changes_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_law_changes_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_changes")),
    )
    op.create_table(
        "law_change_items",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "decision IN ('still-right', 'reword', 'void', 'retest')",
            name=op.f("ck_law_change_items_decision"),
        ),
        sa.CheckConstraint(
            "kind IN ('lesson', 'question', 'scenario')", name=op.f("ck_law_change_items_kind")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["law_changes.id"],
            name=op.f("fk_law_change_items_change_id_law_changes"),
        ),
        sa.PrimaryKeyConstraint("change_id", "kind", "item", name=op.f("pk_law_change_items")),
    )
    op.create_table(
        "top_up_steps",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_top_up_steps_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["law_changes.id"], name=op.f("fk_top_up_steps_change_id_law_changes")
        ),
        sa.PrimaryKeyConstraint(
            "change_id", "account_id", "kind", "item", name=op.f("pk_top_up_steps")
        ),
    )


def downgrade() -> None:
    op.drop_table("top_up_steps")
    op.drop_table("law_change_items")
    op.drop_table("law_changes")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        for name, _condition in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_certificates_{name}"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_certificates_follows_certificates"), type_="foreignkey"
        )
        batch_op.drop_constraint("one_follows", type_="unique")
        batch_op.drop_column("replaced_as")
        batch_op.drop_column("follows")
        batch_op.drop_column("cause")
        batch_op.drop_column("grace_days")

    op.drop_table("certificate_events")
