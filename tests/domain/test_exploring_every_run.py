"""Exploring beside trying every run of random scenarios."""

from itertools import pairwise

from hypothesis import given, settings

from lms.domain.exploring import Report, Steps, best_from, explore
from lms.domain.scenarios import (
    PASSING_OUTCOMES,
    Position,
    Scenario,
    has_ended,
    open_choices,
    outcome,
    replay,
    start,
    take,
)
from tests.domain.graphs import a_random_scenario, every_position


def check_against_every_run(scenario: Scenario, report: Report) -> None:
    """Compare a report with what trying every run finds, one claim after another."""
    runs = list(every_position(scenario))
    over = [(s, p) for s, p in runs if has_ended(scenario, p)]
    met = {position.scene for _, position in runs}
    stuck = {
        p.scene for _, p in runs if not has_ended(scenario, p) and not open_choices(scenario, p)
    }
    with_end = {steps[:n] for steps, _ in over for n in range(len(steps) + 1)}
    assert set(report.unreachable) == set(scenario.scenes) - met
    assert set(report.traps) == stuck
    assert set(report.endless) == {p.scene for steps, p in runs if steps not in with_end}
    assert report.maximum == max((p.points for _, p in over), default=0)

    asked: dict[tuple[str, str], set[bool]] = {}
    for _, position in runs:
        if not has_ended(scenario, position):
            for choice in scenario.scenes[position.scene].choices:
                if choice.condition is not None:
                    holds = choice.condition.holds(position.values())
                    asked.setdefault((position.scene, choice.id), set()).add(holds)
    assert set(report.never_true) == {step for step, seen in asked.items() if True not in seen}
    assert set(report.never_false) == {step for step, seen in asked.items() if False not in seen}

    passing = []
    for _, position in over:
        found = outcome(scenario, position)
        if found is not None and found.passed:
            passing.append((position.points, position.meters["record"], -position.elapsed))
    best = report.best
    got = None if best is None else (best.points, best.meters["record"], -best.minutes)
    assert got == max(passing, default=None)
    lowest = min(((p.points, p.meters["record"], p.elapsed) for _, p in over), default=None)
    worst = report.worst
    got = None if worst is None else (worst.points, worst.meters["record"], worst.minutes)
    assert got == lowest

    broken = [
        p
        for _, p in over
        if p.failed
        and not p.endangered
        and scenario.scenes[p.scene].outcome in PASSING_OUTCOMES
        and (scenario.passes is None or scenario.passes.holds(p.values()))
    ]
    assert (report.passing_with_fail is not None) == bool(broken)

    passed = [s for s, p in over if (found := outcome(scenario, p)) and found.passed]
    through = {steps[:n] for steps in passed for n in range(len(steps) + 1)}
    played = {p.scene for _, p in runs if not has_ended(scenario, p)}
    assert set(report.hopeless) == played - {p.scene for steps, p in runs if steps in through}
    assert report.unlucky == (bool(passed) and not can_force(scenario, start(scenario)))
    for competence, most in report.maxima.items():
        scenes = {s.id for s in scenario.scenes.values() if competence in s.competences}
        assert most == max((points_in(scenario, steps, scenes) for steps, _ in over), default=0)


def can_force(scenario: Scenario, position: Position) -> bool:
    """Whether somebody can pass from here whatever chance does, found by trying everything."""
    ending = outcome(scenario, position)
    if ending is not None:
        return ending.passed
    ways = [
        can_force(scenario, take(scenario, position, choice.id))
        for choice in open_choices(scenario, position)
    ]
    return bool(ways) and (all if scenario.scenes[position.scene].chance else any)(ways)


def points_in(scenario: Scenario, steps: Steps, scenes: set[str]) -> int:
    positions = replay(scenario, [choice for _, choice in steps])
    pairs = pairwise(positions)
    return sum(after.points - before.points for before, after in pairs if before.scene in scenes)


@settings(max_examples=150)
@given(a_random_scenario(again=False))
def test_exploring_agrees_with_trying_every_run(scenario: Scenario) -> None:
    report = explore(scenario)
    assert not report.bounded
    check_against_every_run(scenario, report)


@given(a_random_scenario())
def test_every_path_of_a_report_can_be_played(scenario: Scenario) -> None:
    report = explore(scenario)
    for path in (report.best, report.worst, report.passing_with_fail):
        if path is not None:
            positions = replay(scenario, [choice for _, choice in path.steps])
            assert [p.scene for p in positions[:-1]] == [scene for scene, _ in path.steps]
            assert positions[-1].points == path.points <= report.maximum
    for scene, way in report.ways.items():
        assert replay(scenario, [choice for _, choice in way])[-1].scene == scene
    assert set(report.traps) <= set(report.endless) == set(report.ways)


@settings(max_examples=60)
@given(a_random_scenario(again=False))
def test_the_best_from_anywhere_is_the_best_of_all_runs_that_go_on_from_there(
    scenario: Scenario,
) -> None:
    runs = list(every_position(scenario))
    passing: dict[Steps, int] = {}
    for steps, position in runs:
        ending = outcome(scenario, position)
        if ending is not None and ending.passed:
            for n in range(len(steps) + 1):
                passing[steps[:n]] = max(passing.get(steps[:n], 0), position.points)
    for steps, position in runs[:20]:
        found = best_from(scenario, position)
        got = None if found is None else position.points + found.points
        assert got == passing.get(steps)
