"""Serving with gunicorn: several processes of several threads each.

gthread holds event streams cheaply and has the longest record (docs/decisions/005).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from typing import Any

import sqlalchemy as sa
from flask import Flask
from gunicorn.app.base import BaseApplication

from lms import db
from lms.config import Settings

M_ARENA_MAX = -8  # <malloc.h>
ARENAS = 1


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
            "worker_class": "gthread",
            "preload_app": True,  # what the processes share is in memory once
            "post_fork": _begin_alone,
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
        _share_arenas()
        app = self.make()
        # What is there now stays: the collector would touch every page of it in every process.
        gc.collect()
        gc.freeze()
        _give_back_memory()
        return app

    def make(self) -> Flask:
        """The application, before the processes part."""
        from lms import create_app
        from lms.web import logs

        logs.install()
        app = create_app(self._settings)
        _read_library(app)
        return app


def _read_library(app: Flask) -> None:
    """Read what is published before the processes part, so that they share it.

    Without a database, or before the first release, they start all the same and say so. The
    connections are closed again: no process may use another's, and each would pay for dropping
    their caches.
    """
    from lms.content import publishing

    with (
        app.app_context(),
        contextlib.suppress(publishing.NothingPublished, sa.exc.SQLAlchemyError),
    ):
        publishing.current(db.session())
    with app.app_context():
        db.database().engine.dispose()


def _begin_alone(_arbiter: Any, worker: Any) -> None:
    """A connection belongs to the process that opened it, and a stream ends with it."""
    app: Flask = worker.app.wsgi()
    app.extensions["lms.goes_on"] = lambda: worker.alive
    if "lms.db" in app.extensions:
        with app.app_context():
            db.database().forget_connections()


def _share_arenas() -> None:
    """Let the threads of a process take memory from one place.

    By itself glibc gives each thread its own, and what one gives back no other can use. Python's
    one lock lets them ask in turn anyhow. Other C libraries have no such switch and need none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


def _give_back_memory() -> None:
    """What reading the library took and freed: it would be counted as taken by each process."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def serve(settings: Settings) -> None:
    """Serve until told to stop. Answers with a word on standard output once it listens."""
    _Server(settings).run()
