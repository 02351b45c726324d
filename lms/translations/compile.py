"""Make the binary catalogues that the application reads. They are built here, never committed.

``python -m lms.translations.compile`` does what the application also does at its start.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE

FOLDER = Path(__file__).resolve().parent


def catalogue_files() -> Iterator[tuple[str, Path]]:
    """(language, its messages.po) of every language but the one the code is written in."""
    for language in LANGUAGES:
        if language != SOURCE_LANGUAGE:
            yield language, FOLDER / language / "LC_MESSAGES" / "messages.po"


def compiled(source: Path) -> bytes:
    """The binary catalogue of a messages.po. Fuzzy translations are left out."""
    # Babel's parser is slow to import, and only whoever compiles has need of it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parents[1].name)
    target = BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def is_fresh(source: Path) -> bool:
    """Whether the binary catalogue stands beside its source and is no older."""
    try:
        return source.with_suffix(".mo").stat().st_mtime_ns >= source.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def compile_catalogues() -> list[Path]:
    """Compile what is missing or older than its source; the files written, often none.

    Cheap when nothing is to be done. Several processes may do it at once: each writes a file of
    its own and moves it into place. Raises OSError where the folder cannot be written.
    """
    written = []
    for _language, source in catalogue_files():
        if is_fresh(source):
            continue
        target = source.with_suffix(".mo")
        read_at = source.stat().st_mtime_ns
        content = compiled(source)
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            # As old as the source it was made from: a change while it was read is seen next time.
            os.utime(name, ns=(read_at, read_at))
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_catalogues():
        print(path)  # noqa: T201 - this is a command
