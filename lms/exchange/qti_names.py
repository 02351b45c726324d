"""One set of names for QTI 2.1 and 3.0: those of 2.1, without namespaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

if TYPE_CHECKING:
    from lms.exchange.qti_body import Body
    from lms.exchange.qti_rules import Marking, Response

_HYPHEN = re.compile(r"-([a-z])")


def known(root: Element) -> None:
    """Rename everything in place: ``qti-simple-choice`` becomes ``simpleChoice``."""
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        ours = tag.startswith("qti-")
        element.tag = _joined(tag.removeprefix("qti-")) if ours else tag
        for key, value in list(element.attrib.items()):
            name = key.rpartition("}")[2]
            if not name.startswith(("data-", "aria-")):
                name = _joined(name)
            if name != key:
                del element.attrib[key]
                element.set(name, value)


def _joined(name: str) -> str:
    return _HYPHEN.sub(lambda found: found.group(1).upper(), name)


@dataclass(frozen=True)
class Node:
    """An interaction with what is declared about it, and the body it stands in."""

    interaction: Element
    response: Response
    marking: Marking
    body: Body
