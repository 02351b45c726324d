"""What the views of this room share: its blueprint, its keys, and how a file is handed over."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from lms.certification.keys import Keyring, keyring
from lms.certification.making import Desk
from lms.certification.tokens import serial_typed
from lms.config import Settings
from lms.domain.errors import NotThere
from lms.privacy import vault

bp = Blueprint("certification", __name__)


def settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.config["LMS_SETTINGS"]
    return found


def keys() -> Keyring:
    """The keys of this machine, as they are now."""
    return keyring(settings().keys)


def desk() -> Desk:
    """What the running application issues with."""
    return Desk(keys(), vault(), f"{settings().public_url}/verify")


def serial_of(typed: str) -> str:
    """The serial in an address. Raises NotThere for what is none."""
    found = serial_typed(typed)
    if found is None:
        raise NotThere
    return found


def sent(content: bytes, mimetype: str, name: str) -> Response:
    """A file to keep."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
