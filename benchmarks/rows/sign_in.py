"""Signing in and the first page: CPU beside one Argon2id alone; memory of 64 who do it at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from argon2 import PasswordHasher

from benchmarks import load, worlds
from benchmarks.bench import Bench, Line, share
from benchmarks.load import Visit
from benchmarks.servers import Server
from lms.accounts import secrets

MOST_TIMES = 1.2
AT_ONCE, MOST_MEGABYTES = 64, 64
VISITS = {1: 12, 16: 48}


def run(bench: Bench) -> list[Line]:
    logins = [f"thousand-{number}" for number in range(AT_ONCE)]
    cookie, token = worlds.stranger(bench.world)
    server = bench.product

    def clients(count: int) -> list[Callable[[], Visit]]:
        return [lambda i=i: _visit(logins[i % AT_ONCE], cookie, token) for i in range(count)]

    lines = []
    for count, visits in VISITS.items():
        server.measure(clients(count), visits=4)
        alone, product = [], []
        for _ in range(bench.rounds):
            alone.append(_argon2_ms(visits // 2))
            found = server.measure(clients(count), visits=visits)
            assert set(found.statuses) == {200, 303}, found.statuses
            product.append(1000 * found.cpu_seconds / found.visits)
        ratio = share(min(product), min(alone))
        lines.append(
            Line(
                "sign in and first page",
                f"{count} client{'s' * (count > 1)}: CPU beside Argon2id alone",
                {"cpu_ms": round(min(alone), 2)},
                {"cpu_ms": round(min(product), 2)},
                ratio,
                f"at most {MOST_TIMES}",
                ratio <= MOST_TIMES,
            )
        )
    lines.append(_memory(server, clients(AT_ONCE)))
    return lines


def _argon2_ms(times: int) -> float:
    """CPU of checking one secret with the product's own parameters, in this process."""
    hasher: PasswordHasher = secrets._hasher
    stored = hasher.hash(worlds.SECRET)
    begin = time.process_time()
    for _ in range(times):
        hasher.verify(stored, worlds.SECRET)
    return 1000 * (time.process_time() - begin) / times


def _memory(server: Server, everybody: list[Callable[[], Visit]]) -> Line:
    before, peak, over = server.memory()["pss"], [0.0], threading.Event()

    def watch() -> None:
        while not over.is_set():
            peak[0] = max(peak[0], server.memory()["pss"])
            time.sleep(0.01)

    watching = threading.Thread(target=watch)
    watching.start()
    found = server.measure(everybody, visits=len(everybody))
    over.set()
    watching.join()
    assert set(found.statuses) == {200, 303}, found.statuses
    more = round(peak[0] - before, 1)
    return Line(
        "sign in and first page",
        f"{AT_ONCE} at once: memory they add",
        {"megabytes": round(before, 1)},
        {"megabytes": round(peak[0], 1)},
        more,
        f"at most {MOST_MEGABYTES} MB",
        more <= MOST_MEGABYTES,
    )


def _visit(login: str, cookie: str, token: str) -> Visit:
    """The form, then wherever it leads: the first page of somebody who learns."""
    fields = {"csrf_token": token, "next": "", "login": login, "secret": worlds.SECRET}
    answer = yield load.post("/sign-in", fields, cookie)
    signed = (answer.header("Set-Cookie") or "").split(";")[0]
    while answer.status == 303:
        answer = yield load.get(answer.location, signed)
