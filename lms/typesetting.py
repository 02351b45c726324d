"""What is printed: a Typst template of ours with its data, made into a tagged PDF or into SVG.

Typst is loaded when the first page is set: a process that prints nothing is three megabytes
smaller without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any


class Unsettable(Exception):
    """Typst does not set this; says why in Typst's words."""


def typeset(
    template: Path,
    data: str,
    *,
    form: str = "pdf",
    standards: str | Sequence[str] | None = None,
    timestamp: datetime | None = None,
) -> Any:
    """The document in this form: bytes, or for SVG of several pages a list of them.

    ``data`` is JSON, which the template reads as an input of that name. ``standards`` are those
    of PDF that it has to keep (``ua-1``). With a ``timestamp`` the same data give the same bytes.
    The fonts are those that come with Typst: the same on every machine, Kazakh letters included.
    Raises Unsettable.
    """
    import typst

    # Its stub knows paths, not bytes, and literals, not words.
    compiler: Any = typst.compile
    try:
        return compiler(
            template.read_bytes(),
            root=str(template.parent),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format=form,
            sys_inputs={"data": data},
            pdf_standards=standards,
            timestamp=timestamp,
        )
    except typst.TypstError as problem:
        raise Unsettable(str(problem)) from problem


@lru_cache(maxsize=1)
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False)
