"""Looking back over a night: what was there, what was seen, and what each point was given for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from lms.counts import papers, telling, words
from lms.counts.queries import Living
from lms.domain.counts.figures import CHECKS, examine
from lms.domain.counts.kinds import EVERYWHERE, KINDS
from lms.domain.counts.night import Happening, Moment
from lms.domain.counts.scoring import GUIDE, NoteMark, Score, known_figures, true_verdicts
from lms.domain.counts.telling import clock_face
from lms.domain.permissions import Actor, Permission, may
from lms.learning import pages


def may_print(actor: Actor) -> bool:
    """Whether somebody prepares drills for others, and so may see the key of a seed."""
    return may(actor, Permission.PREPARE_DRILLS)


def looking_back(living: Living, language: str) -> dict[str, Any]:
    """Everything that the page of the debrief shows."""
    score = living.score
    names, parts = words.kinds(), papers.parts()
    return {
        "score": score,
        "parts": [(parts[p.id], p.earned, p.possible) for p in score.parts],
        "alarms": [names.get(a, a) for a in score.false_alarms],
        "breaches": [papers.breaches()[b] for b in score.breaches],
        "planted": [_planted(living, score, kind, language) for kind in living.night.kinds],
        "events": [event for m in living.night.moments for event in _events(living, score, m)],
        "notes": [_note(mark) for mark in score.notes],
        "checks": _checks(living),
        "ballots": judged(living),
        "time": clock_face(living.night.moments[-1].ends),
    }


def _planted(living: Living, score: Score, kind: str, language: str) -> dict[str, Any]:
    """One irregularity: where it could be seen, whether it was, and the rule it breaks."""
    shown = living.night.shown(kind)
    day = telling.day_of(living.document)
    seen = [(m.number, m.happenings.index(h)) in living.state.known for m, h in shown]
    if kind in score.detected:
        verdict = "found"
    elif any(seen):
        verdict = "not-reported"
    else:
        verdict = "not-seen"
    return {
        "name": words.kinds()[kind],
        "codes": ", ".join(KINDS[kind].codes),
        "amount": living.night.precinct.amount(kind),
        "check": KINDS[kind].check,
        "verdict": verdict,
        "where": [where(moment, happening) for moment, happening in shown],
        "rules": [
            pages.rule_chip(living.books, rule, language, day, with_sources=True)
            for rule in living.night.country.breaks.get(kind, ())
            if rule in living.books.rules
        ],
    }


def where(moment: Moment, happening: Happening) -> str:
    """When and from where something could be perceived, in one sentence."""
    step = words.steps()[moment.step.id][0]
    times = f"{clock_face(moment.at)}–{clock_face(moment.ends)}"
    if happening.asked:
        question = words.questions()[happening.asked]
        found: str = _(
            "%(times)s, %(step)s: when asked “%(question)s”",
            times=times,
            step=step,
            question=question,
        )
    elif happening.places == EVERYWHERE:
        found = _("%(times)s, %(step)s: from everywhere", times=times, step=step)
    else:
        places = ", ".join(words.places()[p] for p in sorted(happening.places))
        found = _("%(times)s, %(step)s: only %(places)s", times=times, step=step, places=places)
    return found


def _events(living: Living, score: Score, moment: Moment) -> list[dict[str, str]]:
    """A moment of the replay: what was there, each with whether it was seen and reported."""
    told, names, state = words.happenings(), words.kinds(), living.state
    events = []
    for at, happening in enumerate(moment.happenings):
        seen = (moment.number, at) in state.known
        word = _("you perceived it") if seen else _("you did not perceive it")
        if happening.kind is None:
            kind, name = "", _("Only looked odd")
        else:
            kind = "good" if happening.kind in score.detected else "stop"
            name = names[happening.kind]
            found = happening.kind in score.detected
            word += "; " + (_("you reported it") if found else _("you did not report it"))
        events.append(
            {
                "time": clock_face(moment.at),
                "title": f"{words.steps()[moment.step.id][0]}: {name}",
                "text": f"{told[happening.id]} {word[0].upper()}{word[1:]}.".strip(),
                "kind": kind,
            }
        )
    if not events:
        missed = moment.number in state.missed
        events.append(
            {
                "time": clock_face(moment.at),
                "title": words.steps()[moment.step.id][0],
                "text": _("You were busy and missed it.") if missed else _("Nothing irregular."),
                "kind": "",
            }
        )
    return events


def _note(mark: NoteMark) -> dict[str, Any]:
    """A note with its points, heading by heading."""
    guide = papers.guide()
    verdicts = {
        "found": _("found"),
        "false": _("false alarm"),
        "unseen": _("reported without having been perceived: counts as a false alarm"),
        "plain": _("an ordinary note"),
    }
    return {
        "time": clock_face(mark.note.details["time"]),
        "text": mark.note.details["text"],
        "kind": words.kinds().get(mark.note.kind or "", ""),
        "verdict": _("something in it was invented: no points")
        if mark.invented
        else verdicts[mark.verdict],
        "good": mark.verdict in ("found", "plain") and not mark.invented,
        "total": mark.total,
        "lost": [guide[name] for name in GUIDE if not mark.points[name]]
        if mark.verdict == "found"
        else [],
    }


def _checks(living: Living) -> list[tuple[str, str, int, str]]:
    """Every check that was broken or marked: what is so and what was said."""
    if not living.night.has("protocol"):
        return []
    could = examine(known_figures(living.night, living.state))
    really = examine(living.night.precinct.figures)
    marks, told = living.state.marks or {}, papers.checks()
    lines = []
    for check in CHECKS:
        if not really[check] and check not in marks:
            continue
        yours = str(marks.get(check, "–"))
        if could[check] is None and really[check]:
            yours += " " + _("(you lacked a figure for it)")
        lines.append((check, told[check][0], really[check] or 0, yours))
    return lines


def judged(living: Living) -> list[dict[str, Any]]:
    """Doubtful ballots with the right verdict and the one that was given."""
    found = []
    candidates = living.night.head.candidates
    for moment in living.night.moments:
        if moment.step.id != "doubtful":
            continue
        for at, right in true_verdicts(living.night, moment):
            line = telling.ballot_line(moment.ballots[at], at, candidates, called=True)
            line["right"] = verdict_words(right, candidates)
            given = living.state.verdicts.get(at)
            line["given"] = verdict_words(given, candidates) if given else _("not decided")
            line["good"] = given == right
            found.append(line)
    return found


def verdict_words(verdict: str, candidates: int) -> str:
    if verdict == "invalid":
        found: str = _("Invalid")
        return found
    return papers.choice(int(verdict), candidates)
