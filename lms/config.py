"""Settings: read once, checked once. A missing secret or a bad value stops the start.

A value comes from the environment (``LMS_NAME``, or ``LMS_NAME_FILE`` for the path of a file that
holds it), otherwise from ``instance/settings.toml``, otherwise from the default named here.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEY_BYTES = 32
# What an application is joined from, in this order; LMS_ROOMS names some of them.
ROOMS = (
    "home",
    "accounts",
    "learning",
    "assessment",
    "drills",
    "counts",
    "cohorts",
    "messages",
    "signoffs",
    "deployment",
    "platform",
    "certification",
    "statistics",
    "calibration",
    "panels",
    "reviews",
    "joint",
)
# A house of its own for some rooms: these are always there, for its staff to come in by.
ALWAYS = frozenset({"home", "accounts"})


class ConfigurationError(Exception):
    """One sentence that tells an operator which setting to mend."""


@dataclass(frozen=True)
class Smtp:
    """The server that takes letters on. ``security`` is ``starttls``, ``tls``, or ``none`` on this
    machine alone; an empty ``user`` signs in nowhere."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str


@dataclass(frozen=True)
class Settings:
    """What this machine is told. Paths are absolute; keys are raw bytes and never printed."""

    instance: Path
    content: Path
    database_url: str
    host: str
    port: int
    workers: int
    threads: int
    trusted_hosts: tuple[str, ...]
    public_url: str
    proxy_hops: int
    demo: bool
    # Which rooms this process serves; empty means all of them.
    rooms: frozenset[str]
    session_key: bytes = field(repr=False)
    field_key: bytes = field(repr=False)
    smtp: Smtp | None = None  # off

    @cached_property
    def secure(self) -> bool:
        """Whether people reach us by https; only then may a cookie be marked Secure."""
        return self.public_url.startswith("https://")

    @cached_property
    def keys(self) -> Path:
        return self.instance / "keys"

    def shown(self) -> dict[str, str]:
        """The effective settings for ``lms doctor``, with nothing secret in them."""
        url = urlsplit(self.database_url)
        database = self.database_url.replace(url.password, "…") if url.password else None
        return {
            "instance": str(self.instance),
            "content": str(self.content),
            "database": database or self.database_url,
            "bind": f"{self.host}:{self.port}",
            "workers": f"{self.workers} × {self.threads} threads",
            "public address": self.public_url,
            "trusted hosts": ", ".join(self.trusted_hosts),
            "e-mail": f"{self.smtp.host}:{self.smtp.port}, {self.smtp.security}"
            if self.smtp
            else "off",
            "demo": "yes" if self.demo else "no",
            "rooms": ", ".join(sorted(self.rooms)) or "all",
        }


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting.

    Raises ConfigurationError with one sentence for the first value that cannot be used.
    """
    env = os.environ if environ is None else environ
    instance = Path(env.get("LMS_INSTANCE") or ROOT / "instance").resolve()
    read = _Reader(env, instance / "settings.toml")
    host, port = _bind(read("BIND", "127.0.0.1:8000"))
    public_url = read("PUBLIC_URL", f"http://{_bracketed(host)}:{port}").rstrip("/")
    _check_public(public_url, host)
    default_hosts = ",".join({*LOOPBACK[:2], "[::1]", urlsplit(public_url).hostname or "localhost"})
    settings = Settings(
        instance=instance,
        content=Path(read("CONTENT", str(ROOT))).resolve(),
        database_url=_database(read("DATABASE_URL", f"sqlite:///{instance / 'lms.sqlite'}")),
        host=host,
        port=port,
        workers=_count("LMS_WORKERS", read("WORKERS", "2"), 1, 64),
        threads=_count("LMS_THREADS", read("THREADS", "8"), 1, 512),
        trusted_hosts=tuple(h.strip() for h in read("TRUSTED_HOSTS", default_hosts).split(",")),
        public_url=public_url,
        proxy_hops=_count("LMS_PROXY_HOPS", read("PROXY_HOPS", "0"), 0, 5),
        demo=_yes_or_no("LMS_DEMO", read("DEMO", "no")),
        rooms=_rooms(read("ROOMS", "")),
        session_key=_key(instance / "keys" / "session.key"),
        field_key=_key(instance / "keys" / "field.key"),
        smtp=_smtp(read),
    )
    if not (settings.content / "courses").is_dir():
        raise ConfigurationError(
            f"LMS_CONTENT is {settings.content}, which holds no courses/ folder; "
            "point it at a folder with courses/ and quizzes/."
        )
    return settings


def create_secrets(instance: Path) -> list[str]:
    """Make the secrets that do not exist yet, readable by their owner only; name those made."""
    keys = instance / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    keys.chmod(0o700)
    made = []
    for name in ("session.key", "field.key"):
        path = keys / name
        if not path.exists():
            write_secret(path, secrets.token_bytes(KEY_BYTES))
            made.append(name)
    return made


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, never for a moment readable by others."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


class _Reader:
    def __init__(self, env: Mapping[str, str], file: Path) -> None:
        self._env = env
        try:
            found = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise ConfigurationError(f"{file} is not valid TOML: {problem}.") from None
        self._file = {str(key): str(value) for key, value in found.items()}

    def __call__(self, name: str, default: str) -> str:
        full = f"LMS_{name}"
        if path := self._env.get(f"{full}_FILE"):
            try:
                return Path(path).read_text("utf-8").strip()
            except OSError:
                sentence = f"{full}_FILE names {path}, which cannot be read."
                raise ConfigurationError(sentence) from None
        return self._env.get(full) or self._file.get(full) or default


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError:
        raise ConfigurationError(f"The secret {path} is missing; `lms init` makes it.") from None
    if len(key) != KEY_BYTES or len(set(key)) < 8:
        raise ConfigurationError(f"The secret {path} is not {KEY_BYTES} random bytes.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError(f"Others can read the secret {path}; run chmod 600 on it.")
    return key


def _bind(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigurationError(f"LMS_BIND is {text!r}; write it as 127.0.0.1:8000.")
    return host, int(port)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _check_public(url: str, host: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise ConfigurationError(f"LMS_PUBLIC_URL is {url!r}; write it as https://example.org.")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ConfigurationError(
            "LMS_BIND is not a loopback address, so LMS_PUBLIC_URL must be an https address: "
            "cookies and answers would travel in the open."
        )


def _database(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ConfigurationError("LMS_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url


def _count(name: str, text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ConfigurationError(f"{name} is {text!r}; write a number from {least} to {most}.")
    return int(text)


def _smtp(read: _Reader) -> Smtp | None:
    """The mail server; without a host there is none, and nothing else of it is looked at."""
    host = read("SMTP_HOST", "")
    if not host:
        return None
    found = Smtp(
        host=host,
        port=_count("LMS_SMTP_PORT", read("SMTP_PORT", "587"), 1, 65535),
        security=read("SMTP_SECURITY", "starttls"),
        user=read("SMTP_USER", ""),
        password=read("SMTP_PASSWORD", ""),
        sender=read("SMTP_FROM", ""),
    )
    if found.security not in ("starttls", "tls", "none"):
        raise ConfigurationError("LMS_SMTP_SECURITY must be starttls, tls or none.")
    if found.security == "none" and host not in LOOPBACK:
        raise ConfigurationError(
            "LMS_SMTP_SECURITY is none, which only a mail server on this machine may be: the "
            "addresses of people would travel in the open."
        )
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", found.sender):
        raise ConfigurationError("LMS_SMTP_FROM must be an address like post@example.org.")
    if found.user and not found.password:
        raise ConfigurationError("LMS_SMTP_USER is set and LMS_SMTP_PASSWORD is not.")
    return found


def _rooms(text: str) -> frozenset[str]:
    named = frozenset(room.strip() for room in text.split(",") if room.strip())
    if unknown := sorted(named - set(ROOMS)):
        raise ConfigurationError(
            f"LMS_ROOMS names {unknown[0]!r}, which is no room; leave it out to serve them all, "
            "or write joint for a house of joint sessions alone."
        )
    return named


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() not in ("yes", "no", "true", "false", "1", "0"):
        raise ConfigurationError(f"{name} is {text!r}; write yes or no.")
    return text.lower() in ("yes", "true", "1")
