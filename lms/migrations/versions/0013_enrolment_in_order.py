"""An index by which a cohort of any size is counted and shown in the order of its enrolment."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("roles_held", schema=None) as batch_op:
        batch_op.create_index(
            "ix_roles_held_enrolment", ["cohort_id", "role", "since", "account_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("roles_held", schema=None) as batch_op:
        batch_op.drop_index("ix_roles_held_enrolment")
