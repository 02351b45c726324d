"""Signing in, and the first page after it: hardly more than argon2id, and no rush of memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import load, servers, worlds
from benchmarks.bench import CLIENTS, Bench, Line, share
from benchmarks.load import Answer, Load, Visit
from benchmarks.servers import Server

MOST_TIMES = 1.2
MOST_MORE_MB = 64
RUSH = 64
A_SECOND = 16  # visits begun for each second of load that was asked for
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Door:
    """The form as a browser has it before it is sent: its token, and the cookie of the token."""

    cookie: str
    token: str


def run(bench: Bench) -> list[Line]:
    # Every third person reads English, as the page does that the floor is given.
    logins = [f"thousand-{3 * number}" for number in range(RUSH)]
    page = bench.page("/my/", bench.readers[0])
    body = page.split("<main", 1)[1].partition(">")[2].split("</main>")[0]
    environ = worlds.twin(bench.world)
    worlds.write_body(environ, "signin", body)
    lines = []
    with servers.floor(environ) as bare:
        door = _door(bench.product)
        for count in CLIENTS:
            clients = f"{count} client{'s' * (count > 1)}"
            some = logins[:count]
            sent = [partial(_sent, login, door) for login in some]
            whole = [partial(_whole, login) for login in some]
            floor = [partial(_bare, login) for login in some]
            for case, visits, aim in (
                (f"{clients}: form sent and first page, CPU", sent, True),
                (f"{clients}: form fetched, sent and first page, CPU", whole, False),
            ):
                lines.append(_compare(bench, case, (bare, floor), visits, aim))
    lines.append(_rush(bench, environ, logins))
    return lines


def _compare(
    bench: Bench,
    case: str,
    floor: tuple[Server, list[Callable[[], Visit]]],
    visits: list[Callable[[], Visit]],
    aim: bool,
) -> Line:
    """So many whole visits rather than so many seconds: one that is cut off has paid for argon2id
    and not for the page."""
    wanted = max(len(visits), int(bench.seconds * A_SECOND))
    bare, ours = bench.duel(floor, (bench.product, visits), visits=wanted, expected=(200, 303))
    figures = [_of_a_visit(side.loads) for side in (bare, ours)]
    ratio = share(figures[1]["cpu_ms"], figures[0]["cpu_ms"])
    return Line(
        "sign in and first page",
        f"{case} beside argon2id and a bare page",
        figures[0],
        figures[1],
        ratio,
        f"at most {MOST_TIMES}" if aim else "for comparison",
        ratio <= MOST_TIMES if aim else None,
    )


def _of_a_visit(loads: list[Load]) -> dict[str, float]:
    """The best round of each; a visit is of one request on the floor and of three here."""
    return {
        "per_second": round(max(found.visits / found.seconds for found in loads), 1),
        "cpu_ms": round(min(1000 * found.cpu_seconds / found.visits for found in loads), 3),
        "requests": round(len(loads[0].latencies) / loads[0].visits, 1),
    }


def _rush(bench: Bench, environ: dict[str, str], logins: list[str]) -> Line:
    """Fresh servers that have shown pages and have signed nobody in: memory once taken is kept."""
    with servers.floor(environ) as bare:
        bare.measure([partial(_page, "/bare/signin", "")] * RUSH, visits=2 * RUSH)
        floor = _more(bare, [partial(_bare, login) for login in logins])
    with servers.product(bench.world.environ) as fresh:
        door = _door(fresh)
        readers = [partial(_page, "/my/", reader.cookie) for reader in bench.readers]
        fresh.measure(readers * (RUSH // len(readers)), visits=4 * RUSH)
        ours = _more(fresh, [partial(_sent, login, door) for login in logins])
    return Line(
        "sign in and first page",
        f"{RUSH} at once: MB of RSS more at the peak, all processes",
        {"more_MB": floor},
        {"more_MB": ours},
        ours,
        f"at most {MOST_MORE_MB} MB",
        ours <= MOST_MORE_MB,
    )


def _more(server: Server, clients: list[Callable[[], Visit]]) -> float:
    """How many MB the processes grew at their peaks: the kernel keeps each one's highest mark."""
    for pid in server.pids():
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the mark goes down to what is held now
    before = _megabytes(server, "VmRSS")
    found = server.measure(clients, visits=len(clients))
    assert found.visits == len(clients), found.statuses
    assert not set(found.statuses) - {200, 303}, found.statuses
    return round(_megabytes(server, "VmHWM") - before, 1)


def _megabytes(server: Server, name: str) -> float:
    total = 0
    for pid in server.pids():
        status = Path(f"/proc/{pid}/status").read_text()
        total += int(status.partition(f"{name}:")[2].split()[0])
    return total / 1024


def _door(server: Server) -> Door:
    """The form for signing in, fetched once."""
    found: list[Answer] = []

    def visit() -> Visit:
        found.append((yield load.get("/sign-in")))

    load.run(server.port, [visit], visits=1)
    return _read(found[0])


def _read(answer: Answer) -> Door:
    token = _TOKEN.search(answer.body)
    assert answer.status == 200 and token, answer.head
    return Door(_cookie(answer), token.group(1).decode())


def _cookie(answer: Answer) -> str:
    return (answer.header("Set-Cookie") or "").partition(";")[0]


def _whole(login: str) -> Visit:
    door = _read((yield load.get("/sign-in")))
    yield from _sent(login, door)


def _sent(login: str, door: Door) -> Visit:
    """The form, and where it leads to, until there is a page."""
    fields = {
        "csrf_token": door.token,
        "login": login,
        "secret": worlds.SECRET,
        "next": "",
    }
    answer = yield load.post("/sign-in", fields, door.cookie)
    assert answer.status == 303, (answer.status, answer.body.decode())
    cookie = _cookie(answer)
    while answer.status == 303:
        answer = yield load.get(answer.location, cookie)
    assert answer.status == 200 and b"/sign-out" in answer.body, answer.head


def _bare(login: str) -> Visit:
    answer = yield load.post("/signed-in", {"login": login, "secret": worlds.SECRET})
    assert answer.status == 200, answer.head


def _page(path: str, cookie: str) -> Visit:
    yield load.get(path, cookie)
