"""What is proved of every scenario by playing all of it."""

from __future__ import annotations

from dataclasses import dataclass

from lms.content.certifying import check_drawn_runs
from lms.content.context import Context, Made
from lms.domain.exploring import Path, Report, Steps, explore
from lms.domain.runs import GATE_RECORD, GATE_TACTICS
from lms.domain.scenarios import MOST_DEEP, SAFETY, Scenario
from lms.domain.statespace import RECORD


@dataclass(frozen=True)
class Proof:
    """What the exploration of one scenario found. ``bounded``: it had to be cut short."""

    slug: str
    path: str
    states: int
    bounded: bool
    maximum: int
    best: Path | None
    worst: Path | None
    maxima: dict[str, int]

    @property
    def text(self) -> str:
        """The best and the worst path with their scores, as lines for an author."""
        lines = [f"{self.slug}: {self.states} states, at most {self.maximum} points"]
        if self.bounded:
            lines.append("  the exploration was cut short: what follows is not proved")
        for name, path in (("best", self.best), ("worst", self.worst)):
            lines += _told(name, path)
        most = ", ".join(f"{name} {points}" for name, points in self.maxima.items())
        lines.append(f"  at most by competence: {most}")
        return "\n".join(lines)


def _told(name: str, path: Path | None) -> list[str]:
    if path is None:
        return [f"  {name}: none"]
    meters = ", ".join(f"{meter} {value}" for meter, value in path.meters.items())
    verdict = "passes" if path.passed else "does not pass"
    return [
        f"  {name}: {path.points} points, {path.minutes} minutes, {path.outcome}, {verdict}"
        f" ({meters})",
        *(f"    {scene} → {choice}" for scene, choice in path.steps),
    ]


def prove(context: Context) -> list[Proof]:
    """Explore every scenario that can be played, and complete its document with what was found.

    A scenario whose file has problems already is left alone: it cannot be played as written.
    """
    proofs = []
    for made in context.documents("scenario"):
        if any(problem.path == made.place.path for problem in context.report.problems):
            continue
        try:
            scenario = Scenario.from_document(made.document)
        except ValueError as error:
            context.report.problem(
                made.place.path, 1, f"this scenario cannot be played: {error}", "correct its head"
            )
            continue
        found = explore(scenario)
        made.document["maximum"] = found.maximum
        made.document["maxima"] = dict(found.maxima)
        made.document["best_path"] = [list(step) for step in found.best.steps] if found.best else []
        _judge(made, found, context)
        proofs.append(
            Proof(
                slug=made.document["slug"],
                path=made.place.path,
                states=found.states,
                bounded=found.bounded,
                maximum=found.maximum,
                best=found.best,
                worst=found.worst,
                maxima=dict(found.maxima),
            )
        )
    check_drawn_runs(context)
    return proofs


def _judge(made: Made, found: Report, context: Context) -> None:
    """Report what the proofs found wrong. A cut exploration proves only what it met."""
    slug, path = made.document["slug"], made.place.path

    def scene_line(scene: str) -> int:
        return context.lines["scene", f"{slug} {scene}"]

    def choice_line(step: tuple[str, str]) -> int:
        return context.lines["choice", f"{slug} {step[0]} {step[1]}"]

    problem, report = context.report.problem, context.report
    for scene in found.endless:
        what = "nothing can be chosen" if scene in found.traps else "no end can be reached"
        way = _way(found.ways.get(scene, ()))
        remedy = "add a choice without a condition that leads on"
        problem(path, scene_line(scene), f"in “{scene}” {what}, after {way}", remedy)
    if found.passing_with_fail:
        last = found.passing_with_fail.steps[-1]
        what = f"after the failed choice “{last[1]}” the run would pass"
        remedy = "lead it to an end that does not pass, or grade it otherwise"
        problem(path, choice_line(last), what, remedy)
    for step in found.astray:
        what = f"“{step[1]}” leads back, and no sub-story is open"
        problem(path, choice_line(step), what, "reach this scene by a choice with back=scene only")
    for step in found.too_deep:
        what = f"“{step[1]}” opens a sub-story within {MOST_DEEP} others"
        problem(path, choice_line(step), what, "come back from one before the next begins")
    if found.bounded:
        what = f"the exploration was cut short after {found.states} states: nothing is proved"
        report.warning(path, 1, what, "use fewer meters, flags and choices that may be repeated")
        return
    for scene in found.unreachable:
        remedy = "link to it from a choice that can be taken, or delete it"
        problem(path, scene_line(scene), f"the scene “{scene}” cannot be reached", remedy)
    for steps, said, remedy in (
        (found.never_true, "never true", "correct it, or delete the choice"),
        (found.never_false, "never false", "correct it, or delete the condition"),
    ):
        for step in steps:
            what = f"the condition of “{step[1]}” is {said} on any path"
            problem(path, choice_line(step), what, remedy)
    if found.best is None:
        line = context.lines["pass", slug]
        problem(path, line, "no run of this scenario passes", "lower “pass”, or add a way to it")
        return
    for scene in found.hopeless:
        what = f"no run that passes goes through “{scene}”"
        problem(path, scene_line(scene), what, "add a way back to a pass, or make it an end")
    if found.unlucky:
        line, what = context.lines["pass", slug], "bad luck alone can make a pass impossible"
        problem(path, line, what, "let no happening of chance decide, or lower “pass”")
    _judge_gate(made, found, context)


def _judge_gate(made: Made, found: Report, context: Context) -> None:
    """Warn of a scenario of a certifying tactic in which nobody can reach what certifying takes.

    Source: answers to removal, 6.5.
    """
    document, best = made.document, found.best
    if document["tactic"] not in GATE_TACTICS or best is None:
        return
    line = context.lines["tactic", document["slug"]]
    wanting = [meter for meter in (SAFETY, RECORD) if meter not in document["meters"]]
    if wanting:
        what = f"this tactic is not drawn for certifying: there is no meter “{wanting[0]}”"
        context.report.warning(made.place.path, line, what, "add it, with its limits")
    elif best.meters[RECORD] < GATE_RECORD:
        what = (
            f"this tactic is not drawn for certifying: its best run ends with a record of "
            f"{best.meters[RECORD]}, and it takes {GATE_RECORD}"
        )
        remedy = "let the best choices add to the record"
        context.report.warning(made.place.path, line, what, remedy)


def _way(steps: Steps) -> str:
    return " → ".join(choice for _, choice in steps[-6:]) or "the beginning"
