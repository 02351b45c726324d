"""Packages of others: a zip whose manifest names the files that are read, and nothing is unpacked.

Source: security, C-33 and AB20.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass

from lms.exchange.items import Unreadable
from lms.exchange.markup import parsed

MOST_FILES = 200
MOST_UNPACKED = 20 * 1024 * 1024
HIGHEST_RATIO = 50
# Small files of repeated text are packed tighter than anything large may be.
RATIO_COUNTS_FROM = 64 * 1024
MANIFEST = "imsmanifest.xml"
_ITEM = re.compile(r"imsqti_item_xmlv(2p[012]|2p2p[0-9]|3p0)\Z")


@dataclass(frozen=True)
class Package:
    """The items of a package in the order of its manifest, and the other files that it names."""

    items: dict[str, bytes]
    files: dict[str, bytes]


def opened(data: bytes) -> Package:
    """Read a package into memory. Raises Unreadable for one that is damaged or not safe."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _looked_over(archive)
            return _read(archive)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # Damaged, in a way of packing that is not known, or locked with a password.
        raise Unreadable(f"the package cannot be opened ({error}); export it again") from None
    except (ValueError, OSError, OverflowError, IndexError, KeyError):
        raise Unreadable("the package is damaged; export it again") from None


def _looked_over(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise Unreadable(f"the package has {len(entries)} files, the most is {MOST_FILES}")
    seen: set[str] = set()
    unpacked = 0
    for entry in entries:
        name = entry.filename
        if not _is_plain(name) or stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable(f"the name “{name[:60]}” leads out of the package; pack plain files")
        if name.casefold() in seen:
            raise Unreadable(f"“{name[:60]}” is in the package twice; keep one")
        seen.add(name.casefold())
        unpacked += entry.file_size
        packed = max(entry.compress_size, 1)
        if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > HIGHEST_RATIO * packed:
            raise Unreadable(f"“{name[:60]}” unpacks to more than {HIGHEST_RATIO} times its size")
    if unpacked > MOST_UNPACKED:
        raise Unreadable(f"the package unpacks to {unpacked} bytes, the most is {MOST_UNPACKED}")


def _is_plain(name: str) -> bool:
    if not name or "\\" in name or "\x00" in name or ":" in name or name.startswith("/"):
        return False
    return ".." not in name.split("/")


def _read(archive: zipfile.ZipFile) -> Package:
    names = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    if MANIFEST not in names:
        raise Unreadable(f"the package has no {MANIFEST}; export it as a QTI package")
    manifest = parsed(_bytes(archive, names[MANIFEST]))
    items: dict[str, bytes] = {}
    files: dict[str, bytes] = {}
    for resource in manifest.iter():
        if _local(resource.tag) != "resource":
            continue
        named = [child.get("href") or "" for child in resource if _local(child.tag) == "file"]
        href = resource.get("href") or ""
        is_item = _ITEM.match(resource.get("type") or "") is not None
        for name in dict.fromkeys([href, *named]):
            if name not in names:
                continue
            content = _bytes(archive, names[name])
            if is_item and name == href:
                items[name] = content
            else:
                files[name] = content
    if not items:
        raise Unreadable("the manifest names no QTI item; export the items, not only a test")
    return Package(items, files)


def _bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    # The size that is written in the package may lie: one byte more than it says is too much.
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise Unreadable(f"“{entry.filename[:60]}” is larger than the package says")
    return content


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
