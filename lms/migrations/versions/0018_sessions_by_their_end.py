"""Sessions that are over are found at every sign-in, without looking through all the others."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_device_sessions_expires_at"), "device_sessions", ["expires_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_device_sessions_expires_at"), table_name="device_sessions")
