"""What every answer carries: the content policy, no caching of personal pages, no sniffing.

Source: security C-22, C-23, C-36.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request, session

from lms.web import packing
from lms.web.access import SAFE_METHODS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
SECURE = {**FIXED, "Strict-Transport-Security": "max-age=31536000"}
Pairs = list[tuple[str, str]]
# What is made of text; certificates, workbooks and photos are packed by themselves.
PACKED = {"text/html", "text/csv", "application/json", "image/svg+xml"}
# A page shorter than this gains nothing: it fits into one packet of the network as it is.
LEAST_PACKED = 1400
# An address that goes into a header as it is.
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9/_.~:?&=%#-]*").fullmatch


class Answer(Response):
    """An answer with all of FIXED that it does not say otherwise itself.

    They are added as it goes out: putting each among the headers of Werkzeug costs more than all
    else that is done for them.
    """

    fixed = FIXED

    def get_wsgi_response(self, environ: dict[str, object]) -> tuple[Iterable[bytes], str, Pairs]:
        headers = list(self.headers)
        said = {name.lower(): value for name, value in headers}
        if not self._is_ready(said):
            body, status, headers = super().get_wsgi_response(environ)
            return body, status, headers + self._unsaid({name.lower() for name, _ in headers})
        if "content-length" not in said:
            headers.append(("Content-Length", str(sum(map(len, self.iter_encoded())))))
        return self.get_app_iter(environ), self.status, headers + self._unsaid(said)

    def _is_ready(self, said: Mapping[str, str]) -> bool:
        """Whether the headers go out as they are: Werkzeug goes through all of them for an address
        to be written anew, and for what some answers may not say."""
        return (
            self.status_code in (200, 303)
            and self.is_sequence
            and "content-location" not in said
            and PLAIN_ADDRESS(said.get("location", "")) is not None
        )

    def _unsaid(self, said: Container[str]) -> Pairs:
        return [pair for pair in self.fixed.items() if pair[0].lower() not in said]


class SecureAnswer(Answer):
    """The same for those who are reached by https."""

    fixed = SECURE


def init_app(app: Flask) -> None:
    app.response_class = SecureAnswer if app.config["LMS_SETTINGS"].secure else Answer
    app.before_request(_same_origin)
    app.after_request(_finish)


def _same_origin() -> None:
    """Refuse an unsafe request that a browser says came from another site (beside the token)."""
    environ = request.environ
    if environ["REQUEST_METHOD"] in SAFE_METHODS:
        return
    came_from = environ.get("HTTP_ORIGIN", environ.get("HTTP_REFERER"))
    if came_from is None:
        return
    # With "Referrer-Policy: no-referrer" browsers write Origin: null even on posts of our own
    # pages; then Sec-Fetch-Site tells, and where an old browser has none, the token decides alone.
    if came_from == "null":
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            _refuse()
        return
    if urlsplit(came_from).netloc != request.host:
        _refuse()


def _refuse() -> NoReturn:
    g.from_elsewhere = True
    abort(400, "cross-origin")


def _finish(response: Response) -> Response:
    if g.get("from_elsewhere"):
        # Such a request comes without our cookie; a new one would sign the person out.
        session.modified = False
    return _packed(response)


def _packed(response: Response) -> Response:
    """Pack what is text and long enough; streams go out as they come, and files as they are."""
    if (
        response.mimetype not in PACKED
        or response.direct_passthrough
        or response.is_streamed
        or len(body := response.get_data()) < LEAST_PACKED
        or "Content-Encoding" in response.headers
    ):
        return response
    response.headers.add("Vary", "Accept-Encoding")
    how = packing.taken(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
    if how is not None:
        response.set_data(packing.page(body, how))
        response.headers["Content-Encoding"] = how
    return response
