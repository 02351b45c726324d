"""Pictures that come along with a question, looked into before they are kept."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms.content.figures import (
    MOST_BYTES_OF_PNG,
    MOST_BYTES_OF_SVG,
    clean_png,
    inspect_svg,
)
from lms.content.problems import Report
from lms.content.rendering import slug
from lms.exchange.items import Picture, Refused
from lms.exchange.reduction import Pictures

_MOODLE = "@@PLUGINFILE@@/"
_DATA = re.compile(r"data:image/(?:png|svg\+xml);base64,([A-Za-z0-9+/=\s]*)\Z")
_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\((@@PLUGINFILE@@/[^()\s]*)\)")
_OURS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:svg|png)\Z")
_FIGURE = re.compile(r"/// figure \| (\S+)\n    alt: ([^\n]*)\n(?:\n([^\n].*?)\n)?///", re.S)
MOST_PICTURES = 5


class Album:
    """The pictures of one question, and how its text shows them."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []

    def shown(self, element: Element) -> Pictures:
        """How a text of Moodle shows the files that stand beside it."""
        files = {
            file.get("name") or "": file
            for file in element.findall("file")
            if (file.get("encoding") or "") == "base64"
        }

        def show(address: str, alternative: str) -> str:
            if address.startswith(_MOODLE):
                name = unquote(address.removeprefix(_MOODLE)).rpartition("/")[2]
                if name not in files:
                    raise Refused(f"the picture “{name[:40]}” is not in the file; export it again")
                data = decoded(files[name].text or "")
                own = files[name].get("bank") == "yes" and _OURS.match(name) is not None
                return self.keep(name, data, alternative, own=own)
            if found := _DATA.match(address):
                return self.keep("picture", decoded(found.group(1)), alternative)
            raise Refused("a picture from another site; put the picture itself into the question")

        return show

    def from_files(self, files: Mapping[str, bytes]) -> Pictures:
        """How a text shows the files of its package."""

        def show(address: str, alternative: str) -> str:
            if address not in files:
                raise Refused(f"the picture “{address[:40]}” is not in the package; add it")
            return self.keep(address.rpartition("/")[2], files[address], alternative)

        return show

    def keep(self, name: str, data: bytes, alternative: str, *, own: bool = False) -> str:
        """Keep a picture; the block that shows it. Raises Refused for one that may not be shown.

        A name of others gets the beginning of a hash: many pictures are called ``image.png``. One
        of our ``own`` keeps its name.
        """
        if not alternative.strip():
            raise Refused(
                f"the picture “{name[:40]}” has no text alternative; "
                "say in words what it shows (alt), as good as the picture"
            )
        svg = b"<svg" in data[:2_000].lower()
        most = MOST_BYTES_OF_SVG if svg else MOST_BYTES_OF_PNG
        if len(data) > most:
            raise Refused(f"the picture “{name[:40]}” has {len(data)} bytes, the most is {most}")
        report = Report()
        kept: bytes | None = data
        if svg:
            inspect_svg(data, name, report)
        else:
            kept, _ = clean_png(data, name, report)
        if report.problems or kept is None:
            what = report.problems[0]
            raise Refused(f"the picture “{name[:40]}”: {what.what}; {what.remedy}")
        stem = slug(name.rpartition(".")[0], 30) or "picture"
        digest = hashlib.sha256(kept).hexdigest()[:8]
        made = f"{stem}-{digest}.{'svg' if svg else 'png'}"
        picture = Picture(name if own else made, kept)
        if picture not in self.pictures:
            self.pictures.append(picture)
        if len(self.pictures) > MOST_PICTURES:
            raise Refused(f"more than {MOST_PICTURES} pictures; keep those that are needed")
        said = " ".join(alternative.split())
        return f"/// figure | {picture.name}\n    alt: {said}\n///"


def from_images(markdown: str, shown: Pictures) -> str:
    """Markdown in which pictures of the question stand as blocks."""
    return _IMAGE.sub(lambda found: shown(found.group(2), found.group(1)), markdown)


def as_images(prompt: str) -> str:
    """A prompt whose pictures stand in running text, as Markdown elsewhere writes them."""

    def image(found: re.Match[str]) -> str:
        name, alternative, caption = found.groups()
        if caption or set("[]") & set(alternative):
            raise Refused("a picture with a caption, or with brackets in its text alternative")
        return f"![{alternative}]({_MOODLE}{name})"

    made = _FIGURE.sub(image, prompt)
    if any(line.startswith("///") for line in made.split("\n")):
        raise Refused("a picture written in a way that has no place in the other format")
    return made


def decoded(text: str) -> bytes:
    """The bytes of a base64 text, whatever its line breaks."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("a picture that cannot be decoded; export the question again") from None
