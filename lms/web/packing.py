"""Answers packed for slow lines: with Brotli for browsers that take it, with gzip for others.

Brotli makes a Cyrillic page a tenth smaller than gzip for a tenth to a third more work, and our
files an eighth (docs/performance.md). Browsers offer it over https only.
"""

from __future__ import annotations

import gzip
import secrets
from functools import lru_cache
from typing import Literal

import brotli
from werkzeug.http import parse_accept_header

Packing = Literal["br", "gzip"]

# The window holds a page whole; a larger one costs memory and saves nothing. One level lower
# is no smaller than gzip, one higher saves a hundredth for a tenth more work.
WINDOW = 16
QUALITY = 5
GZIP_LEVEL = 5
# A page is made longer by chance, by up to so many bytes.
MOST_ADDED = 24


@lru_cache(maxsize=64)
def taken(accepted: str) -> Packing | None:
    """The packing to answer with, for what ``Accept-Encoding`` says; None to send it as it is.

    RFC 9110, 12.5.3: a weight of 0 refuses, ``*`` speaks for all that is not named, and what weighs
    more is liked better. Among equals the smaller one is taken. Who names none gets none.
    """
    offered = parse_accept_header(accepted)
    names = ("br", "gzip", "identity")
    best = max(names, key=lambda name: float(offered[name]))
    if best == "identity" or not offered[best]:
        return None
    return "br" if best == "br" else "gzip"


def page(body: bytes, how: Packing) -> bytes:
    """A page packed. Its length varies by chance, by up to MOST_ADDED bytes.

    So the size of one answer does not tell an eavesdropper how a secret in it compares with what
    was typed (the BREACH attack). Nor can another site ask for a page again and again as somebody:
    the cookie of a session goes with a click only (SameSite), and not with what a page fetches.
    """
    added = secrets.token_bytes(1 + secrets.randbelow(MOST_ADDED))
    return _brotli(body, added) if how == "br" else _gzip(body, added)


def _brotli(body: bytes, added: bytes) -> bytes:
    """With a block of metadata that readers skip, before the empty last block (RFC 7932, 9.2)."""
    packer = brotli.Compressor(quality=QUALITY, lgwin=WINDOW)
    packed: bytes = packer.process(body) + packer.flush()  # flushed: at the border of a byte
    # From the lowest bit: not the last block 0, no length 11, reserved 0, one byte says how long
    # the metadata are 01; then that byte, less one, and zeros to the border of a byte.
    head = 0b01_0_11_0 | (len(added) - 1) << 6
    last: bytes = packer.finish()
    return packed + head.to_bytes(2, "little") + added + last


def _gzip(body: bytes, added: bytes) -> bytes:
    """With a file name in its header (RFC 1952, 2.3.1)."""
    packed = gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
    header = packed[:3] + bytes([packed[3] | 8]) + packed[4:10]
    return header + b"-" * len(added) + b"\0" + packed[10:]


def file(body: bytes, how: Packing) -> bytes:
    """A file of ours that is packed once and kept: as small as it gets, however long it takes."""
    if how == "br":
        packed: bytes = brotli.compress(body, quality=11, lgwin=WINDOW)
        return packed
    return gzip.compress(body, 9, mtime=0)
