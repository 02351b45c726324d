"""Clients on keep-alive connections, in one thread: cheap, so that the servers have the machine.

A client is a generator: it yields the bytes of a request and is given the answer, so that a visit
of many pages reads like one. Nothing here is clever about HTTP: it reads what gunicorn writes.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    """What came back. ``first_byte`` is how many seconds it took until anything did."""

    status: int
    head: str
    body: bytes
    first_byte: float = 0.0

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    @property
    def location(self) -> str:
        found = self.header("Location")
        assert found is not None, self.head
        return (
            found.split("://", 1)[-1].partition("/")[2].join(("/", "")) if "://" in found else found
        )


Visit = Generator[bytes, Answer, None]


@dataclass
class Load:
    """What a run of some seconds came to. Latencies are in seconds, in order of arrival."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    visits: int = 0
    reconnects: int = 0
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU of the server (user and system) for one request, in milliseconds."""
        return 1000 * self.cpu_seconds / max(1, len(self.latencies))

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def worst(self) -> float:
        return 1000 * max(self.latencies)


# How browsers ask for packed answers: over https, and over plain http or behind an old proxy.
BROWSER = "gzip, deflate, br, zstd"
OLD_BROWSER = "gzip, deflate"


def get(path: str, cookie: str = "", accepts: str = "") -> bytes:
    """A request for a page, as a browser would word it."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html"]
    if accepts:
        lines.append(f"Accept-Encoding: {accepts}")
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return "\r\n".join([*lines, "", ""]).encode()


def post(path: str, fields: dict[str, str] | list[tuple[str, str]], cookie: str = "") -> bytes:
    """A form sent as a browser would send it."""
    body = urlencode(fields).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html"]
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Client:
    """One connection and the visit it is on."""

    def __init__(self, port: int, start: Callable[[], Visit]) -> None:
        self.port, self.start = port, start
        self.socket: socket.socket | None = None
        self.visit: Visit | None = None
        self.request = b""
        self.buffer = b""
        self.sent_at = self.first_at = 0.0

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        assert self.socket is not None
        self.buffer, self.first_at = b"", 0.0
        self.sent_at = time.perf_counter()
        self.socket.sendall(self.request)

    def read(self) -> Answer | None:
        """The answer once it is whole. Raises ConnectionError when the server hung up."""
        assert self.socket is not None
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError
        self.first_at = self.first_at or time.perf_counter()
        self.buffer += piece
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        low = head.lower()
        if b"\r\ntransfer-encoding: chunked" in low:
            if not body.endswith(b"0\r\n\r\n"):
                return None
        else:
            _, _, rest = low.partition(b"\r\ncontent-length:")
            if len(body) < int(rest.split(b"\r\n", 1)[0] or 0):
                return None
        text = head.decode("latin-1")
        return Answer(int(text[9:12]), text, body, self.first_at - self.sent_at)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()


def run(
    port: int,
    clients: list[Callable[[], Visit]],
    *,
    seconds: float | None = None,
    visits: int | None = None,
) -> Load:
    """Let the clients visit again and again for some seconds, or until so many visits began.

    A connection that the server closed before it answered is opened again and the request sent
    once more, as browsers do; it is counted.
    """
    load, selector = Load(), selectors.DefaultSelector()
    everyone = [Client(port, start) for start in clients]
    began = 0
    for client in everyone:
        client.connect()
    begin = time.perf_counter()
    until = begin + seconds if seconds else float("inf")

    def onward(client: Client, answer: Answer | None) -> bool:
        """The next request of this client's visit, or of a new one; False when it is done."""
        nonlocal began
        while True:
            if client.visit is None:
                if time.perf_counter() >= until or (visits is not None and began >= visits):
                    return False
                began += 1
                client.visit, answer = client.start(), None
            try:
                client.request = next(client.visit) if answer is None else client.visit.send(answer)
                return True
            except StopIteration:
                client.visit, answer = None, None
                load.visits += 1

    busy = 0
    for client in everyone:
        if onward(client, None):
            busy += 1
            client.send()
            selector.register(client.socket, selectors.EVENT_READ, client)  # type: ignore[arg-type]
    while busy:
        for key, _ in selector.select(timeout=60):
            client = key.data
            try:
                answer = client.read()
            except ConnectionError:
                selector.unregister(key.fileobj)
                client.close()
                client.connect()
                load.reconnects += 1
                client.send()
                selector.register(client.socket, selectors.EVENT_READ, client)
                continue
            if answer is None:
                continue
            load.latencies.append(time.perf_counter() - client.sent_at)
            load.statuses[answer.status] += 1
            # A visit is cut off when the time is over: what was measured are its requests.
            over = time.perf_counter() >= until
            if not over and onward(client, answer):
                try:
                    client.send()
                except ConnectionError:
                    client.buffer = b""
            else:
                selector.unregister(key.fileobj)
                client.close()
                busy -= 1
    load.seconds = time.perf_counter() - begin
    return load
