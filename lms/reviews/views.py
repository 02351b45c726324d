"""Translations beside their source: a native speaker approves or amends, block by block."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.domain.errors import NotThere, TooLate
from lms.domain.permissions import Permission
from lms.domain.reviewing import Verdict
from lms.exports.tables import Table, as_file, wanted_format
from lms.learning import queries as learning
from lms.reviews import actions, patching, queries
from lms.reviews.queries import Written, alias
from lms.web.access import actor, needs
from lms.web.languages import language as own_language
from lms.web.sorting import in_order

bp = Blueprint("reviews", __name__)
BLOCKS_ON_A_PAGE = 20
# An amended rule in Cyrillic, as browsers write it.
BODY_LIMIT = 160 * 1024


def _release() -> uuid.UUID:
    return learning.library(db.session()).published


def _one(language: str, path: str) -> Written:
    return queries.one(db.session(), actor(), _release(), language, path)


@bp.get("/translations/")
@needs(Permission.REVIEW_TRANSLATIONS)
def shelf() -> str | AnyResponse:
    """Every file of one language: how far it is read, and by whom it was sealed."""
    wanted = request.args.get("into") or own_language()
    into = wanted if wanted in queries.INTO else queries.INTO[0]
    found = queries.files(db.session(), actor(), _release(), into)
    if file_format := wanted_format():
        return as_file(_table(into, found), file_format)
    files, sort = in_order(
        found,
        {
            "file": lambda one: one.path,
            "left": lambda one: one.progress.left,
            "amended": lambda one: one.progress.amended,
        },
    )
    return render_template(
        "reviews/shelf.html",
        files=files,
        sort=sort,
        into=into,
        languages=queries.INTO,
        done=sum(one.sealed is not None or bool(one.document["reviewed_by"]) for one in found),
    )


def _table(into: str, found: Sequence[Written]) -> Table:
    rows = []
    for one in found:
        how, sealed = one.progress, one.sealed
        rows.append(
            (
                one.document["path"],
                one.document["state"],
                how.total,
                how.approved,
                how.amended,
                how.left,
                alias(sealed.reviewer) if sealed else "",
                sealed.at.date().isoformat() if sealed else "",
                one.document["reviewed_by"] or "",
            )
        )
    columns = ("file", "state", "blocks", "approved", "amended", "left")
    return Table(f"translations-{into}", (*columns, "sealed_by", "sealed_on", "in_the_file"), rows)


@bp.get("/translations/<language>/files/<path:path>")
@needs(Permission.REVIEW_TRANSLATIONS)
def file(language: str, path: str) -> str:
    return _file(_one(language, path))


def _file(written: Written) -> str:
    ids = written.ids
    pages = max(1, -(-len(ids) // BLOCKS_ON_A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    first = (page - 1) * BLOCKS_ON_A_PAGE
    return render_template(
        "reviews/file.html",
        written=written,
        blocks=[
            (number, pair, written.decided.get(pair.id))
            for number, pair in enumerate(written.pairs, 1)
            if first < number <= first + BLOCKS_ON_A_PAGE
        ],
        page=page,
        pages=pages,
        sealed=written.sealed,
        alias=alias,
        amended=Verdict.AMENDED,
        error=None,
    )


@bp.post("/translations/<language>/files/<path:path>")
@needs(Permission.REVIEW_TRANSLATIONS, audit=True)
def approve(language: str, path: str) -> AnyResponse:
    """Approve the blocks that are ticked; go on to the next page that has undecided ones."""
    written = _one(language, path)
    with db.transaction() as session:
        actions.approve(session, actor(), written, request.form.getlist("right"), now=clock.now())
    return redirect(_undecided(_one(language, path)), code=303)


def _undecided(written: Written) -> str:
    """The page of the first block that nobody has decided about; of a finished file its last."""
    left = [n for n, id_ in enumerate(written.ids) if id_ not in written.decided]
    at = left[0] if left else max(len(written.ids) - 1, 0)
    page = at // BLOCKS_ON_A_PAGE + 1
    address = url_for(".file", language=written.language, path=written.path)
    return address if page == 1 else f"{address}?page={page}"


@bp.get("/translations/<language>/blocks/<pair>/<path:path>")
@needs(Permission.REVIEW_TRANSLATIONS)
def block(language: str, pair: str, path: str) -> str:
    return _block(_one(language, path), pair, None, {})


def _block(
    written: Written, pair: str, typed: Mapping[str, str] | None, errors: Mapping[str, list[str]]
) -> str:
    found = written.pair(pair)
    if found is None:
        raise NotThere
    last = written.decided.get(pair)
    amending = last is not None and last.amends(pair)
    kept = {
        "words": last.words if last and amending else found.words,
        "note": last.note if last else "",
    }
    return render_template(
        "reviews/block.html",
        written=written,
        pair=found,
        last=last,
        typed=kept if typed is None else typed,
        errors=errors,
        alias=alias,
    )


@bp.post("/translations/<language>/blocks/<pair>/<path:path>")
@needs(Permission.REVIEW_TRANSLATIONS, audit=True, body_limit=BODY_LIMIT)
def decide(language: str, pair: str, path: str) -> AnyResponse | tuple[str, int]:
    written = _one(language, path)
    if written.pair(pair) is None:
        raise TooLate("text-changed")
    typed = {name: request.form.get(name, "") for name in ("words", "note")}
    note = " ".join(typed["note"].split())
    try:
        with db.transaction() as session:
            actions.decide(session, actor(), written, pair, typed["words"], note, now=clock.now())
    except actions.Unfit as unfit:
        field = "note" if unfit.code == "long-note" else "words"
        return _block(written, pair, typed, {field: [_why(unfit)]}), 422
    return redirect(_undecided(_one(language, path)), code=303)


def _why(unfit: actions.Unfit) -> str:
    facts = unfit.facts
    if unfit.code == "structure":
        return str(
            _(
                "Only words may change. Missing: %(missing)s. New: %(added)s.",
                missing=facts["missing"] or "–",
                added=facts["added"] or "–",
            )
        )
    reasons = {
        "empty": _("Write the words that should stand here."),
        "long": _("This is too long. The most is %(most)s letters.", most=facts.get("most")),
        "long-note": _("This is too long. The most is %(most)s letters.", most=facts.get("most")),
        "long-line": _("Break this line. The most is %(most)s letters.", most=facts.get("most")),
        "character": _("There is a character in it that cannot be shown. Type it again."),
        "html": _("Write it without HTML."),
        "blocks": _("Leave no empty line: it would make two blocks of one."),
    }
    return str(reasons[unfit.code])


@bp.post("/translations/<language>/sealed/<path:path>")
@needs(Permission.REVIEW_TRANSLATIONS, audit=True)
def seal(language: str, path: str) -> AnyResponse | tuple[str, int]:
    """Say as a native speaker that all of it was read; who and when goes into the patch."""
    written = _one(language, path)
    if request.form.get("native") != "y":
        return _unsealed(written), 422
    with db.transaction() as session:
        actions.seal(session, actor(), written, request.form.get("seal", ""), now=clock.now())
    return redirect(url_for(".file", language=language, path=path), code=303)


def _unsealed(written: Written) -> str:
    return render_template(
        "reviews/file.html",
        written=written,
        blocks=[],
        page=1,
        pages=1,
        sealed=written.sealed,
        alias=alias,
        amended=Verdict.AMENDED,
        error=_("Tick the box if this is your native language. If it is not, leave the file open."),
    )


@bp.get("/translations/<language>/patch")
@needs(Permission.REVIEW_TRANSLATIONS)
def patch(language: str) -> Response:
    """Everything amended and sealed, for the author: to be put in with ``git apply``."""
    found = queries.files(db.session(), actor(), _release(), language)
    answer = Response(patching.patch(found), mimetype="text/x-diff")
    answer.headers["Content-Disposition"] = f'attachment; filename="translations-{language}.patch"'
    return answer
