"""An audience of phones that are told through event streams, or ask where none is to be had.

Told is whoever has heard of an event; seen has it who has fetched the page after that.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import resource
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

EVERY = 2.5  # seconds, as in room.js
GIVEN_UP = 60.0


@dataclass(frozen=True)
class Seat:
    """One phone: the address of its stream, and of mark and page unless it is the floor's."""

    stream: str
    cookie: str = ""
    now: str = ""
    page: str = ""


@dataclass
class Phone:
    seat: Seat
    port: int
    chance: Random
    number: int = -1  # of the last event that it was told of
    streams: bool = False
    told: list[tuple[float, int]] = field(default_factory=list)
    seen: list[tuple[float, int]] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def live(self) -> None:
        while True:
            with contextlib.suppress(OSError, EOFError):
                if await self._listen():
                    continue
            await self._ask()

    async def _listen(self) -> bool:
        """Whether there was a stream; returns when it is over."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self._request(self.seat.stream))
            head = await reader.readuntil(b"\r\n\r\n")
            self.streams = b" 200 " in head[:16]
            while self.streams and (line := await reader.readline()):
                if line.startswith(b"data: "):
                    await self._hear(line[6:].decode())
        finally:
            writer.transport.abort()
        return self.streams

    async def _ask(self) -> None:
        while True:
            with contextlib.suppress(OSError, EOFError):
                await self._hear(await self._get(self.seat.now))
            await asyncio.sleep(EVERY * self.chance.uniform(0.9, 1.1))

    async def _hear(self, mark: str) -> None:
        number = int(re.match(r"\d+", mark)[0])  # type: ignore[index]  # a mark begins so
        if number > self.number:
            self.number = number
            self.told.append((time.monotonic(), number))
            if self.seat.page:
                await self._fetch(self.seat.page)
                self.seen.append((time.monotonic(), number))
        self.ready.set()

    async def _fetch(self, path: str) -> None:
        """The page, asked for again until it is there."""
        while True:
            with contextlib.suppress(OSError, EOFError):
                await self._get(path)
                return
            await asyncio.sleep(0.1)

    async def _get(self, path: str) -> str:
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._line
        try:
            writer.write(self._request(path))
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            body = await reader.readexactly(int(head.split("content-length: ")[1].split("\r")[0]))
        except (OSError, EOFError):
            self._line = None
            raise
        if "connection: close" in head:
            self._line = None
            writer.close()
        return body.decode()

    def _request(self, path: str) -> bytes:
        cookie = f"Cookie: {self.seat.cookie}\r\n" if self.seat.cookie else ""
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\n".encode()

    def close(self) -> None:
        if self._line is not None:
            self._line[1].transport.abort()


@dataclass
class Heard:
    """Seconds from an event to each phone, and how many of them had a stream."""

    told: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    streams: int = 0
    megabytes: float = 0.0  # while all of them are there


def gather(
    port: int,
    seats: list[Seat],
    event: Callable[[], int],
    events: int,
    memory: Callable[[], float],
) -> Heard:
    """Seat everybody, let so many things happen, and hear from each phone when it knew.

    ``event`` makes one happen and gives its number.
    """
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return asyncio.run(_gathered(port, seats, event, events, memory))


async def _gathered(
    port: int,
    seats: list[Seat],
    event: Callable[[], int],
    events: int,
    memory: Callable[[], float],
) -> Heard:
    chance, heard = Random(5), Heard()
    phones = [Phone(seat, port, Random(chance.random())) for seat in seats]
    following = []
    for number, phone in enumerate(phones):
        following.append(asyncio.ensure_future(phone.live()))
        if number % 20 == 19:  # nobody comes in the same millisecond as everybody else
            await asyncio.sleep(0.05)
    try:
        await _all(phone.ready.wait() for phone in phones)
        for _ in range(events):
            await asyncio.sleep(2 + chance.random())
            since = time.monotonic()
            number = await asyncio.to_thread(event)
            over = since + GIVEN_UP
            while time.monotonic() < over and any(
                _when(p.seen if p.seat.page else p.told, number) is None for p in phones
            ):
                await asyncio.sleep(0.1)
            for phone in phones:  # who has not heard by then counts as if they did at the end
                heard.told.append((_when(phone.told, number) or over) - since)
                heard.seen.append((_when(phone.seen, number) or over) - since)
        heard.megabytes = memory()
        heard.streams = sum(phone.streams for phone in phones)
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        for phone in phones:
            phone.close()
    return heard


async def _all(waits: object) -> None:
    many: list[Awaitable[bool]] = list(waits)  # type: ignore[call-overload]  # a generator of them
    async with asyncio.timeout(GIVEN_UP):
        await asyncio.gather(*many)


def _when(known: list[tuple[float, int]], number: int) -> float | None:
    return next((moment for moment, other in known if other >= number), None)
