"""A thread of the server stays with whom it served, as long as nobody else asks."""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from lms import serving

ASKED = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HERE = ("127.0.0.1", 8000)


class Log(logging.Logger):
    """gunicorn's own would change what the logs of this process do."""

    def access(self, *_of: object) -> None:
        """Nothing is said of who asked for what."""


class Watched(serving.Attentive):
    """It tells which connections it took."""

    taken: list[socket.socket]

    def enqueue_req(self, conn: TConn) -> None:
        self.taken.append(conn.sock)
        super().enqueue_req(conn)


class Worker:
    """A worker of the server without a process of its own: it goes on when a test says so."""

    def __init__(self) -> None:
        config = Config()
        self.threads: list[int] = []
        self.real = Watched(1, os.getppid(), [], None, 60, config, Log("worker"))
        self.real.taken = []
        self.real.tpool = self.real.get_thread_pool()
        self.real.poller = selectors.DefaultSelector()
        queue = self.real.method_queue
        queue.init()
        self.real.poller.register(queue.fileno(), selectors.EVENT_READ, queue.run_callbacks)
        self.real.wsgi = self.answer
        self.callers: list[socket.socket] = []
        self.is_told_to_stop = False  # while it answers

    def answer(self, _environ: Any, start: Callable[..., Any]) -> list[bytes]:
        self.threads.append(threading.get_ident())
        if self.is_told_to_stop:
            self.real.alive = False
        start("200 OK", [("Content-Length", "2")])
        return [b"so"]

    def caller(self) -> socket.socket:
        """Somebody who has a connection to this worker and a thread that waits for them."""
        theirs, ours = socket.socketpair()
        theirs.settimeout(10)
        self.callers.append(theirs)
        self.real.enqueue_req(TConn(self.real.cfg, ours, HERE, HERE))
        return theirs

    def go_on(self, until: Callable[[], bool]) -> None:
        for _ in range(100):
            if until():
                return
            self.real.wait_for_and_dispatch_events(0.1)
        raise AssertionError("the worker did not come to this")

    def waits(self, connections: int) -> None:
        """Go on until so many connections wait for what is asked next, and no thread does."""
        self.go_on(lambda: len(self.real.keepalived_conns) == connections)

    def stop(self) -> None:
        self.real.alive = False
        for caller in self.callers:
            caller.close()
        self.real.tpool.shutdown()
        for end in self.real.taken:
            end.close()
        self.real.poller.close()
        self.real.method_queue.close()
        self.real.tmp.close()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr(serving, "SOON", 60_000)  # longer than any test goes on
    found = Worker()
    yield found
    found.stop()


def ask(caller: socket.socket) -> bytes:
    caller.sendall(ASKED)
    return answered(caller)


def answered(caller: socket.socket) -> bytes:
    heard = b""
    while not heard.endswith(b"so"):
        piece = caller.recv(4096)
        assert piece, heard
        heard += piece
    return heard


def test_the_thread_that_answered_hears_what_is_asked_next(worker: Worker) -> None:
    caller = worker.caller()
    for _ in range(5):
        assert ask(caller).startswith(b"HTTP/1.1 200")
    # All that time the main loop was not asked for anything.
    assert len(worker.threads) == 5
    assert len(set(worker.threads)) == 1


def test_it_lets_go_of_who_says_nothing_more(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SOON", 1)
    caller = worker.caller()
    ask(caller)
    worker.waits(1)
    caller.sendall(ASKED)
    worker.go_on(lambda: len(worker.threads) == 2)
    answered(caller)
    worker.waits(1)


def test_it_lets_go_when_somebody_else_asks(worker: Worker) -> None:
    first, second = worker.caller(), worker.caller()
    ask(first)  # the other one is heard by a thread that waits already
    worker.waits(1)
    ask(second)  # and is alone now
    ask(second)
    assert worker.threads[1] == worker.threads[2]


def test_it_lets_go_when_the_worker_is_to_stop(worker: Worker) -> None:
    worker.is_told_to_stop = True
    ask(worker.caller())
    worker.waits(1)


def test_what_was_asked_ahead_is_answered(worker: Worker) -> None:
    caller = worker.caller()
    caller.sendall(ASKED + ASKED)
    worker.go_on(lambda: len(worker.threads) == 2)
    heard = answered(caller)
    while heard.count(b"HTTP/1.1 200") < 2:
        heard += answered(caller)


def test_who_hangs_up_is_let_go(worker: Worker) -> None:
    caller = worker.caller()
    ask(caller)
    caller.close()
    worker.go_on(lambda: worker.real._served == 0)
    assert not worker.real.keepalived_conns


def test_a_process_leaves_a_newcomer_to_another_for_longer_the_more_it_serves(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("lms.serving.time.sleep", waited.append)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for number in range(30):
            worker.callers.append(socket.create_connection(listener.getsockname()))
            worker.real.accept(listener)
            assert worker.real._served == number + 1
    assert waited == [serving.MODESTY * min(n, serving.MOST_SERVED) for n in range(1, 30)]


def test_a_process_that_was_too_slow_for_a_newcomer_goes_on(worker: Worker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        worker.real.accept(listener)
    assert worker.real._served == 0
