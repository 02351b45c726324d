"""Reading items of QTI 2.1 and 3.0: one item as XML, or a package of them.

What decides the mark must be one of the standard templates, or the same written out; an item with
rules of its own is refused, since nobody could say that it is marked here as it was there.

Source: 1EdTech, QTI Assessment, Section and Item information model, 2.1 and 3.0.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from xml.etree.ElementTree import Element

from lms.exchange.items import MOST_ITEMS, Found, Item, Notes, Part, Refused, Unreadable, taken
from lms.exchange.making import (
    Choice,
    accepted_of,
    chosen,
    in_order,
    matched,
    needs_words,
    number_of,
    plainly,
)
from lms.exchange.markup import parsed
from lms.exchange.packages import opened
from lms.exchange.qti_body import Body, one_interaction
from lms.exchange.qti_names import Node, known
from lms.exchange.qti_rules import Marking, Response, marking_of
from lms.exchange.reduction import from_plain, one_line

_FREE = {
    "extendedTextInteraction": "an essay: it needs a rubric; write it in the bank as type=essay"
}


def read(data: bytes) -> list[Found]:
    """Every item of a QTI file or package. Raises Unreadable for a file that is none."""
    if data[:2] == b"PK":
        package = opened(data)
        if len(package.items) > MOST_ITEMS:
            raise Unreadable(f"more than {MOST_ITEMS} items; split the package")
        return [_in_package(name, item, package.files) for name, item in package.items.items()]
    return [_found("item 1", _root(data), {}, "")]


def _in_package(name: str, data: bytes, files: Mapping[str, bytes]) -> Found:
    try:
        root = _root(data)
    except Unreadable as unreadable:
        return Found(name, name, None, (str(unreadable),))
    return _found(name, root, files, posixpath.dirname(name))


def _root(data: bytes) -> Element:
    root = parsed(data)
    known(root)
    if root.tag != "assessmentItem":
        raise Unreadable(
            f"the outermost element is <{str(root.tag)[:40]}>; give an assessment item or a package"
        )
    return root


def _found(place: str, root: Element, files: Mapping[str, bytes], folder: str) -> Found:
    title = root.get("title") or root.get("identifier") or ""

    def make(notes: Notes) -> Item:
        near = {posixpath.relpath(name, folder or "."): data for name, data in files.items()}
        return _item(root, near, notes)

    return taken(place, title, make)


def _item(root: Element, files: Mapping[str, bytes], notes: Notes) -> Item:
    if root.get("adaptive") == "true":
        raise Refused("an adaptive item, which answers in several steps; write a scenario")
    body = Body(root, files, notes)
    interactions = body.interactions
    if not interactions:
        raise Refused("nothing is asked; an item needs an interaction")
    kinds = {str(element.tag) for element in interactions}
    for kind in sorted(kinds & set(_FREE)):
        raise Refused(_FREE[kind])
    item = Item(
        "",
        one_line(from_plain(root.get("title") or "")),
        "",
        id=_own_id(root, notes),
    )
    if kinds == {"textEntryInteraction"}:
        item = _typed(item, root, body, notes)
    elif len(interactions) > 1:
        raise Refused(f"{len(interactions)} interactions in one item; split it")
    else:
        make = _INTERACTIONS.get(next(iter(kinds)))
        if make is None:
            raise Refused(
                f"the interaction “{min(kinds)}” has no counterpart; write it in the bank"
            )
        response, marking = _response(root, interactions[0])
        item = make(item, Node(interactions[0], response, marking, body), notes)
    return needs_words(replace(item, explanation=body.general, pictures=tuple(body.album.pictures)))


def _own_id(root: Element, notes: Notes) -> str:
    notes("rules and level are not known to QTI")
    return (root.get("identifier") or "").lower().replace("_", "-").replace(".", "-")


def _response(root: Element, interaction: Element) -> tuple[Response, Marking]:
    name = interaction.get("responseIdentifier") or ""
    marking = marking_of(root)
    if name not in marking.responses:
        raise Refused(f"the response “{name[:30]}” is not declared; export the item again")
    return marking.responses[name], marking


def _choice(item: Item, node: Node, notes: Notes) -> Item:
    body, response = node.body, node.response
    several = response.cardinality == "multiple"
    options = one_interaction(node.interaction, "simpleChoice")
    identifiers = [option.get("identifier") or "" for option in options]
    if several and node.marking.way == "match":
        notes("there only the whole answer earned anything; here each right option counts")
    shares = node.marking.shares(response, identifiers, several=several)
    choices = [
        Choice(body.words(option), shares[id_], body.feedback_of(option, id_))
        for option, id_ in zip(options, identifiers, strict=True)
    ]
    type_, parts = chosen(choices, several=several, notes=notes)
    if [part.text for part in parts] == ["True", "False"]:
        type_ = "truefalse" if type_ == "single" else type_
    return replace(item, type=type_, prompt=body.prompt(node.interaction), parts=tuple(parts))


def _order(item: Item, node: Node, notes: Notes) -> Item:
    entries = {
        entry.get("identifier") or "": entry
        for entry in one_interaction(node.interaction, "simpleChoice")
    }
    if sorted(node.response.correct) != sorted(entries):
        raise Refused("the right order does not name each entry once; write out the whole order")
    node.marking.all_or_nothing("order", notes)
    parts = [
        Part(one_line(node.body.words(entries[id_])), "", node.body.feedback_of(entries[id_], id_))
        for id_ in node.response.correct
    ]
    changes = in_order(parts)
    return replace(item, prompt=node.body.prompt(node.interaction), **changes)  # type: ignore[arg-type]


def _match(item: Item, node: Node, notes: Notes) -> Item:
    sets = list(one_interaction(node.interaction, "simpleMatchSet"))
    if len(sets) != 2:
        raise Refused("a match without two sets; export the item again")
    left, right = (
        {c.get("identifier") or "": c for c in one_interaction(s, "simpleAssociableChoice")}
        for s in sets
    )
    pairs = [tuple(pair.split()) for pair in node.response.correct]
    firsts = [pair[0] for pair in pairs if len(pair) == 2]
    if sorted(firsts) != sorted(left) or len(firsts) != len(pairs):
        raise Refused("not every left side belongs to one right side; here each row is one pair")
    seconds = {pair[0]: pair[1] for pair in pairs}
    if not set(seconds.values()) <= set(right):
        raise Refused("a pair names a side that is not there; export the item again")
    if set(seconds.values()) != set(right):
        raise Refused("a right side belongs to no row; leave it out, or give it a row")
    node.marking.equal_pairs(node.response, notes)
    words = node.body.words
    changes = matched([(words(left[a]), words(right[seconds[a]])) for a in left], _COLUMNS)
    return replace(item, prompt=node.body.prompt(node.interaction), **changes)  # type: ignore[arg-type]


def _associate(item: Item, node: Node, notes: Notes) -> Item:
    choices = {
        c.get("identifier") or "": c
        for c in one_interaction(node.interaction, "simpleAssociableChoice")
    }
    pairs = [tuple(pair.split()) for pair in node.response.correct]
    used = [name for pair in pairs for name in pair]
    if any(len(pair) != 2 for pair in pairs) or sorted(used) != sorted(choices):
        raise Refused("not every choice stands in one pair; here each row is one pair")
    node.marking.equal_pairs(node.response, notes)
    notes("there any two could be paired; here the first of each pair stands on the left")
    words = node.body.words
    changes = matched([(words(choices[a]), words(choices[b])) for a, b in pairs], _COLUMNS)
    return replace(item, prompt=node.body.prompt(node.interaction), **changes)  # type: ignore[arg-type]


def _gap_match(item: Item, node: Node, notes: Notes) -> Item:
    texts = {
        text.get("identifier") or "": " ".join("".join(text.itertext()).split())
        for text in one_interaction(node.interaction, "gapText")
    }
    if not texts or node.interaction.find("gapImg") is not None:
        raise Refused("pictures to be put into gaps; write the question in the bank")
    accepted: dict[str, tuple[str, ...]] = {}
    for pair in node.response.correct:
        text, _, gap = pair.partition(" ")
        if text not in texts or gap.strip() in accepted:
            raise Refused(
                "a gap with two right words, or one that is not there; write one for each"
            )
        accepted[gap.strip()] = accepted_of([(texts[text], Decimal(100), "")], notes)
    node.marking.equal_pairs(node.response, notes)
    notes("there words were put into gaps; here they are typed")
    prompt = node.body.gapped(node.interaction, "gap", "identifier", accepted)
    return replace(item, type="gaps", prompt=prompt)


def _typed(item: Item, root: Element, body: Body, notes: Notes) -> Item:
    """One word or number to be typed, or several in a text."""
    marking = marking_of(root)
    accepted: dict[str, tuple[str, ...]] = {}
    for element in body.interactions:
        name = element.get("responseIdentifier") or ""
        if name not in marking.responses:
            raise Refused(f"the response “{name[:30]}” is not declared; export the item again")
        response = marking.responses[name]
        if response.base_type in ("float", "integer") and len(body.interactions) == 1:
            return _number(item, response, marking, body)
        accepted[name] = accepted_of(marking.words(response, notes), notes)
    if len(accepted) < len(body.interactions):
        raise Refused("two gaps share one response; export the item again")
    if len(accepted) > 1 and not marking.adds_up:
        notes("part of the mark was given otherwise there; here each gap counts the same")
    return replace(
        item,
        type="gaps",
        prompt=body.gapped(None, "textEntryInteraction", "responseIdentifier", accepted),
    )


def _number(item: Item, response: Response, marking: Marking, body: Body) -> Item:
    if len(response.correct) != 1 or response.mapped:
        raise Refused("several numbers are right, or each earns a share; write one number")
    marking.must_be_exact()
    value = number_of(response.correct[0])
    prompt = body.blanked("textEntryInteraction")
    return replace(item, type="number", value=plainly(value), tolerance="0", prompt=prompt)


_COLUMNS = ("This", "belongs to")
_INTERACTIONS: Mapping[str, Callable[[Item, Node, Notes], Item]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "gapMatchInteraction": _gap_match,
}
