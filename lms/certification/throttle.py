"""A limit to how often one network may ask whether a certificate is genuine.

Counted in memory for a minute, under a digest whose key dies with the process: no address is ever
written down (security C-42, C-86, C-90).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address

PER_MINUTE = 120
MOST_NETWORKS = 50_000
LOOPBACK = "127.0.0.1"


@dataclass
class Throttle:
    """Counts of the present minute. One for each process."""

    per_minute: int = PER_MINUTE
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _minute: str = ""
    _counts: dict[bytes, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_too_much(self, address: str | None, now: datetime) -> bool:
        """Count one question from an address; whether its network asked too often this minute.

        This machine's own address is not limited: behind it stands a proxy or an onion service
        whose clients all look alike, and stopping them together would take the page from everybody.
        """
        network = _network(address)
        if network is None:
            return False
        bucket = hashlib.blake2b(network, key=self._key, digest_size=12).digest()
        minute = f"{now:%Y%m%d%H%M}"
        with self._lock:
            if minute != self._minute or len(self._counts) > MOST_NETWORKS:
                self._minute, self._counts = minute, {}
            self._counts[bucket] = self._counts.get(bucket, 0) + 1
            return self._counts[bucket] > self.per_minute


def _network(address: str | None) -> bytes | None:
    """The beginning of an address that a whole network shares; None for one without a limit."""
    if not address or address == LOOPBACK:
        return None
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if found.is_loopback:
        return None
    return found.packed[: 3 if found.version == 4 else 6]  # a /24, a /48
