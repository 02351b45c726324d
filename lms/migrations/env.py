"""How Alembic meets our database: always through a connection that the caller has opened."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from lms import schema
from lms.db import UTCDateTime


def render(kind: str, thing: Any, autogenerating: AutogenContext) -> str | Literal[False]:
    """Write our own column type by its name, with the import it needs."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        autogenerating.imports.add("from lms.db import UTCDateTime")
        return "UTCDateTime()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=schema.metadata,
    render_as_batch=True,
    render_item=render,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
