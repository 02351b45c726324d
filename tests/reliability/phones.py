"""Phones in a joint session: with the page's script, as ``room.js`` does it, or without any.

Each writes down when its page first showed what the facilitator did, and which of its answers the
server acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field
from random import Random

# The same numbers as in room.js, in seconds.
EVERY = 2.5
SILENT = 3.5
AGAIN = 0.7
LEAST = {"mark": 2.0, "page": 3.0}


class Away(Exception):
    """The line or the server is away."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Sent:
    """One answer of a participant: its key, and whether the server said that it is kept."""

    key: str
    scene: str
    letter: str
    acknowledged: bool = False


@dataclass
class Phone:
    """One participant. ``scripted`` runs what room.js runs; others reload the page by hand."""

    port: int
    code: str
    chance: Random
    scripted: bool = True
    page: str = ""
    mark: str = ""
    seen: list[tuple[float, int]] = field(default_factory=list)  # (moment, number of the event)
    journal: list[Sent] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    streamed: int = 0  # how often a stream spoke
    _cookies: dict[str, str] = field(default_factory=dict)
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    _patience: dict[str, float] = field(default_factory=lambda: {"mark": 3.0, "page": 4.0})
    _wanted: str = ""
    _busy: bool = False
    _heard: float = 0.0
    _looking: set[asyncio.Task[None]] = field(default_factory=set)

    # --- the line --------------------------------------------------------------------------------

    async def request(
        self, method: str, path: str, fields: dict[str, str] | None = None, patience: float = 8.0
    ) -> Answer:
        """Raises Away for whatever goes wrong before the answer is whole."""
        writer = None
        try:
            async with asyncio.timeout(patience):
                if self._idle:
                    reader, writer = self._idle.pop()
                else:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(self._head(method, path, fields))
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"(?i)content-length: (\d+)", head)
                body = await reader.readexactly(int(length[1]) if length else 0)
        except (OSError, EOFError, asyncio.LimitOverrunError):  # a TimeoutError is an OSError
            if writer is not None:
                writer.transport.abort()
            raise Away from None
        except asyncio.CancelledError:
            if writer is not None:
                writer.transport.abort()
            raise
        if "connection: close" in head.lower():
            writer.close()
        else:
            self._idle.append((reader, writer))
        for name, value in re.findall(r"(?im)^set-cookie: ([^=]+)=([^;\r]*)", head):
            self._cookies[name] = value
        where = re.search(r"(?im)^location: (\S+)", head)
        return Answer(int(head[9:12]), where[1] if where else "", body.decode())

    def _head(self, method: str, path: str, fields: dict[str, str] | None) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self._cookies:
            lines.append("Cookie: " + "; ".join(f"{n}={v}" for n, v in self._cookies.items()))
        body = b""
        if fields is not None:
            body = urllib.parse.urlencode(fields).encode()
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def close(self) -> None:
        for _, writer in self._idle:
            writer.transport.abort()
        self._idle.clear()

    # --- the room --------------------------------------------------------------------------------

    async def come(self) -> None:
        """In with the card, however often that takes."""
        while True:
            try:
                page = await self.request("GET", "/sessions/join")
                fields = {"code": self.code, "csrf_token": _value(page.text, "csrf_token")}
                if (await self.request("POST", "/sessions/join", fields)).status == 303:
                    await self._fetch()
                    return
            except Away:
                pass
            await asyncio.sleep(self.chance.uniform(0.5, 1.5))

    async def _fetch(self, patience: float = 8.0) -> None:
        answer = await self.request("GET", "/sessions/room", patience=patience)
        if answer.status >= 500:
            raise Away
        self._show(answer.text)

    def _show(self, text: str) -> None:
        mark = re.search(r'data-mark="([^"]+)"', text)
        assert mark, text[:500]
        self.page, self.mark = text, mark[1]
        number = int(self.mark.partition(".")[0])
        if not self.seen or number > self.seen[-1][1]:
            self.seen.append((time.monotonic(), number))

    async def live(self) -> None:
        """Follow the session until cancelled."""
        self._wanted = self.mark
        try:
            if self.scripted:
                await asyncio.gather(self._listen(), self._ask_again_and_again())
            else:
                await self._reload_by_hand()
        finally:
            for task in list(self._looking):
                task.cancel()
            await asyncio.gather(*self._looking, return_exceptions=True)
            self.close()

    async def _reload_by_hand(self) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(2.0, 4.0))
            with contextlib.suppress(Away):
                await self._fetch(patience=5.0)  # then somebody reloads again

    async def _ask_again_and_again(self) -> None:
        while True:
            left = self._heard + SILENT - time.monotonic()
            if left > 0:
                await asyncio.sleep(left)
                continue
            try:
                answer = await self._patiently("mark", "/sessions/room/now")
                if well := answer.status == 200:
                    self._hear(answer.text.strip())
            except Away:
                well = False
            await asyncio.sleep(EVERY if well else AGAIN)

    async def _patiently(self, what: str, path: str) -> Answer:
        began = time.monotonic()
        try:
            found = await self.request("GET", path, patience=self._patience[what])
        except Away:
            if time.monotonic() - began >= self._patience[what]:
                self._patience[what] = min(2 * self._patience[what], 32.0)
            raise
        self._patience[what] = max(LEAST[what], 3 * (time.monotonic() - began))
        return found

    async def _listen(self) -> None:
        """An event stream, opened again three seconds after it broke, and never after a 204."""
        while True:
            writer = None
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(self._head("GET", "/sessions/room/stream", None))
                head = await reader.readuntil(b"\r\n\r\n")
                if b" 200 " not in head[:16]:
                    return
                while line := await reader.readline():
                    if line.startswith(b"data: "):
                        self.streamed += 1
                        self._heard = time.monotonic()
                        self._hear(line[6:].decode().strip())
            except (OSError, EOFError):
                pass
            finally:
                if writer is not None:
                    writer.transport.abort()
            await asyncio.sleep(3.0)

    def _hear(self, mark: str) -> None:
        self._wanted = mark
        if not self._busy and mark != self.mark:
            self._busy = True
            task = asyncio.ensure_future(self._look())
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    async def _look(self) -> None:
        while self._wanted != self.mark:
            spoken = self._wanted
            try:
                answer = await self._patiently("page", "/sessions/room")
                if answer.status >= 500:
                    raise Away
                self._show(answer.text)
                if self._wanted == spoken:
                    break
            except Away:
                await asyncio.sleep(AGAIN)
        self._busy = False

    # --- answers ---------------------------------------------------------------------------------

    async def vote(self, scene: str, wish: int) -> None:
        """Send an answer of the page's form until the server says that it is kept."""
        form = await self._form(scene)
        letters = re.findall(r'name="letter" value="([a-d])"', form)
        fields = {"scene": scene, "letter": letters[wish % len(letters)]}
        fields |= {name: _value(form, name) for name in ("csrf_token", "client_key")}
        sent = Sent(str(uuid.UUID(fields["client_key"])), scene, fields["letter"])
        self.journal.append(sent)
        tries = 0
        while True:
            try:
                answer = await self.request(
                    "POST", "/sessions/room/answer", fields, patience=8.0 + 4 * tries
                )
                if answer.status < 500:
                    sent.acknowledged = answer.status == 303
                    if not sent.acknowledged:
                        self.refused.append(answer.status)
                        return
                    await self._fetch()
                    return
            except Away:
                pass
            tries += 1
            if self.scripted:
                await asyncio.sleep(0.5 * 2 ** min(tries - 1, 4))
            else:
                await asyncio.sleep(self.chance.uniform(1.0, 2.0))

    async def _form(self, scene: str) -> str:
        while True:
            found = re.search(rf'<form[^>]*id="answer-{scene}".*?</form>', self.page, re.S)
            if found:
                return found[0]
            await asyncio.sleep(0.2)

    def saw(self, number: int) -> float | None:
        """When the page first showed the event of this number, or one after it."""
        return next((moment for moment, known in self.seen if known >= number), None)


def _value(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', html)
    assert found, (name, html[:400])
    return found[1]
