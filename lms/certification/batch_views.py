"""Pages of one batch: confirm it, watch it being worked off, take the certificates it made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from io import RawIOBase
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.certification import obstacles, queries, together, wording, working
from lms.certification.models import CertificateBatch
from lms.certification.room import bp, desk, keys
from lms.certification.sealing import open_pdf
from lms.certification.together import Line
from lms.certification.together_views import sorted_people, why_not
from lms.certification.tokens import serial_shown
from lms.cohorts import queries as cohorts
from lms.content import publishing
from lms.content.library import Library
from lms.domain.certification import Need
from lms.domain.errors import NotThere
from lms.domain.permissions import Permission
from lms.exports.tables import Table, as_file, wanted_format
from lms.privacy import CannotOpen, vault
from lms.web.access import actor, needs
from lms.web.languages import NAMES, language

SECONDS = 2  # between two looks at the progress


@bp.get("/cohorts/<uuid:cohort_id>/certify/<uuid:batch_id>")
@needs(Permission.CERTIFY)
def batch(cohort_id: uuid.UUID, batch_id: uuid.UUID) -> str | AnyResponse:
    """A batch before it is confirmed, while it is worked off, and afterwards."""
    session = db.session()
    found = together.batch_of(session, actor(), cohort_id, batch_id)
    lines = together.lines_of(session, found, vault())
    if found.begun_at is None:
        return _confirm_page(found, lines)
    people = _people(cohort_id)
    if file_format := wanted_format():
        return as_file(_table(lines, people), file_format)
    waiting = sum(line.outcome is None for line in lines)
    still = bool(request.args.get("still"))
    answer = Response(_progress_page(found, lines, people, waiting, still), mimetype="text/html")
    if waiting and not still:
        answer.headers["Refresh"] = str(SECONDS)
    return answer


def _people(cohort_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """What to call the people of a cohort."""
    found = cohorts.learners(db.session(), [cohort_id], vault())
    return {person.id: person.label for _cohort, person in found}


def _confirm_page(found: CertificateBatch, lines: list[Line]) -> str:
    now = sorted_people(found.cohort_id, found.purpose)
    labels = {p.id: p.label for p, _one in (*now.ready, *now.missing, *now.standing)}
    ready = {person.id for person, _one in now.ready}
    return render_template(
        "certification/together-confirm.html",
        batch=found,
        cohort=now.cohort,
        purpose=dict(obstacles.purposes(now.cohort))[found.purpose],
        lines=sorted(
            (line for line in lines if line.account_id in ready),
            key=lambda line: (line.name or "").casefold(),
        ),
        labels=labels,
        gone=[labels.get(line.account_id, "–") for line in lines if line.account_id not in ready],
        left_out=len(ready - {line.account_id for line in lines}),
        missing=why_not(now),
        standing=len(now.standing),
        languages=NAMES,
        no_key=keys().issuing is None,
    )


def _progress_page(
    found: CertificateBatch,
    lines: list[Line],
    people: Mapping[uuid.UUID, str],
    waiting: int,
    still: bool,
) -> str:
    books, now = publishing.current(db.session()), clock.now()

    def called(line: Line) -> str:
        return people.get(line.account_id, f"№ {str(line.account_id)[:8]}")

    by_name = sorted(lines, key=lambda line: called(line).casefold())
    return render_template(
        "certification/together-progress.html",
        batch=found,
        cohort=cohorts.one(db.session(), actor(), found.cohort_id),
        day=wording.day(found.begun_at.date()) if found.begun_at else "",
        total=len(lines),
        waiting=waiting,
        is_working=found.busy_until is not None and found.busy_until > now,
        issued=[(called(one), one.serial) for one in by_name if one.outcome == "issued"],
        there=[(called(one), one.serial) for one in by_name if one.outcome == "there"],
        failed=[
            (called(one), one.account_id, _problem(one, books))
            for one in by_name
            if one.outcome == "failed"
        ],
        shown=serial_shown,
        still=still,
        seconds=SECONDS,
        no_key=keys().issuing is None,
    )


def _problem(line: Line, books: Library) -> list[str]:
    if line.problem == "missing":
        needed = [Need(kind, id_) for kind, id_ in line.needs]
        return [obstacles.need_words(need, books, language()) for need in needed]
    return [
        {
            "changed": _("Something changed at the same moment. Try again."),
            "election-over": _("The election is over."),
            "no-programme": _("The programme of this cohort is not published."),
            "list-full": _("The revocation list has no place left. Tell the operator."),
            "gone": _("This person is no longer in the cohort."),
            "not-yours": _("Whoever confirmed this may no longer certify here."),
            "letters": _("The name has a letter that cannot be printed."),
            "language": _("The certificate cannot be printed in this language."),
        }.get(line.problem or "", _("Something went wrong on our side. Try this person alone."))
    ]


def _table(lines: list[Line], people: Mapping[uuid.UUID, str]) -> Table:
    columns = ("id", "name", "outcome", "serial", "problem")
    return Table(
        "certificates",
        columns,
        [
            (
                str(line.account_id),
                people.get(line.account_id),
                line.outcome or "waiting",
                line.serial,
                line.problem,
            )
            for line in sorted(lines, key=lambda one: people.get(one.account_id, "").casefold())
        ],
    )


@bp.post("/cohorts/<uuid:cohort_id>/certify/<uuid:batch_id>")
@needs(Permission.CERTIFY, audit=True)
def begin_batch(cohort_id: uuid.UUID, batch_id: uuid.UUID) -> AnyResponse:
    """Confirm, and let the work begin."""
    with db.transaction() as session:
        together.begin(session, actor(), cohort_id, batch_id, now=clock.now())
    return _at_work(cohort_id, batch_id)


@bp.post("/cohorts/<uuid:cohort_id>/certify/<uuid:batch_id>/go-on")
@needs(Permission.CERTIFY)
def go_on(cohort_id: uuid.UUID, batch_id: uuid.UUID) -> AnyResponse:
    """Take the work up again where it was broken off; it was confirmed and recorded before."""
    found = together.batch_of(db.session(), actor(), cohort_id, batch_id)
    if found.begun_at is None:
        raise NotThere
    return _at_work(cohort_id, batch_id)


def _at_work(cohort_id: uuid.UUID, batch_id: uuid.UUID) -> AnyResponse:
    app: Any = current_app
    working.start(app._get_current_object(), batch_id, desk())
    return redirect(url_for(".batch", cohort_id=cohort_id, batch_id=batch_id), code=303)


@bp.get("/cohorts/<uuid:cohort_id>/certify/<uuid:batch_id>/files")
@needs(Permission.CERTIFY)
def batch_files(cohort_id: uuid.UUID, batch_id: uuid.UUID) -> Response:
    """The files that a batch issued, in one archive that is written as it is sent."""
    found = together.batch_of(db.session(), actor(), cohort_id, batch_id)
    lines = together.lines_of(db.session(), found, vault())
    serials = sorted(one.serial for one in lines if one.outcome == "issued" and one.serial)
    if not serials:
        raise NotThere
    who, app = actor(), current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy

    def pieces() -> Iterator[bytes]:
        with app.app_context():
            sink = _Sink()
            with ZipFile(sink, "w", ZIP_STORED) as archive:
                for serial in serials:
                    session = db.session()
                    row = queries.may_see_file(session, who, serial)
                    key = queries.holders_key(session, row)
                    try:
                        content = open_pdf(vault(), row.account_id, key, row.pdf_sealed)
                    except CannotOpen:
                        continue  # erased since
                    session.expunge(row)
                    info = ZipInfo(f"certificate-{serial_shown(serial)}.pdf")
                    archive.writestr(info, content)
                    yield sink.taken()
            yield sink.taken()

    answer = Response(pieces(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="certificates.zip"'
    return answer


class _Sink(RawIOBase):
    """Keeps what is written until it is taken, so that no archive is whole in memory."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, some: Any) -> int:
        self._kept += some
        return len(some)

    def taken(self) -> bytes:
        found = bytes(self._kept)
        self._kept.clear()
        return found
