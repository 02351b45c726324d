"""Answers packed for slow lines: our files with Brotli where a browser takes it, pages with gzip.

Packed once and kept, our files are an eighth smaller with Brotli. Pages are packed for each reader,
and stay with gzip: Brotli is no smaller at the level that costs as much, and a tenth smaller at the
next, for a third more work where processors are busy (docs/performance.md). Browsers offer Brotli
over https only.
"""

from __future__ import annotations

import gzip
import secrets
from functools import lru_cache
from typing import Literal

import brotli
from werkzeug.http import parse_accept_header

Packing = Literal["br", "gzip"]

FOR_FILES: tuple[Packing, ...] = ("br", "gzip")  # the smaller first
FOR_PAGES: tuple[Packing, ...] = ("gzip",)
GZIP_LEVEL = 5
# A page is made longer by chance, by up to so many bytes.
MOST_ADDED = 24


@lru_cache(maxsize=64)
def taken(accepted: str, have: tuple[Packing, ...]) -> Packing | None:
    """The packing to answer with, for what ``Accept-Encoding`` says; None to send it as it is.

    RFC 9110, 12.5.3: a weight of 0 refuses, ``*`` speaks for all that is not named, and what weighs
    more is liked better. Among equals the first of ``have`` is taken. Who names none gets none.
    """
    offered = parse_accept_header(accepted)
    best = max(have, key=lambda name: float(offered[name]))
    liked = float(offered[best])
    return best if liked > 0 and liked >= float(offered["identity"]) else None


def page(body: bytes) -> bytes:
    """A page packed with gzip. Its length varies by chance, by up to MOST_ADDED bytes.

    So the size of one answer does not tell an eavesdropper how a secret in it compares with what
    was typed (the BREACH attack). Nor can another site ask for a page again and again as somebody:
    the cookie of a session goes with a click only (SameSite), and not with what a page fetches.
    """
    packed = gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
    # A file name in the header (RFC 1952, 2.3.1), which no reader looks at.
    name = b"-" * (1 + secrets.randbelow(MOST_ADDED)) + b"\0"
    return packed[:3] + bytes([packed[3] | 8]) + packed[4:10] + name + packed[10:]


def file(body: bytes, how: Packing) -> bytes:
    """A file of ours that is packed once and kept: as small as it gets, however long it takes."""
    if how == "br":
        packed: bytes = brotli.compress(body, quality=11)
        return packed
    return gzip.compress(body, 9, mtime=0)
