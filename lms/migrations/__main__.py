"""``python -m lms.migrations "what changes"`` writes the next migration.

It compares the models with a scratch database in the newest shape, so that no database of the
developer's has to be in any state. What it writes is a draft: read it, and say how rows move.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from lms import db, schema


def main(message: str) -> Path:
    """Write the migration and give its file."""
    with tempfile.TemporaryDirectory() as folder:
        database = db.Database(f"sqlite:///{folder}/scratch.sqlite")
        schema.upgrade(database)
        try:
            return schema.write_revision(database, message)
        finally:
            database.engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m lms.migrations "what changes"')
    print(main(sys.argv[1]))  # noqa: T201 - this is a command
