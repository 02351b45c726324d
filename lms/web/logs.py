"""Quiet logs: one JSON object a line, allow-listed fields only.

No address of a visitor, no query string, no body, no login; of an exception its type and where in
our code it happened, never its message, which may quote what somebody typed. Source: security C-90.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

ALLOWED = ("reference", "endpoint", "status", "kind", "milliseconds")


class QuietFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            # Only our own loggers write fixed sentences; what a library says may quote data.
            "what": str(record.msg) if record.name.startswith("lms") else "library message",
        }
        line |= {name: getattr(record, name) for name in ALLOWED if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = [f"{f.filename.rsplit('/lms/', 1)[-1]}:{f.lineno}" for f in frames[-6:]]
        return json.dumps(line, ensure_ascii=False)


def install() -> None:
    """Send every logger of this process through the quiet formatter, to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(QuietFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def hush(name: str) -> None:
    """Send a logger with a way of its own through the quiet formatter like all others."""
    logger = logging.getLogger(name)
    logger.handlers.clear()
    logger.propagate = True
