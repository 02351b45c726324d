"""Translations: what each was made from, who reviewed it, and whether it still may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lms.content.context import Bundle, Context, Coverage
from lms.content.heads import Table, split_head
from lms.content.parting import seal_of
from lms.content.problems import Report
from lms.content.reading import Piece, TextFile
from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE

PENDING = "pending"
# Who reviewed it, on which day, and the seal of the very words that were reviewed.
REVIEWED = re.compile(r"(.+), ([0-9]{4}-[0-9]{2}-[0-9]{2}), ([0-9a-f]{12})")


@dataclass
class Translation:
    """One translation, opened. ``state`` is ``current`` or ``stale``.

    ``report`` is where differences from the source go: they are problems in a current translation,
    and warnings in a stale one, whose source has moved on. What is wrong in itself goes to the
    run's own report.
    """

    language: str
    file: TextFile
    head: Table
    body: Piece
    title: str
    state: str
    reviewed_by: str | None
    report: Report

    @property
    def shown(self) -> bool:
        return self.state == "current"


def open_translations(
    bundle: Bundle, context: Context, *, titled: bool = True
) -> list[Translation]:
    """Every translation of a file, and a line of coverage for every language."""
    opened = []
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        file = bundle.translations.get(language)
        if file is not None:
            translation = _open(bundle, file, language, context, titled)
            opened.append(translation)
            context.writings.append(_writing(bundle, translation))
            _cover(bundle, context, language, translation)
        elif language not in bundle.unreadable:
            _cover(bundle, context, language, None)
            wanted = bundle.source.path.removesuffix(".md") + f".{language}.md"
            context.report.warning(
                bundle.source.path, 1, f"no translation into {language}", f"write {wanted}"
            )
    return opened


def _open(
    bundle: Bundle, file: TextFile, language: str, context: Context, titled: bool
) -> Translation:
    head, body = split_head(file, context.report)
    title = head.text("title") if titled else (head.maybe_text("title") or "")
    digest = head.maybe_text("source_hash")
    stamp = f"compare it with {bundle.source.path}, then lms check --stamp {file.path}"
    state = "current"
    if file.path in context.fresh:
        pass
    elif digest is None:
        head.wrong("source_hash", "“source_hash” is missing", stamp)
    elif digest != bundle.source.digest:
        state = "stale"
        what = (
            "this translation was not stamped yet, so it is not shown"
            if digest == PENDING
            else "the source has changed since this translation was made, so it is not shown"
        )
        context.report.warning(file.path, head.line_of("source_hash"), what, stamp)
    reviewed_by = _reviewed(head, bundle, file, state, context)
    # A translation that was never stamped is new: its structure is judged in full.
    soft = state == "stale" and digest != PENDING
    report = context.report.softened() if soft else context.report
    return Translation(language, file, head, body, title, state, reviewed_by, report)


def _reviewed(
    head: Table, bundle: Bundle, file: TextFile, state: str, context: Context
) -> str | None:
    """Who reviewed these very words as a translation of this very source, and on which day.

    A review of other words is none: the reader sees the note again once a comma has changed.
    """
    written = head.maybe_text("reviewed_by")
    if written is None:
        return None
    found = REVIEWED.fullmatch(written)
    if found and state == "current" and found[3] == seal_of(bundle.source.digest, file.text):
        return f"{found[1]}, {found[2]}"
    context.report.warning(
        file.path,
        head.line_of("reviewed_by"),
        "“reviewed_by” is of other words than these, so readers are told that nobody reviewed them",
        f"have it reviewed again, then lms check --stamp --reviewed-by NAME {file.path}",
    )
    return None


def _writing(bundle: Bundle, translation: Translation) -> dict[str, Any]:
    """A translation and its source in the words of their files, for those who review it."""
    return {
        "kind": "writing",
        "slug": f"{translation.language}/{bundle.source.path.removesuffix('.md')}",
        "language": translation.language,
        "of": bundle.kind,
        "title": translation.title,
        "path": translation.file.path,
        "source_path": bundle.source.path,
        "source_digest": bundle.source.digest,
        "source": bundle.source.text,
        "text": translation.file.text,
        "state": translation.state,
        "reviewed_by": translation.reviewed_by,
    }


def _cover(
    bundle: Bundle, context: Context, language: str, translation: Translation | None
) -> None:
    context.coverage.append(
        Coverage(
            bundle.kind,
            bundle.slug,
            bundle.source.path,
            language,
            translation.state if translation else "missing",
            translation.reviewed_by if translation else None,
            translation.file.path if translation else None,
        )
    )


def finish_head(translation: Translation, source: Table) -> None:
    """Report the keys of a translation's head that are unknown, or the source's alone."""
    for key in translation.head.unasked():
        if key.text in source:
            translation.head.report.problem(
                translation.file.path,
                key.line,
                f"“{key.text}” belongs to the source file alone",
                "delete it here",
            )
            translation.head.allow(key.text)
    translation.head.finish("the head of a translation")


def states(translations: list[Translation]) -> dict[str, dict[str, Any]]:
    """The ``translations`` of a document: the state of every language."""
    found: dict[str, dict[str, Any]] = {
        language: {"state": "missing", "reviewed_by": None} for language in LANGUAGES
    }
    found[SOURCE_LANGUAGE]["state"] = "source"
    for one in translations:
        found[one.language] = {"state": one.state, "reviewed_by": one.reviewed_by}
    return found
