import time
from typing import Any

from lms.domain.exploring import Report, explore
from tests.domain.builders import a_chance, a_choice, a_scenario, a_scene, an_end


def test_a_sound_scenario_has_no_findings() -> None:
    report = explore(
        a_scenario(
            a_scene(
                "door",
                a_choice("street", "weak", minutes=1),
                a_choice("end", "best", minutes=4, effects={"record": 1}),
                a_choice("police", "fail"),
            ),
            a_scene("police", a_choice("end")),
            an_end("street", "removed-undocumented"),
            an_end(),
        )
    )
    assert (report.unreachable, report.traps, report.endless) == ((), (), ())
    assert (report.never_true, report.never_false, report.passing_with_fail) == ((), (), None)
    assert not report.bounded
    assert report.maximum == 2
    assert report.best is not None and report.worst is not None
    assert report.best.steps == (("door", "end"),)
    assert (report.best.points, report.best.minutes, report.best.passed) == (2, 4, True)
    assert report.best.meters == {"safety": 3, "record": 1}
    assert report.worst.points == 0
    assert not report.worst.passed


def test_a_scene_that_no_choice_leads_to_is_unreachable() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("end")),
            a_scene("attic", a_choice("end", condition="safety >= 1")),
            an_end(),
        )
    )
    assert report.unreachable == ("attic",)
    # Its condition is idle because the scene is; one finding is enough.
    assert (report.never_true, report.never_false) == ((), ())


def test_a_scene_behind_a_condition_that_never_holds_is_unreachable_too() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("end"), a_choice("attic", condition="record >= 1")),
            an_end("attic"),
            an_end(),
        )
    )
    assert report.unreachable == ("attic",)
    assert report.never_true == (("door", "attic"),)


def test_a_condition_that_always_holds_is_idle() -> None:
    report = explore(
        a_scenario(a_scene("door", a_choice("end", condition="safety >= 1")), an_end())
    )
    assert report.never_false == (("door", "end"),)
    assert report.never_true == ()


def test_a_scene_where_every_choice_may_be_closed_is_a_trap_and_the_way_there_is_shown() -> None:
    report = explore(
        a_scenario(
            a_scene(
                "door",
                a_choice("hall", id="run", effects={"safety": -3}),
                a_choice("hall", id="walk"),
            ),
            a_scene("hall", a_choice("end", condition="safety >= 1")),
            an_end(),
        )
    )
    assert report.traps == ("hall",)
    assert report.ways["hall"] == (("door", "run"),)


def test_scenes_that_only_lead_to_each_other_are_endless() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("end"), a_choice("hall")),
            a_scene("hall", a_choice("yard", again=True)),
            a_scene("yard", a_choice("hall", again=True)),
            an_end(),
        )
    )
    assert report.endless == ("hall", "yard")
    assert report.traps == ()
    assert report.ways["yard"] == (("door", "hall"), ("hall", "yard"))


def test_a_scene_that_only_a_fail_leads_to_needs_no_way_out() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("end"), a_choice("cell", "fail")), a_scene("cell"), an_end()
        )
    )
    assert (report.unreachable, report.traps, report.endless) == ((), (), ())
    assert report.worst is not None
    assert (report.worst.outcome, report.worst.steps) == ("breach", (("door", "cell"),))


def test_a_fail_that_leads_to_a_passing_end_is_a_contradiction() -> None:
    report = explore(
        a_scenario(a_scene("door", a_choice("end", "fail"), a_choice("end", id="x")), an_end())
    )
    assert report.passing_with_fail is not None
    assert report.passing_with_fail.steps == (("door", "end"),)


def test_ties_are_broken_by_the_record_and_then_by_the_minutes() -> None:
    def best(*choices: dict[str, Any]) -> str:
        report = explore(a_scenario(a_scene("door", *choices), an_end()))
        assert report.best is not None
        return report.best.steps[0][1]

    slow = a_choice("end", "best", id="slow", minutes=9, effects={"record": 2})
    quick = a_choice("end", "best", id="quick", minutes=1, effects={"record": 1})
    quicker = a_choice("end", "best", id="quicker", effects={"record": 1})
    rich = a_choice("end", "ok", id="rich", effects={"record": 5})
    assert best(rich, quick, slow) == "slow"
    assert best(quick, quicker) == "quicker"


def test_no_passing_run_means_no_best_path() -> None:
    report = explore(a_scenario(passes="record >= 5"))
    assert report.best is None
    assert report.maximum == 2


def test_repeating_a_choice_does_not_raise_the_maximum() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("door", "best", id="note", again=True), a_choice("end", "ok")),
            an_end(),
        )
    )
    assert report.maximum == 3
    assert report.best is not None
    assert report.best.steps == (("door", "note"), ("door", "end"))


def test_an_exploration_that_is_cut_short_says_so_and_accuses_nobody() -> None:
    scenes = [a_scene(f"s{n}", a_choice(f"s{n + 1}", "ok")) for n in range(20)]
    scenario = a_scenario(*scenes, an_end("s20"))
    report = explore(scenario, max_states=5)
    assert report.bounded
    assert report.states == 5
    assert (report.traps, report.endless) == ((), ())
    assert report.best is None
    assert not explore(scenario).bounded


def test_time_that_runs_on_for_ever_makes_no_endless_search() -> None:
    wait = a_choice("door", "weak", id="wait", minutes=5, again=True)
    report = explore(
        a_scenario(a_scene("door", wait, a_choice("end", condition="elapsed >= 30")), an_end())
    )
    assert not report.bounded
    assert report.states < 20
    assert report.best is not None
    assert report.best.minutes == 30


def test_fifteen_scenes_with_five_choices_take_less_than_a_second() -> None:
    meters = ["safety", "record", "tone", "witnesses"]
    grades = ["best", "ok", "weak", "weak", "fail"]
    scenes = [
        a_scene(
            f"s{n}",
            *[
                a_choice(
                    # Every third scene has a choice that stays, as an author would ask twice.
                    f"s{n}" if c == 2 and n % 3 == 0 else f"s{min(n + 1 + c % 3, 14)}",
                    grades[c],
                    id=f"c{c}",
                    minutes=c + 1,
                    effects={meters[(n + c) % 4]: 1, meters[(n + 2 * c) % 4]: -1 if c % 2 else 1},
                    sets={"in_room": False} if (n, c) == (5, 3) else {},
                    condition=[None, None, None, "witnesses >= 1", "tone >= 2"][c],
                )
                for c in range(5)
            ],
        )
        for n in range(14)
    ]
    scenario = a_scenario(
        *scenes,
        an_end("s14"),
        meters={"safety": 3, "record": 0, "tone": 2, "witnesses": 0},
        limits={"safety": [0, 3], "record": [0, 5], "tone": [0, 3], "witnesses": [0, 2]},
        passes="safety >= 1 and record >= 3 and in_room",
    )
    began = time.process_time()
    report = explore(scenario)
    assert time.process_time() - began < 1
    assert report.states > 1000
    assert not report.bounded
    assert report.best is not None


def test_bad_luck_alone_that_can_spoil_a_run_is_found() -> None:
    def luck(*happenings: dict[str, Any]) -> Report:
        return explore(
            a_scenario(
                a_scene("door", a_choice("coin", "best", rules=["r"])),
                a_chance("coin", *happenings),
                a_scene("hall", a_choice("end"), a_choice("street")),
                an_end("street", "removed-undocumented"),
                an_end(),
            )
        )

    fair = luck(a_choice("hall", "weak"), a_choice("end", "weak", minutes=3))
    assert (fair.unlucky, fair.traps, fair.unreachable) == (False, (), ())
    assert luck(a_choice("hall", "weak"), a_choice("street", "weak")).unlucky


def test_a_sub_story_returns_to_wherever_it_was_entered_from() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("call", back="hall"), a_choice("hall", "weak", id="on")),
            a_scene("hall", a_choice("call", back="yard"), a_choice("yard", "weak", id="on")),
            a_scene("yard", a_choice("end")),
            a_scene("call", a_choice("back", "best", rules=["r"], again=True)),
            an_end(),
        )
    )
    assert (report.astray, report.traps, report.hopeless) == ((), (), ())
    assert report.best is not None
    assert [scene for scene, _ in report.best.steps] == ["door", "call", "hall", "call", "yard"]
    # The same choice again earns nothing: ok, best, ok, (best), ok.
    assert report.maximum == 1 + 2 + 1 + 1


def test_a_way_back_without_a_sub_story_is_astray_and_one_too_many_is_too_deep() -> None:
    report = explore(
        a_scenario(
            a_scene(
                "door",
                a_choice("call"),
                a_choice("end", id="out"),
                a_choice("call", id="in", back="door"),
            ),
            a_scene(
                "call",
                a_choice("back", again=True),
                a_choice("call", back="call", id="deeper", again=True),
                a_choice("end"),
            ),
            an_end(),
        )
    )
    assert report.astray == (("call", "back"),)
    assert report.too_deep == (("call", "deeper"),)


def test_a_scene_after_which_nobody_passes_is_hopeless() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("end"), a_choice("yard")),
            a_scene("yard", a_choice("street")),
            an_end("street", "removed-undocumented"),
            an_end(),
        )
    )
    assert report.hopeless == ("yard",)


def test_safety_that_sank_once_never_passes_though_it_rises_again() -> None:
    report = explore(
        a_scenario(
            a_scene("door", a_choice("hall", effects={"safety": -3}), a_choice("end", id="walk")),
            a_scene("hall", a_choice("end", "best", rules=["r"], effects={"safety": 3})),
            an_end(),
        )
    )
    assert report.hopeless == ("hall",)
    assert report.best is not None
    assert report.best.steps == (("door", "walk"),)
