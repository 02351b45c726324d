"""Flask, without what is worked out for every request and never differs here."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, with one signer for as long as the keys stay the same."""

    _made: tuple[Any, URLSafeTimedSerializer | None] | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, app.config["SECRET_KEY_FALLBACKS"])
        if self._made is None or self._made[0] != keys:
            self._made = (keys, super().get_signing_serializer(app))
        return self._made[1]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Flask works out every attribute of the cookie before it looks whether there is one."""
        if session and not session.modified and not app.config["SESSION_REFRESH_EACH_REQUEST"]:
            if session.accessed:
                response.headers.add("Vary", "Cookie")
            return
        super().save_session(app, session, response)


class _Request(Request):
    """A request whose files stay in memory: a list of names must not lie in a temporary folder.

    What may be sent is limited for each endpoint (security C-32), so it fits.
    """

    def _get_file_stream(self, *_about: Any, **_more: Any) -> BytesIO:
        return BytesIO()


class Application(Flask):
    """The application's class."""

    request_class = _Request

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.session_interface = _Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view and no hook of ours is a coroutine; Flask asks each of them at every request."""
        return func
