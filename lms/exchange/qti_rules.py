"""How a QTI item is marked: its declared responses, and a standard template or the same in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree.ElementTree import Element

from lms.exchange.items import Notes, Refused
from lms.exchange.making import number_of

_TEMPLATES = {
    "match_correct": "match",
    "map_response": "map",
    "cc2_match": "match",
    "cc2_map_response": "map",
}
# What standard processing written out in full consists of.
_PLAIN = frozenset(
    {
        "responseProcessing",
        "responseCondition",
        "responseIf",
        "responseElse",
        "match",
        "and",
        "variable",
        "correct",
        "setOutcomeValue",
        "baseValue",
        "mapResponse",
        "sum",
        "isNull",
        "not",
    }
)


@dataclass(frozen=True)
class Response:
    """A declared response: what is right, and what single values earn (``mapped``)."""

    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    mapped: dict[str, Decimal] = field(default_factory=dict)
    otherwise: Decimal = Decimal(0)
    lowest: Decimal | None = None


@dataclass(frozen=True)
class Marking:
    """``way`` is ``match`` (all or nothing) or ``map`` (values earn shares)."""

    responses: dict[str, Response]
    way: str
    adds_up: bool

    def shares(
        self, response: Response, identifiers: Sequence[str], *, several: bool
    ) -> dict[str, Decimal]:
        """What each option earns in per cent."""
        if len(set(identifiers)) < len(identifiers):
            raise Refused("two options have one identifier; export the item again")
        if self.way == "map":
            earned = {id_: response.mapped.get(id_, response.otherwise) for id_ in identifiers}
            positive = [value for value in earned.values() if value > 0]
            whole = sum(positive, Decimal(0)) if several else max(positive, default=Decimal(0))
            if whole <= 0:
                raise Refused("no option earns anything; export the item again")
            return {id_: max(value / whole * 100, Decimal(-100)) for id_, value in earned.items()}
        if not response.correct or not set(response.correct) <= set(identifiers):
            raise Refused("no option is declared right; export the item with its right answers")
        if not several and len(response.correct) != 1:
            raise Refused("several options are right, but only one may be chosen; keep one")
        share = Decimal(100) / len(response.correct)
        return {
            id_: share if id_ in response.correct else (-share if several else Decimal(0))
            for id_ in identifiers
        }

    def words(self, response: Response, notes: Notes) -> list[tuple[str, Decimal, str]]:
        """The words that a typed answer may be, each with what it earns in per cent."""
        if response.base_type != "string":
            raise Refused(
                f"a typed answer of the kind “{response.base_type}”; write it in the bank"
            )
        if self.way == "map" and response.mapped:
            whole = max(response.mapped.values())
            if whole <= 0:
                raise Refused("no answer earns anything; export the item again")
            return [(word, value / whole * 100, "") for word, value in response.mapped.items()]
        notes("capital letters counted there; here they do not")
        return [(word, Decimal(100), "") for word in response.correct]

    def equal_pairs(self, response: Response, notes: Notes) -> None:
        """Every right pair must earn the same, as here."""
        if self.way == "match":
            notes("there only the whole answer earned anything; here each right pair counts")
            return
        worth = {response.mapped.get(pair, response.otherwise) for pair in response.correct}
        if len(worth) != 1 or min(worth) <= 0:
            raise Refused("right pairs earn different shares; here each earns the same")
        wrong = [v for key, v in response.mapped.items() if key not in response.correct and v > 0]
        if wrong:
            raise Refused("a pair that is not right earns something; here it earns nothing")
        if response.otherwise < 0:
            notes("a wrong pair cost marks there; here it earns nothing")

    def all_or_nothing(self, what: str, notes: Notes) -> None:
        if self.way != "match":
            raise Refused(f"its {what} is marked by a table of values; here by neighbours")
        notes(
            "there only the whole order earned anything; here neighbours in the right order count"
        )

    def must_be_exact(self) -> None:
        if self.way != "match":
            raise Refused("a number marked by a table of values; write one right number")


def marking_of(root: Element) -> Marking:
    """What an item declares. Raises Refused for rules that are not standard ones."""
    responses = {}
    for declared in root.findall("responseDeclaration"):
        response = _response(declared)
        responses[response.identifier] = response
    processing = root.find("responseProcessing")
    if processing is None:
        raise Refused("nothing says how it is marked; export it with its response processing")
    template = processing.get("template") or processing.get("templateLocation") or ""
    if template:
        name = template.rpartition("/")[2].removesuffix(".xml").lower()
        if name not in _TEMPLATES:
            raise Refused(f"marked by the rules “{name[:40]}”, which are not standard ones")
        return Marking(responses, _TEMPLATES[name], adds_up=False)
    return _written_out(processing, responses)


def _written_out(processing: Element, responses: dict[str, Response]) -> Marking:
    """Processing in full: a match with what is right, or a sum of what is mapped."""
    tags = {str(element.tag) for element in processing.iter()}
    strange = sorted(tags - _PLAIN)
    if strange:
        raise Refused(f"marking rules of its own (“{strange[0][:40]}”); write it in the bank")
    ways = tags & {"match", "mapResponse"}
    if len(ways) != 1:
        raise Refused("marking rules of its own; write it in the bank")
    if ways == {"match"}:
        for match in processing.iter("match"):
            compared = [str(child.tag) for child in match]
            variable, correct = match.find("variable"), match.find("correct")
            if sorted(compared) != ["correct", "variable"] or variable is None or correct is None:
                raise Refused("marking rules that compare with something else than what is right")
            if variable.get("identifier") != correct.get("identifier"):
                raise Refused("marking rules that compare one answer with another")
        if any(True for _ in processing.iter("not")):
            raise Refused("marking rules that turn right into wrong; write it in the bank")
        conditions = processing.findall("responseCondition")
        return Marking(responses, "match", adds_up=len(conditions) > 1)
    return Marking(responses, "map", adds_up=True)


def _response(declared: Element) -> Response:
    correct = tuple(
        " ".join((value.text or "").split()) for value in declared.iterfind("correctResponse/value")
    )
    mapping = declared.find("mapping")
    mapped: dict[str, Decimal] = {}
    otherwise = Decimal(0)
    if mapping is not None:
        otherwise = number_of(mapping.get("defaultValue") or "0")
        for entry in mapping.findall("mapEntry"):
            key = " ".join((entry.get("mapKey") or "").split())
            mapped[key] = number_of(entry.get("mappedValue") or "0")
    if declared.find("areaMapping") is not None:
        raise Refused("places in a picture; write it in the bank as type=spot")
    return Response(
        declared.get("identifier") or "",
        declared.get("cardinality") or "single",
        declared.get("baseType") or "",
        correct,
        mapped,
        otherwise,
    )
