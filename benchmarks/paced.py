"""Visits that begin when they are due, whether or not the server has caught up.

Clients that wait for an answer before they ask again are kind to a slow server: it is asked less.
People in an exam are not. Here every visit has its moment, and its first answer is timed from
that moment, so that what waits in a queue is counted as waiting.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Callable, Sequence

from benchmarks.load import Answer, Client, Load, Visit


def run(
    port: int, visits: Sequence[tuple[float, Callable[[], Visit]]], *, connections: int = 64
) -> Load:
    """Make these visits, each at its moment in seconds from now, in their order.

    ``connections`` is how many a proxy in front would hold open; a visit that finds none free
    waits for one. One that the server closed is opened again, as browsers do.
    """
    load, selector = Load(), selectors.DefaultSelector()
    idle = deque(Client(port, _no_visit) for _ in range(connections))
    waiting, busy = deque(visits), 0
    begin = time.perf_counter()
    since: dict[int, float] = {}

    def ask(client: Client) -> None:
        try:
            if client.socket is None:  # a connection that asks nothing would hold a thread
                client.connect()
            client.send()
        except OSError:
            _again(client)
        selector.register(client.socket, selectors.EVENT_READ, client)  # type: ignore[arg-type]

    def onward(client: Client, answer: Answer) -> bool:
        assert client.visit is not None
        try:
            client.request = client.visit.send(answer)
        except StopIteration:
            client.visit = None
            load.visits += 1
            return False
        since[id(client)] = time.perf_counter()
        return True

    while waiting or busy:
        now = time.perf_counter()
        while waiting and idle and begin + waiting[0][0] <= now:
            due, start = waiting.popleft()
            client = idle.popleft()
            client.visit = start()
            client.request = next(client.visit)
            since[id(client)] = begin + due
            busy += 1
            ask(client)
        pause = max(0.0, begin + waiting[0][0] - now) if waiting and idle else 60
        for key, _ in selector.select(timeout=pause):
            client = key.data
            try:
                answer = client.read()
            except OSError:
                selector.unregister(key.fileobj)
                load.reconnects += 1
                _again(client)
                selector.register(client.socket, selectors.EVENT_READ, client)  # type: ignore[arg-type]
                continue
            if answer is None:
                continue
            load.latencies.append(time.perf_counter() - since[id(client)])
            load.statuses[answer.status] += 1
            selector.unregister(key.fileobj)
            if onward(client, answer):
                ask(client)
            else:
                busy -= 1
                idle.append(client)
    load.seconds = time.perf_counter() - begin
    for client in idle:
        client.close()
    return load


def _again(client: Client) -> None:
    client.close()
    client.connect()
    client.send()


def _no_visit() -> Visit:
    return
    yield  # a visit is a generator; this one has nothing to ask
