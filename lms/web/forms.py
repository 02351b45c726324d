"""What forms of all rooms share: the token, the key that makes a repeated post one deed."""

from __future__ import annotations

import hmac
import secrets
import uuid
from functools import cache, lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, abort, current_app, g, request, session
from flask_wtf import CSRFProtect, FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms.i18n import messages_path

from lms.web import kept
from lms.web.access import SAFE_METHODS
from lms.web.languages import spoken


class _Protection(CSRFProtect):  # type: ignore[misc]  # Flask-WTF has no types
    """Flask-WTF's, which looks whether a page is exempt before it looks whether it is a form, and
    works out keys and signature anew for every form of a session."""

    def protect(self, apply_exemptions: bool = False) -> None:
        if request.method in SAFE_METHODS or (apply_exemptions and self._is_exempt()):
            return
        sent = request.form
        if "csrf_token" in sent and _is_of_session(sent["csrf_token"]):
            g.csrf_valid = True  # what Flask-WTF's own forms look for
        else:
            super().protect()  # in the header, or refused with a reason

    def _is_exempt(self) -> bool:
        """Views are exempt by themselves here, never a whole room; and what leads to none."""
        view = current_app.view_functions.get(request.endpoint or "")
        return view is None or f"{view.__module__}.{view.__name__}" in self._exempt_views


csrf = _Protection()


class _Token(FlaskForm.Meta.csrf_class):  # type: ignore[misc]  # Flask-WTF has no types
    """The token's field, with the token of the page instead of one signed for each form."""

    def generate_csrf_token(self, _field: object) -> str:
        return csrf_token()


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of ours. Fields not declared in it are never read (security C-29)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        csrf_class = _Token

        def get_translations(self, _form: FlaskForm) -> Translations | NullTranslations:
            return _words_of_library(spoken())

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Only what a form sends. JSON would bring numbers and nests where text is read."""
            return None if request.is_json else super().wrap_formdata(form, formdata)


@cache
def _words_of_library(language: str) -> Translations | NullTranslations:
    """What WTForms itself says of a field, read once; Flask-WTF reads it for every form."""
    return Translations.load(messages_path(), [language], domain="wtforms")


def csrf_token() -> str:
    """The token of this browser's session, for a form.

    What Flask-WTF gives, signed once for each session instead of once for each page: the token
    lives as long as the session (WTF_CSRF_TIME_LIMIT is None), so its age says nothing.
    """
    if kept.is_drawing():
        return kept.blank("token")
    if session.get("csrf_token") is None:
        begin_token()
    return _signed(current_app.config["SECRET_KEY"], session["csrf_token"])


def begin_token() -> None:
    """Give this browser's session its secret half of a token. A session that begins gets it at
    once, so that its first page need not change the cookie again."""
    session["csrf_token"] = secrets.token_hex(20)


def client_key() -> str:
    """A fresh key for one form on one page: the digits of a UUID. A page may have a dozen."""
    return kept.blank("key") if kept.is_drawing() else secrets.token_hex(16)


@lru_cache(maxsize=10_000)
def _signed(key: bytes, raw: str) -> str:
    return str(_signer(key).dumps(raw))


def _is_of_session(token: str) -> bool:
    """Whether we signed this token for this browser's session, however long ago."""
    raw = session.get("csrf_token")
    if not isinstance(raw, str):
        return False
    try:
        signed = _read(current_app.config["SECRET_KEY"], token)
    except BadData:
        return False
    return isinstance(signed, str) and hmac.compare_digest(raw, signed)


@lru_cache(maxsize=10_000)
def _read(key: bytes, token: str) -> object:
    """What was signed in a token. Raises BadData."""
    return _signer(key).loads(token)


def _signer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token")


def given_key() -> uuid.UUID:
    """The key that came with a form; a fresh one when it is missing or was tampered with."""
    try:
        return uuid.UUID(request.form.get("client_key", ""))
    except ValueError:
        return uuid.uuid4()


def _named_fields() -> None:
    """Refuse a part without a name: no browser sends one, and the token's check stumbles on it."""
    sent = request._get_current_object()  # type: ignore[attr-defined]  # of Flask's proxy
    if sent.method == "POST" and (None in sent.form or None in sent.files):
        abort(400)


def init_app(app: Flask) -> None:
    app.before_request(_named_fields)
    csrf.init_app(app)
    kept.fill_with(app, "token", csrf_token)
    kept.fill_with(app, "key", client_key)
    app.jinja_env.globals.update(client_key=client_key, csrf_token=csrf_token)
    # Flask-WTF hands its own to every page, and what comes last counts.
    app.context_processor(lambda: {"csrf_token": csrf_token})
