"""A bad line: a TCP proxy that is slow, loses what was on its way, and goes silent without a word.

What a phone on a full cell sees: every piece takes its time; connections break before the request
came through, after it did (so that only the answer is lost), or in the middle of the answer; and
some just say nothing any more, without being closed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Weather:
    """How bad it is. Latency is in seconds, one way; the rest are shares of the pieces sent."""

    latency: tuple[float, float] = (0.04, 0.25)
    lost: float = 0.02  # before the server had it
    unanswered: float = 0.02  # the server had it, and its answer is lost
    silent: float = 0.005
    halved: float = 0.01  # the answer breaks off


@dataclass
class BadLine:
    """Listens on ``port`` once it was started and leads to ``leads_to``, both on this machine."""

    leads_to: int
    chance: Random
    weather: Weather = field(default_factory=Weather)
    port: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.break_all()
        await asyncio.sleep(0)

    def break_all(self) -> None:
        """The whole cell is gone for a moment."""
        for writer in list(self._open):
            writer.transport.abort()
        self._open.clear()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. The server is called when the first piece arrives, as on a real line."""
        self._open.add(writer)
        far: asyncio.StreamWriter | None = None
        try:
            piece = await reader.read(65_536)
            if not piece:
                return
            back, far = await asyncio.open_connection("127.0.0.1", self.leads_to)
            self._open.add(far)
            pumps = [
                asyncio.ensure_future(self._there(piece, reader, writer, far)),
                asyncio.ensure_future(self._back(back, writer)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        except OSError:
            pass  # the server is away: so is the line
        finally:
            for one in (writer, far):
                if one is not None:
                    self._open.discard(one)
                    one.transport.abort()

    async def _there(
        self,
        piece: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far: asyncio.StreamWriter,
    ) -> None:
        while piece:
            await self._pass_time()
            fate = self._fate("lost", "unanswered", "silent")
            if fate == "lost":
                return
            if fate == "silent":
                await asyncio.sleep(60)
                return
            far.write(piece)
            with contextlib.suppress(OSError):
                await far.drain()
            if fate == "unanswered":
                # Cut off towards the phone alone; the server works on, and nobody hears of it.
                writer.transport.abort()
                await asyncio.sleep(3)
                return
            piece = await reader.read(65_536)

    async def _back(self, back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await back.read(65_536):
            await self._pass_time()
            if self._fate("halved"):
                writer.write(piece[: len(piece) // 2])
                await asyncio.sleep(0)
                return
            writer.write(piece)
            with contextlib.suppress(OSError):
                await writer.drain()

    async def _pass_time(self) -> None:
        await asyncio.sleep(self.chance.uniform(*self.weather.latency))

    def _fate(self, *kinds: str) -> str | None:
        drawn = self.chance.random()
        for kind in kinds:
            share: float = getattr(self.weather, kind)
            if drawn < share:
                self.faults[kind] += 1
                return kind
            drawn -= share
        return None
