"""What forms of all rooms share: the token, the key that makes a repeated post one deed."""

from __future__ import annotations

import uuid

from flask import Flask, request
from flask_wtf import CSRFProtect, FlaskForm

csrf = CSRFProtect()


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of ours. Fields not declared in it are never read (security C-29)."""


def client_key() -> str:
    """A fresh key for one form on one page."""
    return str(uuid.uuid4())


def given_key() -> uuid.UUID:
    """The key that came with a form; a fresh one when it is missing or was tampered with."""
    try:
        return uuid.UUID(request.form.get("client_key", ""))
    except ValueError:
        return uuid.uuid4()


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.jinja_env.globals["client_key"] = client_key
