"""Looking back over a run: the path beside the best path, and every turning point explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.domain import paths, runs, scenarios
from lms.domain.exploring import best_from
from lms.domain.languages import pick
from lms.domain.papers import advice
from lms.domain.runs import Beat
from lms.drills import wording
from lms.drills.queries import Paper, Playing
from lms.learning import pages
from lms.web.filters import authored
from lms.web.languages import language

# A debrief is a page, not a proof: a scenario of more states shows no way that would have passed.
MOST_STATES = 20_000


def words_of(playing: Playing, scene: str) -> dict[str, Any]:
    found: dict[str, Any] = pick(playing.scene_document(scene)["texts"], language())[0]
    return found


def choice_words(playing: Playing, scene: str, choice: str) -> dict[str, Any]:
    found: dict[str, Any] = pick(playing.choice_document(scene, choice)["texts"], language())[0]
    return found


def best_beats(playing: Playing) -> tuple[Beat, ...]:
    """The best run of the scenario, with what chance did in it."""
    beats, position = [], scenarios.start(playing.scenario)
    for scene, choice_id in playing.document["best_path"]:
        choice = playing.scenario.scenes[scene].choice(choice_id)
        if choice is None:
            raise KeyError(choice_id)
        after = scenarios.take(playing.scenario, position, choice_id)
        chance = playing.scenario.scenes[scene].chance
        beats.append(Beat(scene, choice, chance, position, after))
        position = after
    return tuple(beats)


def picture(playing: Playing) -> dict[str, Any]:
    """Two paths in rows, for the picture and for the table that says the same."""
    yours, best = _points(playing, playing.beats), _points(playing, best_beats(playing))
    rows = paths.aligned([p["id"] for p in yours], [p["id"] for p in best])
    return {
        "rows": [
            {
                "yours": None if row.yours is None else yours[row.yours],
                "best": None if row.best is None else best[row.best],
                "together": row.together,
            }
            for row in rows
        ]
    }


def _points(playing: Playing, beats: tuple[Beat, ...]) -> list[dict[str, Any]]:
    late = _late(playing)
    points: list[dict[str, Any]] = []
    for number, beat in enumerate(beats):
        words = choice_words(playing, beat.scene, beat.choice.id)
        points.append(
            {
                "id": beat.scene,
                "number": number + 1,
                "time": wording.hour(playing.document, beat.before.elapsed),
                "scene": words_of(playing, beat.scene)["title"],
                "choice": authored(words["html"]).striptags(),
                "choice_id": beat.choice.id,
                "grade": "chance" if beat.by_chance else beat.choice.grade,
                "late": beats is playing.beats and number in late,
            }
        )
    last = runs.standing(playing.scenario, beats)
    end = {
        "id": last.scene,
        "number": len(beats) + 1,
        "time": wording.hour(playing.document, last.elapsed),
        "scene": words_of(playing, last.scene)["title"],
        "choice": None,
        "choice_id": None,
        "grade": None,
        "late": False,
    }
    return [*points, end]


def _late(playing: Playing) -> set[int]:
    """The numbers of the beats in which the time to decide was over."""
    chosen = [number for number, beat in enumerate(playing.beats) if not beat.by_chance]
    return {number for number, one in zip(chosen, playing.taken, strict=True) if one.late}


def turning_points(playing: Playing, papers: Mapping[int, Paper]) -> list[dict[str, Any]]:
    """Every beat of a run: what was done, the rule behind it, what stays, what would have been
    better, and what was written."""
    late, lost = _late(playing), lost_at(playing)
    points, sequence = [], 0
    for number, beat in enumerate(playing.beats):
        sequence += not beat.by_chance
        document = playing.choice_document(beat.scene, beat.choice.id)
        words = choice_words(playing, beat.scene, beat.choice.id)
        points.append(
            {
                "number": number + 1,
                "time": wording.hour(playing.document, beat.before.elapsed),
                "scene_id": beat.scene,
                "scene": words_of(playing, beat.scene)["title"],
                "by_chance": beat.by_chance,
                "late": number in late,
                "html": words["html"],
                "feedback_html": words.get("feedback_html") or "",
                "grade": beat.choice.grade,
                "rules": _rules(playing, beat.choice.rules),
                "say": None
                if beat.by_chance
                else wording.sentence(playing.books, playing.document, document, lend=True),
                "witness": words.get("witness")
                or wording.gained(beat.before.meters, beat.after.meters, beat.choice),
                "better": _better(playing, beat),
                "paper": _written(papers.get(sequence)) if beat.choice.writes else None,
                "lost": number == lost,
            }
        )
    return points


def _rules(playing: Playing, rules: tuple[str, ...]) -> list[dict[str, object]]:
    day = playing.scenario.clock
    return [
        pages.rule_chip(playing.books, rule, language(), day, with_sources=True)
        for rule in rules
        if rule in playing.books.rules
    ]


def _better(playing: Playing, beat: Beat) -> list[dict[str, Any]]:
    """The best choices of a scene in which another was made; for one that was closed, what it
    would have needed."""
    if beat.by_chance or beat.choice.grade == "best":
        return []
    values, found = beat.before.values(), []
    may = scenarios.open_choices(playing.scenario, beat.before)
    for choice in playing.scenario.scenes[beat.scene].choices:
        if choice.grade != "best":
            continue
        words = choice_words(playing, beat.scene, choice.id)
        unmet = runs.unmet(choice.condition, values) if choice.condition else ()
        found.append(
            {
                "html": words["html"],
                "feedback_html": words.get("feedback_html") or "",
                "open": choice in may,
                "needs": [wording.condition(part) for part in unmet],
                "rules": _rules(playing, choice.rules),
            }
        )
    return found


def _written(paper: Paper | None) -> dict[str, Any]:
    if paper is None or paper.text is None:
        return {"kind": wording.papers()[paper.kind] if paper else "", "text": None, "signs": []}
    names, doubts = wording.elements(), wording.doubts()
    return {
        "kind": wording.papers()[paper.kind],
        "text": paper.text,
        "signs": [
            {
                "name": names[sign.element],
                "stands": sign.stands,
                "found": sign.found,
                "doubt": doubts.get(sign.doubt, ""),
            }
            for sign in advice(paper.kind, paper.text)
        ],
    }


def lost_at(playing: Playing) -> int | None:
    """The number of the beat after which a pass was no longer possible; None where the run passed,
    or where that cannot be said."""
    ending = playing.ending
    if ending is None or ending.passed or not playing.beats:
        return None
    low, high = 0, len(playing.beats) - 1
    # Once a pass is impossible it stays impossible, so the last moment is found by halving.
    try:
        if best_from(playing.scenario, playing.beats[0].before, MOST_STATES) is None:
            return None
        while low < high:
            middle = (low + high + 1) // 2
            before = playing.beats[middle].before
            if best_from(playing.scenario, before, MOST_STATES) is None:
                high = middle - 1
            else:
                low = middle
    except ValueError:
        return None
    return low


def what_it_takes(playing: Playing) -> dict[str, Any]:
    """What a pass would have taken: the parts of the condition that were not met at the end, and
    the best way on from the last moment at which there was one."""
    last = runs.standing(playing.scenario, playing.beats)
    lost = lost_at(playing)
    way: list[dict[str, str]] = []
    if lost is not None:
        begin = playing.beats[lost].before
        found = best_from(playing.scenario, begin, MOST_STATES)
        for scene, choice in found.steps if found else ():
            words = choice_words(playing, scene, choice)
            line = {
                "scene": words_of(playing, scene)["title"],
                "choice": authored(words["html"]).striptags(),
            }
            way.append(line)
    return {
        "lacking": [wording.condition(part) for part in runs.lacking(playing.scenario, last)],
        "endangered": last.endangered,
        "way": way,
        "from": None if lost is None else lost + 1,
    }


def scores(playing: Playing) -> list[dict[str, Any]]:
    names = wording.competences()
    return [
        {"label": names[score.competence], "earned": score.earned, "most": score.most}
        for score in runs.scores(playing.scenario, playing.beats)
    ]
