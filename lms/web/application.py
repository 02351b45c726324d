"""Flask, without what is worked out for every request and never differs here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qsl

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.http import parse_cookie
from werkzeug.routing import MapAdapter
from werkzeug.utils import cached_property

from lms.web.turns import OF_FORMS, OF_PAGES, Crowd, Line, Turns

# Cookies whose signature was checked; as many people may be at work at once.
MOST_COOKIES = 10_000
LONGEST_COOKIE = 1000  # characters, of all that a browser sends; ours is some 300
# Names by which people reach this server; a wildcard in the settings may admit many.
MOST_HOSTS = 100
ORDINARY_FORM = "application/x-www-form-urlencoded"
LONGEST_LENGTH = 15  # digits


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, each checked once, with one signer while the keys stay the same."""

    _made: tuple[Any, URLSafeTimedSerializer | None] | None = None

    def __init__(self) -> None:
        # cookies as sent → when ours was signed (seconds since 1970), and what it says
        self._checked: dict[str, tuple[int, dict[str, Any]]] = {}
        self._clock = TimestampSigner(b"tells the time and signs nothing")

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, app.config["SECRET_KEY_FALLBACKS"])
        if self._made is None or self._made[0] != keys:
            self._made = (keys, super().get_signing_serializer(app))
            self._checked.clear()
        return self._made[1]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session that a cookie carries. That somebody is signed in is another matter: the
        database is asked for that every time."""
        signer = self.get_signing_serializer(app)
        sent = request.environ.get("HTTP_COOKIE")
        if signer is None or not sent:
            return super().open_session(app, request) if signer is None else self.session_class()
        signed_at, says = self._checked.get(sent, (0, {}))
        age = self._clock.get_timestamp() - signed_at
        if 0 <= age <= int(app.permanent_session_lifetime.total_seconds()):
            return self.session_class(says)
        opened = super().open_session(app, request)
        # A list in it might be changed by one request and be seen by the next.
        plain = all(isinstance(value, str | int | None) for value in (opened or {}).values())
        if opened and plain and len(sent) <= LONGEST_COOKIE:
            if len(self._checked) >= MOST_COOKIES:
                self._checked.clear()
            cookie = request.cookies[self.get_cookie_name(app)]
            when = cast(datetime, signer.loads(cookie, return_timestamp=True)[1])
            self._checked[sent] = (int(when.timestamp()), dict(opened))
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Flask works out every attribute of the cookie before it looks whether there is one."""
        if not session.modified and not app.config["SESSION_REFRESH_EACH_REQUEST"]:
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

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """Werkzeug goes through all headers for them."""
        return parse_cookie(self.environ, cls=self.dict_storage_class)  # type: ignore[return-value]

    def _load_form_data(self) -> None:
        """Read an ordinary form as Werkzeug does, which asks nine settings for it and makes a
        parser for every kind of form and a stream that counts what is read from it."""
        known, environ = self.__dict__, self.environ
        said = environ.get("CONTENT_LENGTH", "")
        is_counted = said.isascii() and said.isdecimal() and len(said) <= LONGEST_LENGTH
        is_ordinary = environ.get("CONTENT_TYPE") == ORDINARY_FORM
        is_plain = is_ordinary and is_counted and "HTTP_TRANSFER_ENCODING" not in environ
        if "form" in known or "stream" in known or not is_plain:
            super()._load_form_data()
            return
        length, most = int(said), self.max_content_length
        if most is not None and length > most:
            raise RequestEntityTooLarge
        try:
            sent = self.environ["wsgi.input"].read(length)
        except OSError:
            raise ClientDisconnected from None
        if len(sent) < length:
            raise ClientDisconnected
        try:
            fields = parse_qsl(sent.decode(), keep_blank_values=True, errors="werkzeug.url_quote")
        except ValueError:  # not text: Werkzeug takes such a form for an empty one
            fields = []
        known["stream"] = BytesIO()
        known["form"] = self.parameter_storage_class(fields)
        known["files"] = self.parameter_storage_class()


class Application(Flask):
    """The application's class."""

    request_class = _Request

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.session_interface = _Sessions()
        self._bound: dict[tuple[Any, ...], tuple[str, str, str]] = {}
        self.pages = Turns(*map(Crowd, OF_PAGES))
        self.forms = Turns(*map(Line, OF_FORMS))

    def take_turns(self) -> None:
        """Let pages and forms come in turn. Not for a server's database: there each waits for
        answers meanwhile, and others may go on."""
        self.pages.are_taken = self.forms.are_taken = True

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Pages come in turn; what streams does so after its turn. A form waits for the disk, and
        no page should wait for that: forms have a turn of their own."""
        shown = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        with (self.pages if shown else self.forms).next():
            return super().wsgi_app(environ, start_response)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Flask's, which judges a host name four times and encodes it as often; here each name
        that was found good is remembered."""
        if request is None or self.config["SERVER_NAME"] or self.url_map.host_matching:
            return super().create_url_adapter(request)
        trusted = self.config["TRUSTED_HOSTS"]
        environ = request.environ
        asked = (environ.get("wsgi.url_scheme"), environ.get("HTTP_HOST"), tuple(trusted or ()))
        bound = self._bound.get(asked)
        if bound is None:
            adapter = super().create_url_adapter(request)  # raises SecurityError for a strange host
            if adapter is not None and "HTTP_HOST" in environ and len(self._bound) < MOST_HOSTS:
                self._bound[asked] = (request.host, adapter.server_name, adapter.subdomain or "")
            return adapter
        request.trusted_hosts = trusted
        request.host = bound[0]
        return MapAdapter(
            self.url_map,
            bound[1],
            _text(environ.get("SCRIPT_NAME", "")),
            bound[2],
            str(environ["wsgi.url_scheme"]),
            _text(environ.get("PATH_INFO", "")),
            environ["REQUEST_METHOD"],
            _text(environ.get("QUERY_STRING", "")),
        )

    def redirect(self, location: str, code: int = 302) -> Response:
        """Lead on, without a page that says so: it would go out as a packet of its own, after the
        headers, and no browser shows it."""
        answer = self.response_class(status=code)
        answer.headers["Location"] = location
        return answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view and no hook of ours is a coroutine; Flask asks each of them at every request."""
        return func


def _text(of_environ: str) -> str:
    """A part of an address as WSGI hands it over: bytes in the shape of Latin-1."""
    return of_environ.encode("latin-1").decode(errors="replace")
