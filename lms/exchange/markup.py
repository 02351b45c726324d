"""Reading XML of others: no document types, no entities of their own, nothing deep, nothing huge.

Source: security, C-34 and AB20.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.exchange.items import Unreadable

MOST_BYTES = 20 * 1024 * 1024
MOST_ELEMENTS = 200_000
DEEPEST = 60


def parsed(data: bytes) -> Element:
    """The root of a document. Raises Unreadable for what is no XML, or not safe to read."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"the file has {len(data)} bytes, the most is {MOST_BYTES}; split it")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable(
            "the file has a document type or entities of its own; delete <!DOCTYPE …>"
        ) from None
    except ParseError as error:
        line = error.position[0]
        raise Unreadable(f"line {line}: this is not whole XML; export the file again") from None
    except (ValueError, LookupError):
        # An encoding that nobody knows, or half a character.
        raise Unreadable("the file cannot be read as XML; save it as UTF-8") from None
    _within_bounds(root)
    return root


def _within_bounds(root: Element) -> None:
    level = [root]
    seen = depth = 0
    while level:
        seen += len(level)
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(f"elements stand more than {DEEPEST} deep; no question needs that")
        if seen > MOST_ELEMENTS:
            raise Unreadable(f"more than {MOST_ELEMENTS} elements; split the file")
        level = [child for element in level for child in element]


def inner(element: Element | None, *names: str) -> str:
    """The text at the end of a path of child elements; empty when there is none."""
    for name in names:
        element = element.find(name) if element is not None else None
    return (element.text or "") if element is not None else ""


def named(element: Element, name: str) -> Iterator[Element]:
    """The children of this name, in order."""
    return iter(element.findall(name))
