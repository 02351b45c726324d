"""The tests' own world behind a real server, for a real browser: people come in by their cookie.

The server runs in this process, so that a test moves its clock and looks into its database.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.journeys.looking import Eyes
from tests.page import Page
from tests.world import World

COOKIE = "handbook"


class _Quiet(WSGIRequestHandler):
    """A handler that writes no log, and speaks HTTP/1.1 as the real server does."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        pass


class Stage:
    """A served application. ``seen`` is shared, so that axe looks at each kind of page once."""

    seen: set[str] = set()

    def __init__(self, app: Flask, world: World, browser: Browser, address: str) -> None:
        self.app, self.world, self.browser, self.address = app, world, browser, address
        self._open: list[Eyes] = []

    def page(self, login: str) -> Page:
        """A browser without script for one of the people: quick, for what needs no looking."""
        found = Page(self.app.test_client())
        return found.sign_in(login, self.world.secret)

    def eyes(self, login: str) -> Eyes:
        """A real browser with the cookie of one of the people."""
        cookie = self.page(login).client.get_cookie(COOKIE)
        assert cookie is not None
        found = Eyes(self.browser, self.address, "en", True, self.seen)
        found.context.add_cookies(
            [{"name": COOKIE, "value": cookie.value, "url": self.address, "httpOnly": True}]
        )
        self._open.append(found)
        return found

    def close(self) -> None:
        for eyes in self._open:
            eyes.context.close()


@contextmanager
def served(app: Flask, world: World, browser: Browser) -> Iterator[Stage]:
    """The application behind a port of this machine, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stage = Stage(app, world, browser, f"http://localhost:{server.server_port}")
    try:
        yield stage
    finally:
        stage.close()
        server.shutdown()
        thread.join()
        server.server_close()
