"""The work behind a report, beside the pages: read, judge, work out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Flask

from lms import db
from lms.domain.questions.essay import Essay
from lms.statistics import queries, reading
from lms.statistics.reading import Progress
from lms.statistics.reports import Report, report

READING = 0.5  # of the time, about


@dataclass(frozen=True)
class Sought:
    """What a report is about: a quiz, in these cohorts, of whose which attempts."""

    cohorts: tuple[uuid.UUID, ...]
    quiz: str
    which: str
    pass_percent: int


def work(app: Flask, sought: Sought, progress: Progress) -> Report | None:
    """Work a report out; needs no request. ``progress`` is told the share that is done."""
    with app.app_context():
        session = db.session()
        papers = queries.papers(session, sought.cohorts, sought.quiz, sought.which)
        questions = queries.questions_of(session, (paper.release_id for paper in papers))
        essays = {
            slug
            for release in questions.values()
            for slug, question in release.items()
            if isinstance(question, Essay)
        }
        asked = reading.asked_in(
            session,
            [paper.id for paper in papers],
            sought.quiz,
            sought.cohorts,
            without=essays,
            progress=lambda share: progress(READING * share),
        )
        corrected = queries.corrections_of(session, sought.cohorts)
        return report(
            papers,
            asked,
            questions,
            sought.pass_percent,
            corrected.by_account,
            corrected.versions,
            progress=lambda share: progress(READING + (1 - READING) * share),
        )
