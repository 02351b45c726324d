"""Pictures beside a lesson: looked into before they are published.

An SVG is a program in disguise, and a photograph remembers where it was taken. SVG is read against
a strict allow-list; of a PNG only the chunks that draw it are kept.

Source: security, C-28.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from pathlib import Path
from xml.parsers import expat

from lms.content.context import Context, Figure
from lms.content.problems import Report

MOST_BYTES_OF_SVG = 64 * 1024
MOST_BYTES_OF_PNG = 512 * 1024
MOST_PIXELS = 4_000
DEEPEST = 30

_ELEMENTS_WORDS = (
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs marker"
    " linearGradient radialGradient stop clipPath mask pattern symbol use"
)
ELEMENTS = frozenset(_ELEMENTS_WORDS.split())
_ATTRIBUTES_WORDS = (
    "id class x y x1 y1 x2 y2 cx cy r rx ry dx dy d points width height viewBox transform version"
    " preserveAspectRatio fill fill-opacity fill-rule stroke stroke-width stroke-linecap"
    " stroke-linejoin stroke-dasharray stroke-dashoffset stroke-opacity stroke-miterlimit opacity"
    " color font-family font-size font-weight font-style text-anchor dominant-baseline"
    " letter-spacing word-spacing role aria-label aria-labelledby aria-hidden aria-describedby lang"
    " xml:lang xml:space marker-start marker-mid marker-end markerWidth markerHeight markerUnits"
    " refX refY orient offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod"
    " clip-path clip-rule clipPathUnits mask maskUnits maskContentUnits patternUnits"
    " patternContentUnits patternTransform href xmlns xmlns:xlink xlink:href style vector-effect"
    " paint-order visibility display textLength lengthAdjust rotate pathLength focusable"
)
ATTRIBUTES = frozenset(_ATTRIBUTES_WORDS.split())
_NAMESPACES = {
    "xmlns": "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:svg|png)\Z")
_LOCAL_URL = re.compile(r"url\(\s*#[\w-]+\s*\)")
_STYLE = re.compile(r"[\w\s:;.,%#-]*\Z")
_LENGTH = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,6})?)(?:px)?\Z")
_PNG = b"\x89PNG\r\n\x1a\n"
# What draws the picture; text, time, place and camera stay behind.
_PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"pHYs"})


def read_figure(file: Path, context: Context, shown_in: tuple[str, int]) -> Figure | None:
    """Look into a picture and keep its bytes for publishing; None, reported, when it is refused."""
    known = context.figures.get(str(file))
    if known is not None or str(file) in context.figures:
        return known
    folder = Path(shown_in[0]).parent
    path = (folder / file.name).as_posix()
    figure = None
    if file.is_symlink() or not file.is_file() or not _NAME.match(file.name):
        context.report.problem(
            path, 1, "this picture cannot be taken", "put a plain file name.svg or name.png here"
        )
    else:
        figure = _read(file, path, context)
    context.figures[str(file)] = figure
    return figure


def _read(file: Path, path: str, context: Context) -> Figure | None:
    svg = file.suffix == ".svg"
    most = MOST_BYTES_OF_SVG if svg else MOST_BYTES_OF_PNG
    size = file.stat().st_size
    if size > most:
        what = f"the picture has {size} bytes, the most is {most}"
        context.report.problem(path, 1, what, "make it simpler or smaller")
        return None
    data: bytes | None = file.read_bytes()
    if svg:
        measures = inspect_svg(data or b"", path, context.report)
    else:
        data, measures = clean_png(data or b"", path, context.report)
    if measures is None or data is None:
        return None
    name = f"{hashlib.sha256(data).hexdigest()[:12]}/{file.name}"
    context.files[name] = data
    return Figure(f"/content-files/{name}", *measures)


def inspect_svg(data: bytes, path: str, report: Report) -> tuple[int, int] | None:
    """Width and height of a drawing that only draws; None, with every problem reported, if not."""
    reader = _Svg(path, report)
    before = len(report.problems)
    reader.read(data)
    if len(report.problems) > before:
        return None
    return reader.measures


class _Svg:
    def __init__(self, path: str, report: Report) -> None:
        self.path, self.report = path, report
        self.depth = 0
        self.measures: tuple[int, int] | None = None
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._element
        self.parser.EndElementHandler = self._leave
        self.parser.ProcessingInstructionHandler = self._instruction
        # A document type is where entities come from: it is refused before any is declared.
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._declaration

    def read(self, data: bytes) -> None:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            self.report.problem(
                self.path,
                error.lineno,
                "this is not a whole SVG drawing",
                "save it again as plain SVG",
            )
        except _Stop:
            pass

    def _problem(self, what: str, remedy: str) -> None:
        self.report.problem(self.path, self.parser.CurrentLineNumber, what, remedy)

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            self._problem(f"the encoding {encoding}", "save the drawing as UTF-8")
            raise _Stop

    def _doctype(self, *_: object) -> None:
        self._problem("a document type (<!DOCTYPE)", "delete it: plain SVG needs none")
        raise _Stop

    def _instruction(self, *_: object) -> None:
        self._problem("a processing instruction (<?…?>)", "delete it")

    def _leave(self, _: str) -> None:
        self.depth -= 1

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._problem(f"nested more than {DEEPEST} deep", "make the drawing flatter")
            raise _Stop
        if self.depth == 1 and name != "svg":
            self._problem(f"the outermost element is <{name}>", "begin with <svg>")
        if name not in ELEMENTS:
            self._problem(
                f"<{name}> in a picture",
                "delete it: a picture draws, and holds no script, style sheet or foreign part",
            )
            return
        for key, value in attributes.items():
            self._attribute(key, value)
        if self.depth == 1:
            self._measure(attributes)

    def _attribute(self, key: str, value: str) -> None:
        if key not in ATTRIBUTES:
            self._problem(f"the attribute “{key}” in a picture", "delete it")
        elif key in _NAMESPACES:
            if value != _NAMESPACES[key]:
                self._problem(f"another namespace ({value})", f"write {_NAMESPACES[key]}")
        elif key in ("href", "xlink:href"):
            if not re.match(r"#[\w-]+\Z", value):
                self._problem(
                    f"“{key}” leads out of the picture", "refer to a part of it, with #id"
                )
        elif key == "style":
            if not _STYLE.match(value):
                self._problem(
                    "a style with more than plain values", "write fill=, stroke= and the like"
                )
        elif "url(" in _LOCAL_URL.sub("", value.lower()) or "script:" in value.lower():
            self._problem(f"“{key}” leads out of the picture", "refer to a part of it: url(#id)")

    def _measure(self, attributes: dict[str, str]) -> None:
        box = attributes.get("viewBox", "").replace(",", " ").split()
        written = [attributes.get("width", ""), attributes.get("height", "")]
        for pair in (written, box[2:]):
            found = [match for match in map(_LENGTH.match, pair) if match]
            if len(found) == 2:
                width, height = (round(float(match.group(1))) for match in found)
                if 0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS:
                    self.measures = (width, height)
                    return
        self._problem(
            "the picture does not say how large it is", 'write viewBox="0 0 640 400" on <svg>'
        )


class _Stop(Exception):
    """Nothing more is read of this picture."""


def clean_png(
    data: bytes, path: str, report: Report
) -> tuple[bytes | None, tuple[int, int] | None]:
    """A PNG without the chunks that say where and when; its width and height."""

    def refused(what: str) -> tuple[None, None]:
        report.problem(path, 1, what, "save the picture again as PNG")
        return None, None

    if not data.startswith(_PNG):
        return refused("this is not a PNG picture")
    kept = [_PNG]
    position = len(_PNG)
    names: list[bytes] = []
    while position < len(data) and names[-1:] != [b"IEND"]:
        if position + 12 > len(data):
            return refused("the picture is cut off")
        (length,) = struct.unpack_from(">I", data, position)
        end = position + 12 + length
        if end > len(data):
            return refused("the picture is cut off")
        name = data[position + 4 : position + 8]
        (check,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(data[position + 4 : end - 4]) != check:
            return refused("the picture is damaged")
        names.append(name)
        if name in _PNG_CHUNKS:
            kept.append(data[position:end])
        elif name[:1].isupper():
            return refused(f"a part of the picture that is not known ({name!r})")
        position = end
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names:
        return refused("the picture is not whole")
    width, height = struct.unpack_from(">II", data, len(_PNG) + 8)
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        return refused(f"the picture has {width} × {height} pixels, the most is {MOST_PIXELS}")
    return b"".join(kept), (width, height)
