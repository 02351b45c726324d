"""A joint session: how long until everybody is told what happened, and what a participant costs.

The floor is a bare event stream in the same kind of server with as many threads, which looks at
the same number of the same database. The product is measured twice: with a thread for everybody's
stream, and as it is shipped, where most of the phones ask.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

import sqlalchemy as sa

from benchmarks import audience, servers
from benchmarks.audience import Heard, Seat
from benchmarks.bench import Bench, Line, share
from benchmarks.servers import Server
from benchmarks.worlds import World
from lms import clock, db
from lms.cohorts.models import Organisation
from lms.content import publishing
from lms.domain.joint.exercise import SIDES
from lms.domain.permissions import Actor, Held, Role
from lms.joint import actions, queries
from lms.joint.actions import Deed, Plan
from lms.joint.models import JointCard

SIZES = (50, 500, 2_000)
IN_A_SESSION = 500
EVENTS = 4
DEVICE = "d" * 16


def run(bench: Bench) -> list[Line]:
    bench.trainer  # noqa: B018 - an account in whose name sessions are planned
    lines = []
    for size in SIZES:
        sessions = [
            _session(bench, min(IN_A_SESSION, size)) for _ in range(max(1, size // IN_A_SESSION))
        ]
        lines += _lines(bench.world, size, sessions)
    return lines


Session = tuple[uuid.UUID, list[uuid.UUID], Actor]


def _session(bench: Bench, size: int) -> Session:
    """A running session with so many cards that are in the room."""
    world, now = bench.world, datetime.now(UTC)
    held = Held(Role.TRAINER, world.organisation, world.cohorts["thousand"][0])
    actor = Actor(bench.trainer.id, (held,))
    with world.app.app_context():
        with db.transaction() as session:
            partner = Organisation(name=f"Commission {uuid.uuid4().hex[:8]}", kind="commission")
            session.add(partner)
            session.flush()
            books = publishing.current(session)
            slug, day = next(iter(books.joint)), date(2026, 3, 1)
            wanted = Plan(
                exercise=slug,
                partner_id=partner.id,
                co_held=False,
                language="en",
                starts_on=day,
                starts_time="14:00",
                place="Here",
                seats=size // 2,
            )
            made = actions.plan(session, actor, world.organisation, books, wanted, now=now)
            cards = [uuid.uuid4() for _ in range(size)]
            rows = [
                {
                    "id": card,
                    "session_id": made,
                    "side": SIDES[number % 2],
                    "number": number // 2 + 1,
                    "selector": uuid.uuid4().hex[:4] + str(number),
                    "secret_hash": "",
                    "alias": number,
                    "returned": False,
                    "joined": True,
                    "present": False,
                    "receipt_given": False,
                    "feedback_given": False,
                }
                for number, card in enumerate(cards)
            ]
            session.execute(sa.insert(JointCard), rows)
        for name in ("open", "next"):
            _conduct(world, (made, cards, actor), name)
    return made, cards, actor


def _conduct(world: World, session: Session, name: str) -> int:
    made, _cards, actor = session
    with world.app.app_context(), db.transaction() as writing:
        number = queries.one(writing, actor, made).row.number
        deed = Deed(name, number, DEVICE)
        return actions.conduct(writing, actor, made, deed, now=clock.now())


def _lines(world: World, size: int, sessions: list[Session]) -> list[Line]:
    held = [False]

    def event() -> int:
        """Something that changes every page: what comes at its minute is held, or let go again."""
        held[0] = not held[0]
        return max(_conduct(world, one, "hold" if held[0] else "release") for one in sessions)

    signer = world.app.session_interface.get_signing_serializer(world.app)  # type: ignore[attr-defined]  # Flask's own
    name = world.app.config["SESSION_COOKIE_NAME"]
    cards = [card for _made, found, _actor in sessions for card in found]
    cookies = [f"{name}={signer.dumps({'joint_card': str(card)})}" for card in cards]
    room = "/sessions/room"
    bare = [Seat(f"/stream/{made.hex}") for made, found, _actor in sessions for _ in found]
    streamed = [Seat(f"{room}/stream", cookie, f"{room}/now") for cookie in cookies]
    shipped = [Seat(f"{room}/stream", cookie, f"{room}/now", room) for cookie in cookies]
    wide = {**world.environ, **_threads(size)}
    floor = _heard(servers.floor, wide, bare, event)
    product = _heard(servers.product, wide, streamed, event)
    usual = _heard(servers.product, world.environ, shipped, event)
    threads = "{LMS_WORKERS} × {LMS_THREADS} threads".format(**wide)
    return [
        Line(
            "joint",
            f"{size:,} participants, {threads}: told of an event, p50",
            _figures(floor, size),
            _figures(product, size),
            share(_at(product.told, 0.5), _at(floor.told, 0.5)),
            "–",
            None,
            f"{product.streams:,} had a stream; memory {share(product.megabytes, floor.megabytes)}"
            " times that of the floor",
        ),
        Line(
            "joint",
            f"{size:,} participants, 2 × 8 threads as shipped: told, and the page fetched",
            _figures(floor, size),
            {
                **_figures(usual, size),
                "seen_p50_s": round(_at(usual.seen, 0.5), 2),
                "seen_worst_s": round(max(usual.seen), 2),
            },
            share(_at(usual.told, 0.5), _at(floor.told, 0.5)),
            "–",
            None,
            f"{usual.streams:,} had a stream",
        ),
    ]


def _threads(size: int) -> dict[str, str]:
    """Room for everybody's stream in whichever process they land: each gives half to a side."""
    workers = 2 if size <= IN_A_SESSION else 6
    return {"LMS_WORKERS": str(workers), "LMS_THREADS": str(min(512, size + 12))}


def _heard(
    start: Callable[[dict[str, str]], object],
    environ: dict[str, str],
    seats: list[Seat],
    event: Callable[[], int],
) -> Heard:
    with start(environ) as server:  # type: ignore[attr-defined]  # either of servers'
        found: Server = server
        before = found.memory()["pss"]
        return audience.gather(
            found.port, seats, event, EVENTS, lambda: found.memory()["pss"] - before
        )


def _at(waits: list[float], share_: float) -> float:
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(share_ * len(ordered)))]


def _figures(heard: Heard, size: int) -> dict[str, float]:
    return {
        "p50_ms": round(1000 * _at(heard.told, 0.5), 1),
        "p99_ms": round(1000 * _at(heard.told, 0.99), 1),
        "worst_ms": round(1000 * max(heard.told), 1),
        "KB_each": round(1024 * heard.megabytes / size, 1),
    }
