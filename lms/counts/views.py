"""Living through a night: one moment a page, every act a plain form, the debrief at the end."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from lms import clock, db
from lms.counts import actions, debriefing, papers, printing, queries, telling, words
from lms.counts.queries import Living
from lms.counts.reading import Errors, read_act
from lms.domain.counts.figures import CHECKS
from lms.domain.counts.kinds import PLACES
from lms.domain.counts.play import Impossible, State
from lms.domain.counts.telling import clock_face
from lms.domain.errors import NotThere
from lms.domain.languages import pick
from lms.domain.permissions import Permission
from lms.learning import pages
from lms.learning import queries as learning
from lms.web.access import actor, needs
from lms.web.forms import given_key
from lms.web.languages import language

bp = Blueprint("counts", __name__)
SEEDS = 2**31


@bp.get("/counts/")
@needs(Permission.LEARN)
def shelf() -> str:
    books = learning.library(db.session())
    return render_template(
        "counts/shelf.html",
        exercises=[
            {
                "slug": slug,
                "minutes": found["minutes"],
                "title": pick(found["texts"], language())[0]["title"],
                "country": _country(books.count_rules[found["rules"]]),
                "invented": books.count_rules[found["rules"]]["invented"],
            }
            for slug, found in books.counts.items()
        ],
    )


def _country(document: Any) -> str:
    found: str = pick(document["texts"], language())[0]["title"]
    return found


@bp.get("/counts/<slug>")
@needs(Permission.LEARN)
def exercise(slug: str) -> str:
    books = learning.library(db.session())
    document = books.counts.get(slug)
    if document is None:
        raise NotThere
    text, used = pick(document["texts"], language())
    rules = books.count_rules[document["rules"]]
    allowed = queries.certifying(db.session(), actor(), document)
    steps, now = words.steps(), clock.now()
    night = queries.night_of(books, slug, 0)
    return render_template(
        "counts/exercise.html",
        document=document,
        words=text,
        used=used,
        translation=document["translations"].get(language()),
        country=_country(rules),
        rules=rules,
        order=[
            {
                "title": steps[step.id][0],
                "sources": pages.sources_of(
                    books, step.sources, language(), telling.day_of(document)
                ),
            }
            for step in night.country.steps
            if night.has(step.id)
        ],
        open_run=queries.open_run(db.session(), actor(), slug),
        runs=queries.own_runs(db.session(), actor(), slug),
        allowed=allowed,
        may_certify=allowed.is_open(now),
        may_print=debriefing.may_print(actor()),
    )


@bp.post("/counts/<slug>/start")
@needs(Permission.PLAY_SCENARIO)
def start(slug: str) -> AnyResponse:
    books = learning.library(db.session())
    try:
        with db.transaction() as session:
            run_id = actions.start(
                session,
                actor(),
                books,
                slug,
                certifying=request.form.get("kind") == "certifying",
                draw=lambda: secrets.randbelow(SEEDS),
                now=clock.now(),
            )
    except IntegrityError:  # another tab began it at this moment
        return redirect(url_for(".exercise", slug=slug), code=303)
    return redirect(url_for(".run", count_run_id=run_id), code=303)


@bp.get("/count-runs/<uuid:count_run_id>")
@needs(Permission.PLAY_SCENARIO)
def run(count_run_id: uuid.UUID) -> str | AnyResponse:
    living = queries.own_run(db.session(), actor(), count_run_id)
    if living.finished_at is not None:
        return redirect(url_for(".debrief", count_run_id=count_run_id), code=303)
    return _moment_page(living, {}, {})


@bp.post("/count-runs/<uuid:count_run_id>/acts")
@needs(Permission.PLAY_SCENARIO)
def act(count_run_id: uuid.UUID) -> tuple[str, int] | AnyResponse:
    living = queries.own_run(db.session(), actor(), count_run_id)
    typed = request.form.to_dict()
    done, errors = read_act(typed, living)
    step = typed.get("step", "")
    if not step.isascii() or not step.isdecimal() or len(step) > 6:
        errors, done = {"verb": [_("Choose what you do.")]}, None
    if done is None:
        if living.finished_at is not None:
            return redirect(url_for(".debrief", count_run_id=count_run_id), code=303)
        return _moment_page(living, errors, typed), 422
    try:
        with db.transaction() as session:
            actions.act(
                session,
                actor(),
                count_run_id,
                done,
                step=int(step),
                client_key=given_key(),
                now=clock.now(),
            )
    except Impossible:
        return _moment_page(living, {"verb": [_("This cannot be done here.")]}, typed), 422
    # What was done is shown where it was done; the next moment begins at its top.
    anchor = None if done.verb == "on" else "done"
    return redirect(url_for(".run", count_run_id=count_run_id, _anchor=anchor), code=303)


def _moment_page(living: Living, errors: Errors, typed: dict[str, str]) -> str:
    state, moment, night = living.state, living.moment, living.night
    text, used = pick(living.document["texts"], language())
    title, sentence = words.steps()[moment.step.id]
    offered = telling.acts(living)
    at_table = moment.number in state.near
    named = telling.labels(night, living.books, language())
    checks = papers.checks()
    candidates = night.head.candidates
    return render_template(
        "counts/moment.html",
        living=living,
        words=text,
        used=used,
        translation=living.document["translations"].get(language()),
        title=title,
        sentence=sentence,
        time=clock_face(max(state.clock, moment.at)),
        ends=clock_face(moment.ends),
        missed=moment.number in state.missed,
        place=words.places()[state.place],
        number=moment.number + 1,
        total=len(night.moments),
        said=[(named[n], v) for n, v in telling.heard(living, moment, state)],
        before=telling.known_before(living, language()) if moment.number == 0 else [],
        seen=telling.perceived(moment, state),
        replies=telling.replies(living, moment, state),
        done=_done(state, moment.number),
        own_count=telling.own_line(living, state),
        hourly=telling.hourly(list(night.precinct.figures.hourly.items()))
        if not night.has("evening") and moment.number == 0
        else "",
        ballots=telling.ballot_lines(living, moment) if at_table else [],
        calls=_calls(living) if moment.ballots and not at_table else "",
        piles=[papers.choice(n, candidates) for n in range(len(moment.ballots[0].marks))]
        if moment.ballots
        else [],
        verdicts=_verdicts(living),
        board=telling.board_rows(night.precinct.figures.board, candidates)
        if moment.step.id == "totals" and moment.number not in state.missed
        else [],
        protocol=telling.protocol_rows(living, language()) if "check" in offered else [],
        own=telling.own_rows(living, language()),
        groups=_check_groups(living, typed, checks),
        offered=offered,
        places=[(p, words.places()[p]) for p in PLACES if p != state.place],
        questions=telling.choices_of(words.questions()),
        objects=telling.choices_of(papers.objects()),
        kinds=sorted(
            (
                (kind, label)
                for kind, label in words.kinds().items()
                if kind in night.country.breaks
            ),
            key=lambda pair: pair[1],
        ),
        sites=telling.choices_of(words.sites()),
        roles=telling.choices_of(words.roles()),
        hows=telling.choices_of(words.hows()),
        requests=telling.choices_of(words.requests()),
        witnesses=telling.choices_of(words.witnesses(), tuple(sorted(night.witnesses))),
        everybody=telling.choices_of(words.witnesses()),
        rules=_rules(living),
        temptations=[
            (verb, label) for verb, label in papers.temptations().items() if verb in offered
        ],
        step=len(living.acts),
        errors=errors,
        typed=typed,
        last=moment.number + 1 == len(night.moments),
    )


def _rules(living: Living) -> list[tuple[str, str]]:
    """The rules that a note may name, by their short names."""
    ids = {rule for rules in living.night.country.breaks.values() for rule in rules}
    day = telling.day_of(living.document)
    chips = [
        pages.rule_chip(living.books, rule, language(), day)
        for rule in sorted(ids)
        if rule in living.books.rules
    ]
    return sorted(((str(c["id"]), str(c["name"])) for c in chips), key=lambda pair: pair[1])


def _verdicts(living: Living) -> list[tuple[str, str]]:
    """What a doubtful ballot may be judged to be."""
    if living.moment.step.id != "doubtful":
        return []
    candidates, choices = living.night.head.candidates, len(living.moment.ballots[0].marks)
    valid = [
        (str(n), _("Valid: %(name)s", name=papers.choice(n, candidates))) for n in range(choices)
    ]
    return [*valid, ("invalid", _("Invalid"))]


def _calls(living: Living) -> str:
    """What is heard of ballots by somebody who cannot see them."""
    candidates = living.night.head.candidates
    if living.moment.step.id != "sorting":
        return ""
    heard = [
        _("invalid") if b.called is None else papers.choice(b.called, candidates)
        for b in living.moment.ballots
    ]
    return ", ".join(heard)


def _done(state: State, number: int) -> list[str]:
    """What was done in this moment, so that a page says what it has kept."""
    lines = [
        _("Photographed: %(what)s", what=papers.objects()[thing])
        for moment, thing in state.photographs
        if moment == number
    ]
    sent = {
        "call": _("Called the coordinator"),
        "apply": _("Applied in writing"),
        "act": _("Wrote an act"),
    }
    lines += [f"{sent[verb]}: {text}" for moment, verb, text in state.sent if moment == number]
    receipts = {"taken": _("taken, with a number"), "refused": _("receipt refused")}
    for note in state.notes:
        if note.moment == number:
            line = f"{clock_face(note.details['time'])} {note.details['text']}"
            lines.append(line + (f" ({receipts[note.receipt]})" if note.receipt else ""))
    lines += [papers.breaches()[what] for moment, what in state.breaches if moment == number]
    if number in state.tallies:
        lines.append(_("Your tally is kept."))
    if state.own:
        lines.append(_("Your protocol is kept."))
    if state.marks is not None:
        lines.append(_("Your checks are kept."))
    return lines


def _check_groups(
    living: Living, typed: dict[str, str], checks: dict[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """The checks under their three headings, with what was marked before."""
    if "check" not in telling.acts(living):
        return []
    marks = living.state.marks or {}
    posted = typed.get("verb") == "check"
    found: list[dict[str, Any]] = []
    for letter, heading in papers.groups().items():
        lines = []
        for check in CHECKS:
            if check[0] != letter:
                continue
            marked = typed.get(f"broken-{check}") == "y" if posted else check in marks
            amount = typed.get(f"by-{check}", "") if posted else str(marks.get(check, ""))
            formula, meaning = checks[check]
            lines.append(
                {
                    "id": check,
                    "formula": formula,
                    "meaning": meaning,
                    "marked": marked,
                    "amount": amount,
                }
            )
        found.append({"heading": heading, "lines": lines})
    return found


@bp.get("/count-runs/<uuid:count_run_id>/debrief")
@needs(Permission.PLAY_SCENARIO)
def debrief(count_run_id: uuid.UUID) -> str | AnyResponse:
    living = queries.own_run(db.session(), actor(), count_run_id)
    if living.finished_at is None:
        return redirect(url_for(".run", count_run_id=count_run_id), code=303)
    text, used = pick(living.document["texts"], language())
    return render_template(
        "counts/debrief.html",
        living=living,
        words=text,
        used=used,
        **debriefing.looking_back(living, language()),
    )


@bp.get("/counts/<slug>/paper")
@needs(Permission.PREPARE_DRILLS)
def paper(slug: str) -> str:
    """One night to be played with paper and pen, and its answer sheet behind it."""
    return _printed(slug, "counts/paper.html", printing.paper)


@bp.get("/counts/<slug>/kit")
@needs(Permission.PREPARE_DRILLS)
def kit(slug: str) -> str:
    """What a trainer lays out in a room: ballots, forms, role cards, the script."""
    return _printed(slug, "counts/kit.html", printing.kit)


def _printed(slug: str, template: str, told: Callable[[Living, str], dict[str, Any]]) -> str:
    books = learning.library(db.session())
    seed = request.args.get("seed", "1")
    number = int(seed) if seed.isascii() and seed.isdecimal() and len(seed) <= 10 else 1
    number = min(number, SEEDS - 1)
    night = queries.night_of(books, slug, number)
    living = printing.unlived(books, night)
    text, used = pick(living.document["texts"], language())
    return render_template(
        template,
        document=living.document,
        words=text,
        used=used,
        translation=living.document["translations"].get(language()),
        seed=number,
        **told(living, language()),
    )
