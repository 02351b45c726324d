"""Whose a leaked question was: the figures that each account reads, and the search for them.

What an account reads follows from the field key of the server, so that nothing is stored and nobody
who has the bank can tell what another reads. Source: security, C-75.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms import trail
from lms.assessment import correcting
from lms.assessment.models import Attempt, Step
from lms.content import publishing
from lms.content.library import Library
from lms.domain import canaries as domain
from lms.domain.attempts import StepKind
from lms.domain.permissions import Actor
from lms.privacy import vault
from lms.web.filters import authored, drawn

WORDS = ("stem_html", "prompt_html")
# Nobody is named where more than one in so many such searches would name somebody by chance.
SURE = 20
MOST_ODDS = 10**12


@dataclass(frozen=True)
class Suspect:
    """An account that fits everything found. One in ``odds`` others would fit by chance."""

    account_id: uuid.UUID
    questions: tuple[str, ...]
    odds: int


def figures(account_id: uuid.UUID, question: str, samples: list[str]) -> tuple[str, ...]:
    """What this account reads in place of a question's samples."""
    key = hmac.digest(vault().field_key, b"figures of one account", hashlib.sha256)
    return domain.figures(samples, hmac.digest(key, f"{account_id}:{question}".encode(), "sha256"))


def own_page(books: Library, account_id: uuid.UUID, question: str, html: Markup) -> Markup:
    """A drawn question as this account reads it."""
    samples = books.question_documents[question].get("own")
    if not samples:
        return html
    return drawn(domain.told_in_html(html, samples, figures(account_id, question, samples)))


def own_words(
    books: Library, account_id: uuid.UUID, question: str, words: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The words of a question as this account reads them."""
    samples = books.question_documents[question].get("own")
    if not samples:
        return words
    given = figures(account_id, question, samples)
    own = {n: domain.told_in_html(words[n], samples, given) for n in WORDS if words.get(n)}
    return {**words, **own}


@dataclass(frozen=True)
class Traced:
    """What a search found: ``questions`` that the text repeats, whom it ``named``, and how many
    fit whom chance may have made fit as well."""

    questions: tuple[str, ...]
    named: tuple[Suspect, ...]
    unsure: int


def trace(session: Session, actor: Actor, leak: str, *, now: datetime) -> Traced:
    """Who of one's organisations can have passed a text on; the surest first.

    Somebody fits whose paper held a question that the text repeats, with the figures that stand
    in it. The search and every account that it names go into the trail.
    """
    holders = _holders(session, actor)
    found: dict[str, dict[uuid.UUID, int]] = {}
    repeated: set[str] = set()
    for release, papers in holders.items():
        books = publishing.at(session, release)
        for question, samples, seen in _seen(books, leak):
            chance = domain.odds(samples, seen)
            repeated.add(question)
            for account_id, questions in papers:
                if question in questions and domain.fits(
                    figures(account_id, question, samples), seen
                ):
                    found.setdefault(question, {})[account_id] = chance
    people = len({account_id for papers in holders.values() for account_id, _ in papers})
    fitting = _agreeing(found)
    suspects = [one for one in fitting if one.odds >= SURE * people]
    trail.record(
        session,
        "trace-leak",
        actor_id=actor.id,
        subject="questions",
        facts={"questions": len(repeated), "people": len(suspects)},
        now=now,
    )
    for suspect in suspects:
        trail.record(
            session,
            "leak-traced",
            actor_id=actor.id,
            subject=f"account:{suspect.account_id}",
            facts={"questions": ",".join(suspect.questions)[:400], "odds": suspect.odds},
            now=now,
        )
    return Traced(tuple(sorted(repeated)), tuple(suspects), len(fitting) - len(suspects))


def _holders(
    session: Session, actor: Actor
) -> dict[uuid.UUID, list[tuple[uuid.UUID, frozenset[str]]]]:
    """By release, whose papers held which questions, in the organisations of the actor."""
    people = correcting.people_of(correcting.organisations(actor))
    rows = session.execute(
        sa.select(Attempt.release_id, Attempt.account_id, Step.data)
        .join(Step, sa.and_(Step.attempt_id == Attempt.id, Step.kind == StepKind.START.value))
        .where(Attempt.account_id.in_(people))
        .execution_options(scope="all")  # a whole organisation's papers
    )
    found: dict[uuid.UUID, list[tuple[uuid.UUID, frozenset[str]]]] = {}
    for row in rows:
        paper = (row.account_id, frozenset(row.data["questions"]))
        found.setdefault(row.release_id, []).append(paper)
    return found


def _seen(books: Library, leak: str) -> Iterator[tuple[str, list[str], domain.Readings]]:
    """The questions of a release that a text repeats, each with the figures found."""
    for question, document in books.question_documents.items():
        samples = document.get("own") or []
        for words in document["texts"].values() if samples else ():
            plain = " ".join(str(authored(words[n]).striptags()) for n in WORDS if words.get(n))
            seen = domain.readings(leak, plain, samples)
            if seen:
                yield question, samples, seen


def _agreeing(found: Mapping[str, Mapping[uuid.UUID, int]]) -> list[Suspect]:
    by_account: dict[uuid.UUID, list[tuple[str, int]]] = {}
    for question, accounts in sorted(found.items()):
        for account_id, chance in accounts.items():
            by_account.setdefault(account_id, []).append((question, chance))
    suspects = []
    for account_id, fitting in by_account.items():
        odds = 1
        for _question, chance in fitting:
            odds = min(odds * chance, MOST_ODDS)
        suspects.append(Suspect(account_id, tuple(q for q, _ in fitting), odds))
    return sorted(suspects, key=lambda s: (-s.odds, str(s.account_id)))
