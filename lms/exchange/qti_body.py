"""The words of a QTI item: what is asked, the words of answers, feedback, gaps in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from xml.etree.ElementTree import Element, tostring

from lms.exchange.items import Notes, Refused
from lms.exchange.pictures import Album
from lms.exchange.reduction import from_html

_PASSED_OVER = ("rubricBlock", "infoControl", "stylesheet", "feedbackBlock", "feedbackInline")
_DYNAMIC = ("printedVariable", "templateInline", "templateBlock", "positionObjectStage")
_BLANK = "_____"


def one_interaction(element: Element, name: str) -> Sequence[Element]:
    """The parts of an interaction by their name, in order."""
    return element.findall(name)


class Body:
    """The body of one item, its namespaces gone and its names those of 2.1."""

    def __init__(self, root: Element, files: Mapping[str, bytes], notes: Notes) -> None:
        self.album = Album()
        self._notes = notes
        self._shown = self.album.from_files(files)
        body = root.find("itemBody")
        if body is None:
            raise Refused("an item without a body; export it again")
        if any(body.find(f".//{name}") is not None for name in _DYNAMIC):
            raise Refused("its words change with each attempt; write it with fixed words")
        if root.find("templateProcessing") is not None:
            raise Refused("its numbers are drawn by rules; write it with fixed numbers")
        self._body = body
        self._modal = {
            element.get("identifier") or "": element for element in root.findall("modalFeedback")
        }
        self._told: set[str] = set()
        self.interactions = [e for e in body.iter() if str(e.tag).endswith("Interaction")]

    @property
    def general(self) -> str:
        """Feedback that belongs to no option cannot be told apart from praise: it is left out."""
        left = [name for name in self._modal if name not in self._told]
        if left:
            self._notes("feedback that belongs to no option was left out")
        return ""

    def words(self, element: Element) -> str:
        """The words of an answer, without its feedback."""
        copy = deepcopy(element)
        for child in list(copy):
            if child.tag in _PASSED_OVER:
                _cut(copy, child)
        return from_html(_inside(copy), self._notes)

    def feedback_of(self, element: Element, identifier: str) -> str:
        """The feedback inside an option, or the one that is shown when it was chosen."""
        inside = element.find("feedbackInline")
        if inside is not None and inside.get("showHide", "show") == "show":
            return from_html(_inside(inside), self._notes)
        modal = self._modal.get(identifier)
        if modal is None or modal.get("showHide", "show") != "show":
            return ""
        self._told.add(identifier)
        return from_html(_inside(modal), self._notes)

    def prompt(self, interaction: Element) -> str:
        """What stands around an interaction, and its own prompt."""
        around = deepcopy(self._body)
        for child in _parents(around):
            for inner in list(child):
                if str(inner.tag).endswith("Interaction") or inner.tag in _PASSED_OVER:
                    _cut(child, inner)
        asked = interaction.find("prompt")
        own = from_html(_inside(asked), self._notes, self._shown) if asked is not None else ""
        before = from_html(_inside(around), self._notes, self._shown)
        return "\n\n".join(text for text in (before, own) if text)

    def gapped(
        self,
        within: Element | None,
        name: str,
        key: str,
        accepted: Mapping[str, Sequence[str]],
    ) -> str:
        """The text with its gaps. Every gap must have an answer, and every answer a gap."""
        copy = deepcopy(self._body if within is None else within)
        seen: list[str] = []
        for element in list(copy.iter(name)):
            id_ = element.get(key) or ""
            if id_ not in accepted or id_ in seen:
                raise Refused("a gap without a right answer; give it one")
            _blank(element, f"\ue300{len(seen)}\ue301")
            seen.append(id_)
        if set(seen) != set(accepted):
            raise Refused("a right answer for a gap that is not in the text; export the item again")
        for child in list(copy):
            if child.tag in ("gapText", "gapImg", *_PASSED_OVER):
                _cut(copy, child)
            elif child.tag == "prompt":
                child.tag = "p"
        text = from_html(_inside(copy), self._notes, self._shown)
        if within is not None:
            text = "\n\n".join(part for part in (self.prompt_around(within), text) if part)
        for number, id_ in enumerate(seen):
            text = text.replace(f"\ue300{number}\ue301", "{{" + "|".join(accepted[id_]) + "}}")
        return text

    def prompt_around(self, interaction: Element) -> str:
        """What stands around an interaction, without it."""
        alone = deepcopy(interaction)
        for child in list(alone):
            if child.tag == "prompt":
                alone.remove(child)
        return self.prompt(alone)

    def blanked(self, name: str) -> str:
        """The text with a blank in the place of the only gap."""
        copy = deepcopy(self._body)
        for element in list(copy.iter(name)):
            _blank(element, _BLANK)
        return from_html(_inside(copy), self._notes, self._shown)


def _blank(element: Element, words: str) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "span", words, tail


def _parents(root: Element) -> Iterator[Element]:
    return iter(list(root.iter()))


def _cut(parent: Element, child: Element) -> None:
    """Remove a child, and keep the words that follow it."""
    children = list(parent)
    position = children.index(child)
    tail = child.tail or ""
    if position:
        children[position - 1].tail = (children[position - 1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(child)


def _inside(element: Element) -> str:
    """What stands between the tags of an element, as markup."""
    copy = deepcopy(element)
    copy.tail = None
    copy.attrib.clear()
    copy.tag = "div"
    return tostring(copy, encoding="unicode", method="html")
