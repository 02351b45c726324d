"""What forms of all rooms share: the token, the key that makes a repeated post one deed."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, abort, request
from flask_wtf import CSRFProtect, FlaskForm

csrf = CSRFProtect()


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of ours. Fields not declared in it are never read (security C-29)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Only what a form sends. JSON would bring numbers and nests where text is read."""
            return None if request.is_json else super().wrap_formdata(form, formdata)


def client_key() -> str:
    """A fresh key for one form on one page."""
    return str(uuid.uuid4())


def given_key() -> uuid.UUID:
    """The key that came with a form; a fresh one when it is missing or was tampered with."""
    try:
        return uuid.UUID(request.form.get("client_key", ""))
    except ValueError:
        return uuid.uuid4()


def _named_fields() -> None:
    """Refuse a part without a name: no browser sends one, and the token's check stumbles on it."""
    if request.method == "POST" and (None in request.form or None in request.files):
        abort(400)


def init_app(app: Flask) -> None:
    app.before_request(_named_fields)
    csrf.init_app(app)
    app.jinja_env.globals["client_key"] = client_key
