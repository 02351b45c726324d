"""A mail server of a test: real sockets, real SMTP, with the troubles that a test asks for."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "lms", "turnip-42"


@dataclass
class MailServer:
    """Where it listens, what came, and how it behaves: ``refuses`` maps an address to a reply,
    ``breaks_after`` so many letters it hangs up, ``context`` offers STARTTLS and asks to sign in.
    """

    port: int = 0
    came: list[tuple[str, Message]] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    breaks_after: int | None = None
    context: ssl.SSLContext | None = None


class _Line(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self) -> None:
        self.about: MailServer = self.server.about  # type: ignore[attr-defined]  # given below
        self.secured = self.let_in = False
        self.to = ""
        self.say("220 test")
        while (heard := self.rfile.readline()) and self.answer(heard.decode().strip()):
            pass

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the secured one, of which the server knows nothing

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{text}\r\n" for text in lines).encode())
        self.wfile.flush()

    def answer(self, heard: str) -> bool:
        """Answer one command; False once the line is closed."""
        verb, _, rest = heard.partition(" ")
        verb = verb.upper()
        if verb == "EHLO":
            self.about.greetings.append(rest)
            self.say("250-test", *self.offers(), "250 8BITMIME")
        elif verb == "STARTTLS" and self.about.context:
            self.say("220 go on")
            return self.secure()
        elif verb == "AUTH":
            wanted = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
            self.let_in = rest == f"PLAIN {wanted}"
            self.say("235 come in" if self.let_in else "535 no")
        elif verb == "MAIL":
            open_to = self.let_in or not self.about.context
            self.say("250 ok" if open_to else "530 sign in first")
        elif verb == "RCPT":
            self.to = rest.removeprefix("TO:<").partition(">")[0]
            self.say(self.about.refuses.get(self.to, "250 ok"))
        elif verb == "DATA":
            return self.take()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 ok")
        return True

    def offers(self) -> list[str]:
        if not self.about.context:
            return []
        return ["250-AUTH PLAIN"] if self.secured else ["250-STARTTLS"]

    def secure(self) -> bool:
        assert self.about.context
        try:
            self.connection = self.about.context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return False  # the other side does not trust us
        self.rfile.close()
        self.wfile.close()
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.secured = True
        return True

    def take(self) -> bool:
        self.say("354 go on")
        body = b""
        while (heard := self.rfile.readline()) not in (b".\r\n", b""):
            body += heard
        if self.about.breaks_after is not None and len(self.about.came) >= self.about.breaks_after:
            return False  # hangs up before it has said that it has the letter
        self.about.came.append((self.to, message_from_bytes(body, policy=default)))
        self.say("250 taken")
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(port: int = 0, context: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """A server that listens on this machine until the block ends."""
    with _Server(("127.0.0.1", port), _Line) as server:
        about = MailServer(server.server_address[1], context=context)
        server.about = about  # type: ignore[attr-defined]  # what its lines look at
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield about
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """(what a server secures its lines with, the file of whom to trust for it)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "secret.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context, chain
