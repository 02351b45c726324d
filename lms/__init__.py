"""The observer LMS.

Importing it imports nothing: who checks a certificate without a network, or looks at course files,
waits for no database and no web server.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from lms.config import Settings


def create_app(settings: Settings, extra: Iterable[Blueprint] = ()) -> Flask:
    """The application for these settings, as ``lms.joining`` puts it together."""
    from lms import joining

    return joining.create_app(settings, extra)
