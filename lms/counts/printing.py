"""Nights on paper: a version to be played with a pen, and a kit for the room; both with a key."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import gettext as _

from lms.content.library import Library
from lms.counts import debriefing, papers, telling, words
from lms.counts.queries import Living
from lms.domain.counts.chance import Chance
from lms.domain.counts.figures import CHECKS, broken
from lms.domain.counts.kinds import KINDS
from lms.domain.counts.night import Night
from lms.domain.counts.papers import DOUBTS, doubtful, sorting
from lms.domain.counts.play import begin
from lms.domain.counts.telling import clock_face
from lms.learning import pages

SAMPLES = 20  # procedures, 6: "20 sample ballots exercise"


def unlived(books: Library, night: Night) -> Living:
    """A night that nobody lives through: what a trainer prints of it."""
    return Living(
        id=uuid.UUID(int=0),
        books=books,
        document=books.counts[night.head.slug],
        night=night,
        certifying=False,
        finished_at=None,
        steps=0,
        keys=frozenset(),
        state=begin(night),
    )


def paper(living: Living, language: str) -> dict[str, Any]:
    """Everything that is printed of a night: moments for the reader, then the key.

    What one sees depends on where one stands, so a moment prints for each place what shows from
    there; the trainer reads the line of the place that a trainee names.
    """
    return {
        "moments": [
            _moment(living, number, language) for number in range(len(living.night.moments))
        ],
        "protocol": telling.protocol_rows(living, language) if living.night.has("protocol") else [],
        "own": telling.own_rows(living, language),
        "checks": _check_list(),
        "hourly": telling.hourly(list(living.night.precinct.figures.hourly.items())),
        "own_total": living.night.precinct.figures.own_total,
        "before": telling.known_before(living, language),
        "key": key(living, language),
    }


def _moment(living: Living, number: int, language: str) -> dict[str, Any]:
    night = living.night
    moment, told = night.moments[number], words.happenings()
    title, sentence = words.steps()[moment.step.id]
    named = telling.labels(night, living.books, language)
    lines = []
    for happening in moment.happenings:
        if not told[happening.id]:
            continue
        if happening.asked:
            where = _("When asked “%(question)s”", question=words.questions()[happening.asked])
        elif len(happening.places) == len(words.places()):
            where = _("From everywhere")
        else:
            where = ", ".join(words.places()[place] for place in sorted(happening.places))
        lines.append((where, told[happening.id]))
    said = [(named[n], v) for n, v in telling.heard(living, moment, living.state)]
    votes = night.precinct.figures.board
    return {
        "time": clock_face(moment.at),
        "ends": clock_face(moment.ends),
        "title": title,
        "sentence": sentence,
        "said": said,
        "lines": lines,
        "ballots": telling.ballot_lines(living, moment, decided=True),
        "board": telling.board_rows(votes, night.head.candidates)
        if moment.step.id == "totals"
        else [],
    }


def _check_list() -> list[tuple[str, str, str]]:
    told = papers.checks()
    return [(check, *told[check]) for check in CHECKS]


def key(living: Living, language: str) -> dict[str, Any]:
    """The answer sheet: what is planted, which checks break, the tally and the verdicts."""
    night, day = living.night, telling.day_of(living.document)
    names = words.kinds()
    planted = [
        {
            "name": names[kind],
            "codes": ", ".join(KINDS[kind].codes),
            "amount": night.precinct.amount(kind),
            "check": KINDS[kind].check,
            "where": [debriefing.where(m, h) for m, h in night.shown(kind)],
            "rules": [
                str(pages.rule_chip(living.books, rule, language, day)["name"])
                for rule in night.country.breaks.get(kind, ())
                if rule in living.books.rules
            ],
        }
        for kind in night.kinds
    ]
    ballots = [(line["number"], line["text"], line["right"]) for line in debriefing.judged(living)]
    told = papers.checks()
    found = broken(night.precinct.figures) if night.has("protocol") else {}
    return {
        "planted": planted,
        "checks": [(check, told[check][0], amount) for check, amount in found.items()],
        "ballots": ballots,
        "witnesses": [words.witnesses()[who] for who in sorted(night.witnesses)],
    }


def kit(living: Living, language: str) -> dict[str, Any]:
    """What is laid out in a room: sample ballots, an empty form, role cards, the script."""
    night = living.night
    candidates = night.head.candidates
    choices = candidates + night.country.against_all
    chance = Chance("kit", night.seed)
    ballots = list(sorting(choices, night.country, chance.apart("plain"), count=SAMPLES - 8))
    ballots += doubtful(choices, night.country, chance.apart("one"), count=len(DOUBTS))
    ballots = chance.apart("order").shuffled(ballots)
    samples = []
    for number, ballot in enumerate(ballots):
        line = telling.ballot_line(ballot, number, candidates, called=False)
        right = ballot.choice(night.country)
        verdict = "invalid" if right is None else str(right)
        line["right"] = debriefing.verdict_words(verdict, candidates)
        samples.append(line)
    return {
        "samples": samples,
        "own": telling.own_rows(living, language),
        "labels": telling.labels(night, living.books, language),
        "candidates": [papers.choice(number, candidates) for number in range(choices)],
        "roles": _roles(living),
        "script": _script(living),
        "key": key(living, language),
    }


def _roles(living: Living) -> list[dict[str, Any]]:
    """A card for each person, with what they do in this night and when."""
    told, titles = words.happenings(), words.steps()
    tasks = {
        "chair": _(
            "You lead the commission. Be polite. Answer questions unless your card says otherwise."
        ),
        "secretary": _("You keep the minutes and fill in the protocol."),
        "member": _("You issue ballots, read them aloud and lay them on their piles."),
        "police": _("You stand at the door. You come when the chair calls you."),
        "stranger": _("You are not of the commission. You come in when your card says so."),
        "voter": _("You vote, and you do what your card says."),
        "observer": _(
            "You watch, ask, note and keep your own tally. You do not know what is planted."
        ),
    }
    cards = []
    for role, task in tasks.items():
        deeds = [
            f"{clock_face(moment.at)}, {titles[moment.step.id][0]}: {told[happening.id]}"
            for moment in living.night.moments
            for happening in moment.happenings
            if happening.who == role and happening.kind and told[happening.id]
        ]
        if role in ("chair", "secretary", "member", "observer") or deeds:
            name = _("An observer") if role == "observer" else words.roles()[role]
            cards.append({"name": name, "task": task, "deeds": deeds})
    return cards


def _script(living: Living) -> list[dict[str, Any]]:
    """The night for the facilitator: when to say what, and what to look for."""
    told = words.happenings()
    lines = []
    for moment in living.night.moments:
        title, sentence = words.steps()[moment.step.id]
        lines.append(
            {
                "time": clock_face(moment.at),
                "title": title,
                "sentence": sentence,
                "happens": [
                    (told[h.id] or words.kinds().get(h.kind or "", ""), bool(h.kind))
                    for h in moment.happenings
                ],
            }
        )
    return lines
