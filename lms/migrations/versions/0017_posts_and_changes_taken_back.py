"""What a member of a commission is in it; a change of the law that was announced by mistake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roles_held", sa.Column("post", sa.String(length=20), nullable=True))
    op.add_column("law_changes", sa.Column("taken_back_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("law_changes", "taken_back_at")
    op.drop_column("roles_held", "post")
