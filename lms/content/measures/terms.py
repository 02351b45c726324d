"""Terms of the glossary, counted in each block in each language: the same block, the same terms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lms.content.context import Document
from lms.domain.languages import SOURCE_LANGUAGE

_TAG = re.compile(r"<table.*?</table>|<[^>]*>", re.DOTALL)
_TERM = re.compile(r'href="/glossary#([a-z0-9-]+)"')


@dataclass(frozen=True)
class Difference:
    """A block whose translation links other terms than its source does."""

    where: str
    language: str
    missing: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.missing) + len(self.added)


@dataclass(frozen=True)
class TermCounts:
    """Links to terms in the source, how many a language has alike, and where it differs."""

    language: str
    blocks: int
    terms: int
    differences: tuple[Difference, ...]


def term_counts(documents: Iterable[Document]) -> list[TermCounts]:
    """Compare every block of lessons, rules and questions with its source, language by language."""
    blocks: dict[str, int] = {}
    terms: dict[str, int] = {}
    differences: dict[str, list[Difference]] = {}
    for where, language, own, source in _blocks(documents):
        blocks[language] = blocks.get(language, 0) + 1
        terms[language] = terms.get(language, 0) + source.total()
        if own != source:
            missing, added = source - own, own - source
            differences.setdefault(language, []).append(
                Difference(
                    where,
                    language,
                    tuple(sorted(missing.elements())),
                    tuple(sorted(added.elements())),
                )
            )
    return [
        TermCounts(
            language, blocks[language], terms[language], tuple(differences.get(language, ()))
        )
        for language in sorted(blocks)
    ]


@dataclass(frozen=True)
class GlossaryUse:
    """How the glossary is used: terms in all, linked from a lesson, and marked as unsure.

    ``loose`` are terms that a lesson says in their own words while none links them, each with the
    first lesson that does. A table holds no links, so that its words are passed over.
    """

    terms: int
    linked: int
    unsure: int
    loose: Mapping[str, str]


def glossary_use(documents: Iterable[Document]) -> GlossaryUse:
    """Which terms of the glossary the lessons link, and which they only say."""
    everything = list(documents)
    terms = [term for d in everything if d["kind"] == "glossary" for term in d["terms"]]
    lessons = [d for d in everything if d["kind"] == "lesson"]
    written = {d["slug"]: "\n\n".join(_parts(d, SOURCE_LANGUAGE)) for d in lessons}
    linked = {term for markup in written.values() for term in _linked(markup)}
    words = {slug: _TAG.sub("", markup) for slug, markup in written.items()}
    loose = {}
    for term in terms:
        said = term["texts"][SOURCE_LANGUAGE]["term"]
        pattern = re.compile(rf"\b{re.escape(said)}s?\b", re.IGNORECASE)
        found = [slug for slug, text in words.items() if pattern.search(text)]
        if term["id"] not in linked and found:
            loose[said] = found[0]
    known = {term["id"] for term in terms}
    return GlossaryUse(len(terms), len(known & linked), sum(t["unsure"] for t in terms), loose)


def _blocks(
    documents: Iterable[Document],
) -> Iterator[tuple[str, str, Counter[str], Counter[str]]]:
    """Each translated block: where it stands, its language, its terms and those of its source."""
    for document in documents:
        if document["kind"] not in ("lesson", "question"):
            continue
        parts = {language: _parts(document, language) for language in document["texts"]}
        source = parts.pop(SOURCE_LANGUAGE)
        for language, own in parts.items():
            for number, (before, markup) in enumerate(zip(source, own, strict=True), 1):
                where = f"{document['kind']} {document['slug']}, block {number}"
                yield where, language, _linked(markup), _linked(before)


def _parts(document: Document, language: str) -> list[str]:
    text = document["texts"][language]
    if document["kind"] == "question":
        return [_joined(text)]
    parts = [segment.get("html", "") for segment in text["segments"]]
    for rule in document["rules"]:
        if SOURCE_LANGUAGE in rule["texts"]:
            parts.append(rule["texts"].get(language, {}).get("html", ""))
    return parts


def _joined(text: Document) -> str:
    parts = [str(text["prompt_html"]), str(text["explanation_html"])]
    for part in text["parts"].values():
        if isinstance(part, dict):
            parts += [str(value) for value in part.values()]
    return " ".join(parts)


def _linked(markup: str) -> Counter[str]:
    return Counter(_TERM.findall(markup))
