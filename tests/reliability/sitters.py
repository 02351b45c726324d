"""People who answer as fast as they can and write down what the server acknowledged."""

from __future__ import annotations

import http.client
import random
import re
import threading
import urllib.parse
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie


@dataclass
class Sent:
    """One answer: its key, and whether the server said that it is kept."""

    key: str
    question: str
    option: str
    seen: int
    acknowledged: bool = False


@dataclass
class Sitter:
    """One person with an open attempt.

    Only this person writes to the attempt, so they know which sequence the next step has: the
    start is 1, and every kept answer is one more.
    """

    port: int
    login: str
    secret: str
    options: dict[str, list[str]]  # question → its options
    attempt: str = ""
    journal: list[Sent] = field(default_factory=list)
    _cookie: str = ""
    _token: str = ""
    _latest: dict[str, int] = field(default_factory=dict)
    _steps: int = 1

    def request(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """(status, location, body). Raises OSError or HTTPException when the server is gone."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Cookie": self._cookie} if self._cookie else {}
            body = None
            if fields is not None:
                body = urllib.parse.urlencode({"csrf_token": self._token, **fields})
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
            for header in answer.headers.get_all("Set-Cookie") or ():
                for name, morsel in SimpleCookie(header).items():
                    self._cookie = f"{name}={morsel.value}"
            if found := re.search(r'name="csrf_token" value="([^"]+)"', text):
                self._token = found[1]
            return answer.status, answer.headers.get("Location") or "", text
        finally:
            line.close()

    def begin(self, quiz: str) -> None:
        self.request("GET", "/sign-in")
        status, _where, _text = self.request(
            "POST", "/sign-in", {"login": self.login, "secret": self.secret}
        )
        assert status == 303
        self.request("GET", f"/quizzes/{quiz}")
        status, where, _text = self.request(
            "POST", f"/quizzes/{quiz}/start", {"client_key": str(uuid.uuid4())}
        )
        assert status == 303
        self.attempt = where.rsplit("/", 1)[-1]
        _status, where, _text = self.request("GET", f"/attempts/{self.attempt}")
        self.request("GET", where)

    def questions(self) -> list[str]:
        _status, _where, text = self.request("GET", f"/attempts/{self.attempt}/finish")
        found = re.findall(rf"/attempts/{self.attempt}/([a-z0-9-]+)\"", text)
        return [q for q in found if q in self.options]

    def send(self, sent: Sent) -> None:
        """Post one answer; acknowledged only when the server answers 303."""
        status, _where, text = self.request(
            "POST",
            f"/attempts/{self.attempt}/{sent.question}",
            {"answer": sent.option, "seen": str(sent.seen), "client_key": sent.key},
        )
        assert status == 303, (status, text[-400:])
        sent.acknowledged = True
        self._steps += 1
        self._latest[sent.question] = self._steps

    def answer_until(self, stop: threading.Event, mine: list[str], chance: random.Random) -> None:
        """Answer until told to stop, or until the server is gone."""
        while not stop.is_set():
            question = chance.choice(mine)
            options = self.options[question]
            before = next((s.option for s in reversed(self.journal) if s.question == question), "")
            option = chance.choice([o for o in options if o != before])
            sent = Sent(str(uuid.uuid4()), question, option, self._latest.get(question, 0))
            self.journal.append(sent)
            try:
                self.send(sent)
            except (OSError, http.client.HTTPException):
                return

    def retry(self) -> None:
        """After a crash: send again, with the same key, what nobody acknowledged."""
        for sent in self.journal:
            if not sent.acknowledged:
                self.send(sent)
