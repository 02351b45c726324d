"""What a joint exercise has to have as a whole: both sides, a change of sides, time, a way out."""

from __future__ import annotations

from collections import Counter

from lms.content.context import Context
from lms.content.heads import Table
from lms.content.joint_parts import SCENE, Part
from lms.content.problems import did_you_mean, listed
from lms.content.reading import Piece
from lms.domain.joint.exercise import SIDES

FEWEST_SCENES = 2


def check_whole(parts: list[Part], before: Piece, head: Table, context: Context) -> None:
    """Report what is missing or does not fit, judged when every section has been read."""
    report, path = context.report, before.path
    if not before:
        what = "no introduction"
        report.problem(path, before.start, what, "tell the incident under the head, for everybody")
    _doubles(parts)
    for side in SIDES:
        _one_debrief(side, parts, before, context)
        _roles(side, parts, before, context)
    if not any(part.kind == "script" for part in parts):
        report.problem(
            path,
            before.start,
            "no script for the facilitator",
            "write ## … {#script .script}: the room, the materials, what to watch",
        )
    scenes = [part for part in parts if part.kind == SCENE]
    if len(scenes) < FEWEST_SCENES:
        what = f"{len(scenes)} scenes" if scenes else "no scenes"
        remedy = f"write at least {FEWEST_SCENES}: ## title {{#id minutes=10}}"
        report.problem(path, before.start, what, remedy)
    else:
        _swap(scenes)
        _time(scenes, head)
    _injects(scenes, parts)


def _doubles(parts: list[Part]) -> None:
    seen: dict[str, int] = {}
    for part in parts:
        if part.id in seen:
            what = f"the section “{part.id}” again (first on line {seen[part.id]})"
            part.say(part.line, what, "give it another id")
        seen.setdefault(part.id, part.line)
    for part in [part for part in parts if part.kind == "script"][1:]:
        part.say(part.line, "a second script for the facilitator", "bring the two together")


def _one_debrief(side: str, parts: list[Part], before: Piece, context: Context) -> None:
    found = [p for p in parts if p.kind == "debrief" and p.document["side"] == side]
    if not found:
        context.report.problem(
            before.path,
            before.start,
            f"no debrief for the {side} side",
            f"write ## … {{#{side}-debrief .debrief side={side}}}",
        )
    for part in found[1:]:
        part.say(part.line, f"a second debrief for the {side} side", "bring the two together")


def _roles(side: str, parts: list[Part], before: Piece, context: Context) -> None:
    roles = [p for p in parts if p.kind == "role" and p.document["side"] == side]
    if not roles:
        context.report.problem(
            before.path,
            before.start,
            f"no role for the {side} side",
            f"write ## … {{#id .role side={side}}}",
        )
    elif all(part.document["most"] is not None for part in roles):
        what = f"nobody on the {side} side takes those who are left over"
        roles[-1].say(roles[-1].line, what, "leave most= away from one role")
    named = Counter(part.section.title for part in roles)
    for part in roles:
        if named[part.section.title] > 1:
            part.say(part.line, f"“{part.section.title}” is two roles", "call one otherwise")


def _swap(scenes: list[Part]) -> None:
    swaps = [part for part in scenes if part.document["swap"]]
    if not swaps:
        what = "the sides are never changed"
        scenes[0].say(scenes[0].line, what, "write .swap on the scene before which they change")
    for part in swaps[1:]:
        part.say(part.line, "the sides are changed a second time", "keep one .swap")
    if scenes[0].document["swap"]:
        what = "the sides are changed before the first scene"
        scenes[0].say(scenes[0].line, what, "move .swap to a later scene, about half-way")


def _time(scenes: list[Part], head: Table) -> None:
    total = sum(part.document["minutes"] for part in scenes)
    minutes = head.plain("minutes")
    if minutes is not None and isinstance(minutes.value, int) and total > minutes.value:
        head.wrong(
            "minutes",
            f"the scenes take {total} minutes, the whole takes {minutes.value}",
            "write what the whole takes, welcome and debrief included",
        )


def _injects(scenes: list[Part], parts: list[Part]) -> None:
    minutes = {part.id: part.document["minutes"] for part in scenes}
    for part in parts:
        if part.kind != "inject" or not part.document["scene"]:
            continue
        scene = part.document["scene"]
        if scene not in minutes:
            remedy = did_you_mean(scene, minutes, f"scenes here: {listed(minutes)}")
            part.say(part.line, f"no scene “{scene}”", remedy)
        elif part.document["at"] > minutes[scene]:
            what = f"minute {part.document['at']} of a scene of {minutes[scene]} minutes"
            part.say(part.line, what, f"write at=0 to at={minutes[scene]}")
