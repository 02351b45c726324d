"""The count: precincts that add up, irregularities that show, nights that are the same for ever."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.counts.chance import Chance
from lms.domain.counts.country import PHASES
from lms.domain.counts.figures import broken, examine
from lms.domain.counts.kinds import KINDS
from lms.domain.counts.night import Night, live
from lms.domain.counts.planting import build
from lms.domain.counts.precinct import possible
from lms.domain.counts.telling import as_document
from tests.domain.count_checker import faults
from tests.domain.count_nights import HEADS, fingerprint
from tests.domain.count_players import a_country, a_head

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
SEEDS = 10_000 if DEEP else 400
FIRST = int(os.environ.get("LMS_SEED", "0"))
KNOWN = Path(__file__).parent / "count_known_nights.json"


def judge(night: Night) -> None:
    """The second opinion agrees about every planted irregularity of arithmetic, and no other."""
    document = json.loads(json.dumps(as_document(night)))
    found = faults(document)
    planted = {p["kind"]: p for p in document["planted"] if p["check"]}
    for kind, one in planted.items():
        assert one["check"] in found, (night.seed, kind, found)
    if not planted:
        assert found == {}, night.seed
    assert found == broken(night.precinct.figures), night.seed


@pytest.mark.parametrize("which", range(len(HEADS)))
def test_a_second_opinion_finds_what_was_planted_and_nothing_in_clean_precincts(which: int) -> None:
    head, country = HEADS[which]
    clean = 0
    for seed in range(FIRST, FIRST + SEEDS // (1 + which)):
        night = live(head, country, seed)
        clean += not any(KINDS[kind].check for kind in night.kinds)
        judge(night)
    assert clean > SEEDS // 40


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].check])
def test_each_irregularity_of_arithmetic_breaks_the_control_that_betrays_it(kind: str) -> None:
    for seed in range(30):
        night = live(a_head(pool=(kind,), draw=(1, 1)), a_country(), seed)
        assert night.kinds == (kind,)
        assert KINDS[kind].check in broken(night.precinct.figures)


@given(st.integers(0, 2**31 - 1))
def test_an_honest_precinct_keeps_every_equality(seed: int) -> None:
    found = examine(build(a_head(draw=(0, 0)), a_country(), seed).figures)
    assert set(found.values()) == {0}


@given(st.integers(0, 2**31 - 1))
def test_no_figure_is_ever_below_zero(seed: int) -> None:
    figures = build(a_head(draw=(4, 4)), a_country(), seed).figures
    for sheet in (figures.written, figures.said, figures.words, figures.copy):
        assert all(value is None or value >= 0 for value in sheet.lines().values())


def test_the_library_covers_every_violation_of_the_statement_and_the_later_ones() -> None:
    codes = {code for kind in KINDS.values() for code in kind.codes}
    assert codes == {f"V{number:02}" for number in range(1, 22)}
    assert len(KINDS) >= 20


def test_every_kind_can_be_drawn_in_a_full_night_and_shows_somewhere() -> None:
    assert set(possible(a_country(), tuple(PHASES))) == set(KINDS)
    for kind in KINDS:
        night = live(a_head(pool=(kind,), draw=(1, 1)), a_country(), 5)
        assert night.shown(kind), kind


def test_a_night_has_at_most_what_is_drawn_and_sometimes_nothing() -> None:
    many = [len(live(a_head(), a_country(), seed).kinds) for seed in range(200)]
    assert set(many) == {0, 1, 2, 3, 4}


def test_an_order_that_is_the_countrys_own_is_no_irregularity() -> None:
    country = a_country()
    steps = list(country.steps)
    names = [step.id for step in steps]
    one, other = names.index("portable-opened"), names.index("stationary-opened")
    steps[one], steps[other] = steps[other], steps[one]
    assert "order-broken" not in possible(a_country(steps=tuple(steps)), tuple(PHASES))


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("A", {}),
        ("B", {"E5": 1, "N1": 302, "N2": 29, "N3": 273, "W1": None}),
        ("C", {"W1": 551}),
    ],
)
def test_the_worked_protocols_break_what_the_procedures_say(
    letter: str, expected: dict[str, int | None]
) -> None:
    night = live(a_head(worked=(letter,), phases=("protocol",)), a_country(), 3)
    wanted = {check: amount for check, amount in expected.items() if amount}
    assert broken(night.precinct.figures) == wanted
    assert faults(as_document(night)) == wanted


def test_chance_is_even_and_follows_from_its_names() -> None:
    drawn = [Chance("die", 1).apart(turn).below(6) for turn in range(6000)]
    assert all(880 < drawn.count(face) < 1120 for face in range(6))
    assert Chance("a", 1).below(10**9) == Chance("a", 1).below(10**9)
    assert Chance("a", 1).below(10**9) != Chance("a", 2).below(10**9)
    with pytest.raises(ValueError, match="nothing"):
        Chance().below(0)


def test_a_seed_gives_the_night_that_it_gave_before() -> None:
    """Printed papers lie in drawers: a night must not change under the trainer who kept its key."""
    assert fingerprint(range(20)) == json.loads(KNOWN.read_text())["nights"]


def pythons() -> list[str]:
    """Every Python on this machine that the project may run on."""
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    found = [shutil.which(f"python3.{minor}") for minor in range(11, 20)]
    managed = Path.home() / ".pyenv/versions"
    found += [str(p) for p in sorted(managed.glob("3.*/bin/python"))]
    return [
        python
        for python in dict.fromkeys(found)
        if python
        and subprocess.run([python, "-c", new_enough], capture_output=True).returncode == 0
    ]


def test_other_versions_of_python_make_the_same_nights() -> None:
    """The domain alone, without the packages of the application, which they need not have."""
    root = Path(__file__).parents[2]
    code = (
        "import sys, types\n"
        f"sys.path.insert(0, {str(root)!r})\n"
        "lms = types.ModuleType('lms')\n"
        f"lms.__path__ = [{str(root / 'lms')!r}]\n"
        "sys.modules['lms'] = lms\n"
        "from tests.domain.count_nights import fingerprint\n"
        "print(fingerprint(range(20)))\n"
    )
    for python in [sys.executable, *pythons()]:
        out = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        assert out.stdout.strip() == fingerprint(range(20)), python
