"""Deeds of a reviewer: approve blocks, put other words into one, seal a whole file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lms import trail
from lms.content import paraphrased, parting
from lms.content.parting import pair_id
from lms.domain.errors import NotYours, TooLate
from lms.domain.permissions import Actor, Permission, may
from lms.domain.reviewing import Verdict
from lms.reviews.models import TranslationReview, TranslationSeal
from lms.reviews.queries import Written, may_read

MOST_IN_A_NOTE = 500


class Unfit(Exception):
    """An amendment cannot stand in the file; ``code`` and ``facts`` say why."""

    def __init__(self, code: str, facts: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def approve(
    session: Session, actor: Actor, written: Written, ids: Collection[str], *, now: datetime
) -> int:
    """Approve these blocks as they stand; give how many were decided anew.

    Raises TooLate when a block was published in other words since it was read.
    """
    _must_read(actor, written)
    if not set(ids) <= set(written.ids):
        raise TooLate("text-changed")
    before = written.decided
    new = [id_ for id_ in written.ids if id_ in ids]
    new = [id_ for id_ in new if id_ not in before or before[id_].amends(id_)]
    for id_ in new:
        _keep(session, actor, written, id_, id_, Verdict.APPROVED, None, "", now)
    if new:
        _record(session, "review-translation", actor, written, {"approved": len(new)}, now)
    return len(new)


def decide(
    session: Session,
    actor: Actor,
    written: Written,
    id_: str,
    words: str,
    note: str,
    *,
    now: datetime,
) -> None:
    """Decide about one block: approve it with a note, or put these words in the place of its own.

    Raises Unfit, and TooLate when the block was published in other words since it was read.
    """
    _must_read(actor, written)
    how = paraphrased if written.of_sources else parting
    words = how.fitted(words)
    pair = written.pair(id_)
    if pair is None:
        raise TooLate("text-changed")
    if len(note) > MOST_IN_A_NOTE:
        raise Unfit("long-note", {"most": str(MOST_IN_A_NOTE)})
    if words == pair.words:
        _keep(session, actor, written, id_, id_, Verdict.APPROVED, None, note, now)
    else:
        if found := how.refusal(pair.words, words):
            raise Unfit(*found)
        result = pair_id(pair.source, words)
        _keep(session, actor, written, id_, result, Verdict.AMENDED, words, note, now)
    facts = {"approved": int(words == pair.words), "amended": int(words != pair.words)}
    _record(session, "review-translation", actor, written, facts, now)


def seal(session: Session, actor: Actor, written: Written, seen: str, *, now: datetime) -> None:
    """Say as a native speaker that the whole file was read, in the words it has now.

    ``seen`` is the seal of the words that were on the page. Raises TooLate when they are others by
    now, while a block is undecided, and when somebody has sealed it already.
    """
    _must_read(actor, written)
    if written.seal != seen:
        raise TooLate("text-changed")
    if not written.progress.finished:
        raise TooLate("review-open")
    if written.sealed is not None:
        raise TooLate("review-sealed")
    session.add(
        TranslationSeal(
            language=written.language,
            path=written.path,
            seal=seen,
            reviewer_id=actor.id,
            sealed_at=now,
        )
    )
    session.flush()
    _record(session, "seal-translation", actor, written, {"seal": seen}, now)


def _must_read(actor: Actor, written: Written) -> None:
    if not may(actor, Permission.REVIEW_TRANSLATIONS) or not may_read(actor, written.document):
        raise NotYours


def _keep(
    session: Session,
    actor: Actor,
    written: Written,
    pair: str,
    result: str,
    verdict: Verdict,
    words: str | None,
    note: str,
    now: datetime,
) -> None:
    session.add(
        TranslationReview(
            language=written.language,
            path=written.path,
            pair=pair,
            result=result,
            verdict=verdict.value,
            words=words,
            advice=note,
            reviewer_id=actor.id,
            decided_at=now,
        )
    )
    session.flush()


def _record(
    session: Session,
    deed: str,
    actor: Actor,
    written: Written,
    facts: Mapping[str, str | int | bool | None],
    now: datetime,
) -> None:
    trail.record(
        session,
        deed,
        actor_id=actor.id,
        subject=f"translation:{written.language}/{written.path}"[:120],
        facts=facts,
        now=now,
    )
