"""The one place where the parts are joined. Everybody is imported here; nobody imports this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module

from flask import Blueprint, Flask, Response, current_app, request, session
from flask_login import LoginManager, current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import clock, db
from lms.config import ALWAYS, ROOMS, ROOT, Settings
from lms.privacy import Vault

# What a form may send unless its endpoint says more (security C-32).
BODY_LIMIT = 64 * 1024


def create_app(settings: Settings, extra: Iterable[Blueprint] = ()) -> Flask:
    """The application for these settings.

    ``extra`` adds blueprints; the tests plant an undeclared endpoint with it.
    Raises web.access.Undeclared while any endpoint does not say who may use it.
    """
    from lms.web import (
        access,
        assets,
        errors,
        filters,
        forms,
        frame,
        headers,
        kept,
        languages,
        templating,
    )
    from lms.web.application import Application

    app = Application("lms", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(_configuration(settings))
    app.extensions["lms.vault"] = Vault(settings.field_key)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app, settings.database_url)
    if app.extensions["lms.db"].is_sqlite:
        app.take_turns()
    app.before_request(_limit_body)
    _sign_in_by_session(app)
    languages.init_app(app)
    templating.init_app(app)
    headers.init_app(app)
    kept.init_app(app)
    forms.init_app(app)
    filters.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    for room in ROOMS:
        if settings.rooms and room not in settings.rooms | ALWAYS:
            continue
        name = f"lms.{room}.views" if room != "home" else "lms.web.home"
        app.register_blueprint(import_module(name).bp)
    if settings.demo:
        app.register_blueprint(import_module("lms.web.styleguide").bp)
    for blueprint in extra:
        app.register_blueprint(blueprint)
    app.before_request(_touch_session)
    frame.init_app(app)
    access.require_declarations(app)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "LMS_SETTINGS": settings,
        "SECRET_KEY": settings.session_key,
        # Browsers keep a __Host- cookie only over https; on a laptop's loopback there is none.
        "SESSION_COOKIE_NAME": "__Host-handbook" if settings.secure else "handbook",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a slow typist loses nothing
        "WTF_CSRF_SSL_STRICT": False,  # web/headers compares origins, also where Referer is off
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "MAX_CONTENT_LENGTH": BODY_LIMIT,
        "MAX_FORM_MEMORY_SIZE": BODY_LIMIT,
        "MAX_FORM_PARTS": 1000,
    }


def _limit_body() -> None:
    """Raise the limit for the endpoints that take files. Runs before anything reads the body."""
    endpoint = request.endpoint
    if endpoint is None:
        return
    limit = getattr(current_app.view_functions[endpoint], "body_limit", None)
    if limit is not None:
        request.max_content_length = request.max_form_memory_size = limit


class _People(LoginManager):  # type: ignore[misc]  # Flask-Login has no types
    """Flask-Login, for people who are known by their session alone.

    It would also hash their address and browser, which change on mobile lines, and look for a
    cookie and a header that nobody sends here, before every page and after it.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._session_identifier_generator = lambda: None  # nothing of them goes into the cookie

    def _update_remember_cookie(self, response: Response) -> Response:
        return response

    def _load_user(self) -> None:
        secret = session.get("_user_id")
        found = None if secret is None else self._user_callback(secret)
        self._update_request_context_with_user(found)


def _sign_in_by_session(app: Flask) -> None:
    from lms.accounts import queries

    manager = _People(app)
    manager.user_loader(lambda secret: queries.signed_in(db.session(), secret, clock.now()))


def _touch_session() -> None:
    from lms.accounts import actions

    if session.get("_user_id") is None:
        return
    person = current_user._get_current_object()
    now = clock.now()
    if person.is_authenticated and now - person.seen_at > actions.TOUCH_EVERY:
        with db.transaction() as writing:
            actions.touch_session(writing, person.session_id, person.actor.roles, now=now)
