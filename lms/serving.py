"""Serving with gunicorn: several processes of several threads each.

gthread holds event streams cheaply and has the longest record (docs/decisions/005).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import select
import socket
import time
from typing import Any

import sqlalchemy as sa
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import TConn, ThreadWorker

from lms import db, prepared
from lms.config import Settings

# <malloc.h>: what is said to glibc's allocator of memory, in bytes where it is a size
M_ARENA_MAX, ARENAS = -8, 1
M_MMAP_THRESHOLD, AS_A_FILE = -3, 1 << 20
M_TRIM_THRESHOLD, LEFT = -1, 2 << 20
LONG = 0.1  # seconds
SOON = 2  # milliseconds
MODESTY = 50e-6  # seconds for each that is served; a process that was woken looks in less
MOST_SERVED = 20


class Attentive(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Threads that stay with whom they served as long as nobody else asks, of a process that leaves
    newcomers to another with less to do.

    By itself gthread hands each request to the thread that waited longest, by way of the main one:
    five times a thread is woken or waits for Python's one lock, which takes a fifth of the time of
    an answer. Whoever asks again soon is heard by the thread that is there. And whichever process
    is woken first takes whoever comes: of sixteen people one of two processes often served three,
    and the others waited four times as long (docs/performance.md).
    """

    _served = 0  # connections that a thread was given and has not handed back; of the main thread

    def accept(self, listener: socket.socket) -> None:
        """Take on a newcomer, unless another process was quicker (gunicorn's name)."""
        if self._served:
            time.sleep(MODESTY * min(self._served, MOST_SERVED))
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread (gunicorn's name)."""
        self._served += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, done: Any) -> None:
        """Take a connection back from a thread (gunicorn's name)."""
        self._served -= 1
        super().finish_request(conn, done)

    def handle(self, conn: TConn) -> object:
        """Answer what is asked on a connection: True when more may be asked later."""
        goes_on = super().handle(conn)
        while goes_on is True and self._served == 1 and self.alive and _asks_soon(conn):
            goes_on = super().handle(conn)
        return goes_on


def _asks_soon(conn: TConn) -> bool:
    """Whether more comes on this connection. What was read ahead of its time is gunicorn's to see
    to."""
    if conn.parser.unreader.buf.getvalue():
        return False
    waiting = select.poll()
    waiting.register(conn.sock, select.POLLIN)
    return bool(waiting.poll(SOON))


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        chosen = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": Attentive,
            "preload_app": True,  # what the processes share is in memory once
            "post_fork": _begin_alone,
            "pre_request": _begin_answer,
            "post_request": _end_answer,
            "keepalive": 15,
            "timeout": 60,
            "graceful_timeout": 20,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        _settle_memory()
        app = self.make()
        # What is there now stays: the collector would touch every page of it in every process.
        gc.collect()
        gc.freeze()
        _give_back_memory()
        return app

    def make(self) -> Flask:
        """The application, before the processes part."""
        from lms import create_app
        from lms.web import languages, logs

        logs.install()
        app = create_app(self._settings)
        languages.read_all()
        if _read_library(app):
            _draw_first_pages(app, self._settings.public_url)
            prepared.prepare_all(app.extensions["lms.db"].engine.dialect)
        with app.app_context():
            # No process may use another's connections, and each would pay for dropping their pages.
            db.database().engine.dispose()
        return app


def _read_library(app: Flask) -> bool:
    """Read what is published before the processes part, so that they share it.

    Without a database, or before the first release, they start all the same and say so: False.
    """
    from lms.content import publishing
    from lms.learning import progress

    with (
        app.app_context(),
        contextlib.suppress(publishing.NothingPublished, sa.exc.SQLAlchemyError),
    ):
        progress.prepare_search(publishing.current(db.session()))
        return True
    return False


def _draw_first_pages(app: Flask, at: str) -> None:
    """Draw what anybody may see, for what is made when a first page is drawn: the map of addresses,
    templates, forms. ``at`` is the address of this server. Whether they succeed does not matter."""
    with app.test_client() as stranger:
        for address in ("/sign-in", "/verify"):
            stranger.get(address, base_url=at)


def _begin_alone(_arbiter: Any, worker: Any) -> None:
    """A connection belongs to the process that opened it, and a stream ends with it. And what
    gunicorn says here is of somebody's request, which it quotes, and whose address it names."""
    from lms.web import logs

    logs.hush("gunicorn.error")
    app: Flask = worker.app.wsgi()
    app.extensions["lms.goes_on"] = lambda: worker.alive
    if "lms.db" in app.extensions:
        with app.app_context():
            db.database().forget_connections()


def _begin_answer(_worker: Any, request: Any) -> None:
    request.began = time.monotonic()


def _end_answer(_worker: Any, request: Any, _environ: Any, _response: Any) -> None:
    """What took long took much memory, and gave it back in pieces between what is kept."""
    if time.monotonic() - request.began > LONG:
        _give_back_memory()


def _settle_memory() -> None:
    """Tell glibc how to take memory and give it back.

    By itself it gives each thread an arena of its own, and what one gives back no other can use;
    Python's one lock lets them ask in turn anyhow. And what a page needs to be packed, 400 KB for
    some milliseconds, it may take from the system anew for each page, which then clears a hundred
    pages of memory: that depends on what came before, and made a lesson a third dearer after many
    answers. Other C libraries have no such switches and need none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)
        mallopt(M_MMAP_THRESHOLD, AS_A_FILE)
        mallopt(M_TRIM_THRESHOLD, LEFT)


def _give_back_memory() -> None:
    """What was taken and is free again, such as for reading the library: glibc keeps it, and each
    process would count as holding it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def serve(settings: Settings) -> None:
    """Serve until told to stop. Answers with a word on standard output once it listens."""
    _Server(settings).run()
