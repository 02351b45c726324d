"""What a member of a commission is in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roles_held", sa.Column("post", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("roles_held", "post")
