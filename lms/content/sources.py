"""courses/sources.yml: every legal source, once."""

from __future__ import annotations

import re

from lms.content import paraphrased
from lms.content.context import Context, Document, Made, Place
from lms.content.heads import ID, Table
from lms.content.located import Mapping, Refused, Sequence, load
from lms.content.reading import TextFile
from lms.content.translations import REVIEWED
from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE
from lms.domain.rules import Standing

STATUSES = tuple(standing.value for standing in Standing if standing is not Standing.NOT_IN_FORCE)

_URL = re.compile(r"(?:https?://)?[^\s<>\":]{3,500}\Z")
_UNCONFIRMED = {"en": "not confirmed", "ru": "не подтверждено", "kk": "расталмаған"}


def read_sources(file: TextFile, context: Context) -> None:
    """Read the list of sources into the context, and make its document."""
    try:
        node = load(file.text)
    except Refused as refused:
        context.report.problem(file.path, refused.line, refused.what, refused.remedy)
        context.index.lost.add("source")
        return
    if not isinstance(node, Sequence):
        context.report.problem(
            file.path, 1, "this is not a list of sources", "begin each source with “- id: …”"
        )
        context.index.lost.add("source")
        return
    entries = []
    for item in node.items:
        if not isinstance(item, Mapping):
            context.report.problem(
                file.path, item.line, "this is not a source", "write “- id: …” and its fields"
            )
            continue
        table = Table(item, file.path, context.report)
        entry = _source(table)
        context.index.define("source", entry["id"], file.path, table.line_of("id"))
        context.sources[entry["id"]] = entry
        context.lines["source", entry["id"]] = table.line_of("id")
        entries.append(entry)
    document = {"kind": "sources", "slug": "sources", "sources": entries}
    context.made.append(Made(document, Place(file.path, 1), frozenset({file.path})))
    if not any(problem.path == file.path for problem in context.report.problems):
        context.writings += _writings(file, entries)


def _writings(file: TextFile, entries: list[Document]) -> list[Document]:
    """The paraphrases in each language beside the source's, for those who review them."""
    found = []
    for language in LANGUAGES:
        said = [entry for entry in entries if language in entry["paraphrase"]]
        if language != SOURCE_LANGUAGE and said:
            reviews = {entry["reviewed"].get(language) for entry in said}
            found.append(
                {
                    "kind": "writing",
                    "slug": f"{language}/{file.path}",
                    "language": language,
                    "of": "sources",
                    "title": "",
                    "path": file.path,
                    "source_path": file.path,
                    "source_digest": paraphrased.source_digest(file.text, language),
                    "source": "",
                    "text": file.text,
                    "state": "current",
                    "reviewed_by": None if None in reviews else "; ".join(sorted(reviews)),
                }
            )
    return found


def _source(table: Table) -> Document:
    id_ = table.text("id")
    if id_ and not ID.match(id_):
        table.wrong("id", f"the id “{id_}” is not kebab-case", "use a-z, 0-9 and hyphens")
    entry: Document = {
        "id": id_,
        "instrument": table.text("instrument"),
        "article": table.maybe_text("article"),
        "jurisdiction": table.maybe_text("jurisdiction"),
        "version": table.maybe_text("version"),
        "found_in": table.maybe_text("found_in"),
        "checked_on": table.date("checked_on", required=True),
        "review_by": table.date("review_by", required=True),
        "url": table.maybe_text("url"),
        "status": table.choice("status", STATUSES),
        "valid_from": table.date("valid_from"),
        "valid_to": table.date("valid_to"),
        "confirmed_from": table.date("confirmed_from"),
        "confirmed_until": table.date("confirmed_until"),
        "paraphrase": {},
        "reviewed": {},
    }
    for first, last in (("valid_from", "valid_to"), ("confirmed_from", "confirmed_until")):
        if entry[first] and entry[last] and entry[first] > entry[last]:
            table.wrong(last, f"“{last}” lies before “{first}”", "exchange the two dates")
    if entry["url"] and not _URL.match(entry["url"]):
        table.wrong(
            "url", f"“url” is “{entry['url']}”", "write an address without spaces, or leave it out"
        )
    paraphrase = table.table("paraphrase", required=True)
    if paraphrase:
        for language in LANGUAGES:
            required = language == SOURCE_LANGUAGE
            words = paraphrase.text(language) if required else paraphrase.maybe_text(language)
            if words:
                entry["paraphrase"][language] = words
        paraphrase.finish("“paraphrase”")
    _reviewed(table, entry)
    table.finish("a source")
    return entry


def _reviewed(table: Table, entry: Document) -> None:
    """Who reviewed the paraphrase in which language, as far as it still has these very words."""
    reviews = table.table("reviewed")
    if reviews is None:
        if "reviewed" in table:
            table.wrong("reviewed", "“reviewed” is empty", "delete it")
        return
    words = entry["paraphrase"]
    for language in LANGUAGES:
        written = reviews.maybe_text(language) if language != SOURCE_LANGUAGE else None
        if written is None:
            continue
        found = REVIEWED.fullmatch(written)
        seal = paraphrased.seal_of(words.get(SOURCE_LANGUAGE, ""), words.get(language, ""))
        if found and found[3] == seal:
            entry["reviewed"][language] = f"{found[1]}, {found[2]}"
        else:
            table.report.warning(
                table.path,
                reviews.line_of(language),
                f"“reviewed” ({language}) is of other words than these, so readers are told that "
                "nobody reviewed them",
                "have it reviewed again on the page for translations, or delete it",
            )
    reviews.finish("“reviewed”")


def citation(entry: Document, language: str) -> str:
    """One line that names a source, and says when nobody has confirmed it. Plain text."""
    named = entry["instrument"]
    if entry["article"]:
        named = f"{named}, {entry['article']}"
    if entry["status"] != Standing.CONFIRMED.value:
        named = f"{named} ({_UNCONFIRMED[language]})"
    return str(named)
