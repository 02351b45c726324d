"""Translations of the current release, what was decided about each, and what follows."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.content import paraphrased, parting, publishing
from lms.content.parting import Pair
from lms.domain.errors import NotThere
from lms.domain.languages import LANGUAGES, SOURCE_LANGUAGE
from lms.domain.permissions import Actor, Permission, may
from lms.domain.reviewing import Decision, Progress, Verdict, amendments, progress, standing
from lms.reviews.models import TranslationReview, TranslationSeal

INTO = tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)
# Files of which somebody who may sit an exam would learn the keys.
WITH_KEYS = "quizzes/"


def alias(account_id: uuid.UUID) -> str:
    """What a file calls a reviewer: always the same, and no name. The trail knows the account."""
    return f"reviewer-{hashlib.sha256(account_id.bytes).hexdigest()[:8]}"


@dataclass(frozen=True)
class Sealed:
    """Who sealed a file in its present or amended words, and when."""

    reviewer: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class Written:
    """One translation beside its source, with the last word on each block and who sealed it."""

    document: Mapping[str, Any]
    decided: Mapping[str, Decision] = field(default_factory=dict)
    seals: Mapping[str, Sealed] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return str(self.document["language"])

    @property
    def path(self) -> str:
        """The path of the source without its ending, as in addresses."""
        return str(self.document["source_path"]).removesuffix(".md")

    @property
    def of_sources(self) -> bool:
        """Whether these are the paraphrases of the sources, which stand in one file for all."""
        return bool(self.document["of"] == "sources")

    @cached_property
    def pairs(self) -> list[Pair]:
        """The blocks, each beside its source; none while the source has moved on."""
        if self.document["state"] != "current":
            return []
        if self.of_sources:
            return paraphrased.pairs(self.document["text"], self.language)
        return parting.pairs(self.document["source"], self.document["text"])

    @cached_property
    def ids(self) -> list[str]:
        return [pair.id for pair in self.pairs]

    @property
    def progress(self) -> Progress:
        return progress(self.ids, self.decided)

    @cached_property
    def amended(self) -> str:
        """The whole file as the reviewers would have it."""
        return self.amended_in(str(self.document["text"]))

    def amended_in(self, text: str) -> str:
        """The same put into ``text``: the file, in which other languages may have changed."""
        changed = amendments(self.ids, self.decided)
        if not changed:
            return text
        if self.of_sources:
            return paraphrased.amended(text, self.language, changed)
        return parting.amended(self.document["source"], text, changed)

    @property
    def seal(self) -> str:
        """The seal of the file in the words that the reviewers would have."""
        if self.of_sources:
            return paraphrased.seal_of_all(self.amended, self.language)
        return parting.seal_of(self.document["source_digest"], self.amended)

    @property
    def sealed(self) -> Sealed | None:
        return self.seals.get(self.seal) if self.pairs else None

    def pair(self, id_: str) -> Pair | None:
        return next((pair for pair in self.pairs if pair.id == id_), None)


def files(session: Session, actor: Actor, release: uuid.UUID, language: str) -> Sequence[Written]:
    """Every translation into a language that this person may read, by path.

    Raises NotThere for a language that nothing is translated into.
    """
    if language not in INTO:
        raise NotThere
    documents = publishing.writings(session, release, language)
    return read(session, [one for one in documents if may_read(actor, one)], language)


def read(
    session: Session, documents: Iterable[Mapping[str, Any]], language: str
) -> Sequence[Written]:
    """These translations with everything that was decided about them."""
    decided: dict[str, list[Decision]] = {}
    for row in session.scalars(_reviews(language)):
        decided.setdefault(row.path, []).append(_decision(row))
    seals: dict[str, dict[str, Sealed]] = {}
    for seal in session.scalars(_seals(language)):
        seals.setdefault(seal.path, {})[seal.seal] = Sealed(seal.reviewer_id, seal.sealed_at)
    found = [Written(document) for document in documents]
    return [
        Written(one.document, standing(decided.get(one.path, ())), seals.get(one.path, {}))
        for one in found
    ]


def one(session: Session, actor: Actor, release: uuid.UUID, language: str, path: str) -> Written:
    """One translation. Raises NotThere where there is none, or none that this person may read."""
    document = publishing.writing(session, release, f"{language}/{path}")
    if language not in INTO or document is None or not may_read(actor, document):
        raise NotThere
    reviews = session.scalars(_reviews(language, [path]))
    seals = session.scalars(_seals(language, [path]))
    return Written(
        document,
        standing(_decision(row) for row in reviews),
        {seal.seal: Sealed(seal.reviewer_id, seal.sealed_at) for seal in seals},
    )


def may_read(actor: Actor, document: Mapping[str, Any]) -> bool:
    """Whether a reviewer may read this file: nobody who may sit a quiz reads those with its key."""
    if not may(actor, Permission.REVIEW_TRANSLATIONS):
        return False
    learns = may(actor, Permission.SIT_QUIZ)
    return not (learns and str(document["source_path"]).startswith(WITH_KEYS))


def _reviews(language: str, paths: Collection[str] | None = None) -> sa.Select[TranslationReview]:
    found = sa.select(TranslationReview).where(TranslationReview.language == language)
    if paths is not None:
        found = found.where(TranslationReview.path.in_(paths))
    return found.order_by(TranslationReview.decided_at, TranslationReview.id)


def _seals(language: str, paths: Collection[str] | None = None) -> sa.Select[TranslationSeal]:
    found = sa.select(TranslationSeal).where(TranslationSeal.language == language)
    return found if paths is None else found.where(TranslationSeal.path.in_(paths))


def _decision(row: TranslationReview) -> Decision:
    return Decision(
        row.pair,
        row.result,
        Verdict(row.verdict),
        row.words,
        row.advice,
        row.reviewer_id,
        row.decided_at,
    )
