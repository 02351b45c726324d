"""Serving with gunicorn: several processes of several threads each.

gthread holds event streams cheaply and has the longest record (docs/decisions/005).
"""

from __future__ import annotations

import ctypes

from flask import Flask
from gunicorn.app.base import BaseApplication

from lms.config import Settings

M_MMAP_THRESHOLD = -3  # <malloc.h>


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
            "preload_app": False,
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
        _give_big_blocks_back()
        from lms import create_app
        from lms.web import logs

        logs.install()
        return create_app(self._settings)


def _give_big_blocks_back() -> None:
    """Let the C library return what a sign-in's hash took (19 MiB) as soon as it is done.

    By itself glibc keeps such blocks in an arena of each thread: 64 sign-ins at once left 300 MB
    behind. Other C libraries have no such switch and need none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 1024 * 1024)


def serve(settings: Settings) -> None:
    """Serve until told to stop. Answers with a word on standard output once it listens."""
    _Server(settings).run()
