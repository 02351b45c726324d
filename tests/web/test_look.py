"""The look: colours that can be read, files that stay small, parts that are sound."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.page import Page

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "lms" / "web" / "static"
SHEET = (STATIC / "house.css").read_text("utf-8")
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)", SHEET
    )
}
SIGNALS = ("good", "attention", "stop")
# What is read as text, on what it is read.
PAIRS = [
    *((ink, paper) for ink in ("ink", "soft", "accent", *SIGNALS) for paper in ("paper", "sheet")),
    *((ink, "tint") for ink in ("ink", "soft", "accent", *SIGNALS)),
    *((ink, f"{signal}-tint") for ink in ("ink", "soft", "accent") for signal in SIGNALS),
    *((signal, f"{signal}-tint") for signal in SIGNALS),
    *(("paper", filled) for filled in ("accent", *SIGNALS)),
    ("on-accent", "accent"),
]


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_words_can_be_read(pair: tuple[str, str], scheme: int) -> None:
    """At least 4.5 to 1, the AA contrast of WCAG 2.2 for text of any size."""
    ink, paper = (COLOURS[name][scheme] for name in pair)
    assert _contrast(ink, paper) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_edges_of_fields_can_be_seen(scheme: int) -> None:
    """At least 3 to 1, the AA contrast of WCAG 2.2 for the parts of a control."""
    assert _contrast(COLOURS["edge"][scheme], COLOURS["paper"][scheme]) >= 3


def test_old_browsers_get_the_light_colours() -> None:
    plain = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)[;\n]", SHEET.split("@supports")[0]))
    assert plain == {name: light for name, (light, _dark) in COLOURS.items()}


def test_the_sheets_fit_into_ten_kilobytes() -> None:
    assert sum(len(gzip.compress(p.read_bytes(), 9)) for p in STATIC.glob("*.css")) <= 10_000


def test_a_lesson_fetches_one_sheet_and_other_pages_two(
    signed_in_as: Callable[[str], Page],
) -> None:
    page = signed_in_as("aida")

    def sheets(address: str) -> list[str]:
        return re.findall(r'<link rel="stylesheet" href="[^"]*/([^"/]+)"', page.get(address).html)

    assert sheets("/courses/") == ["house.css", "desk.css"]
    assert sheets("/courses/basics/seeing") == ["house.css"]


def test_all_scripts_together_fit_into_twenty_kilobytes() -> None:
    """Compressed, though no page loads more than a few of them."""
    scripts = [gzip.compress(path.read_bytes(), 9) for path in STATIC.glob("*.js")]
    assert sum(len(script) for script in scripts) <= 20_000


def test_nothing_is_loaded_from_elsewhere() -> None:
    for sheet in STATIC.glob("*.css"):
        text = sheet.read_text("utf-8")
        assert "url(" not in text
        assert "@import" not in text


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_part_is_sound_in_each_language(page: Page, language: str) -> None:
    page.get(f"/styleguide/{language}")
    assert page.sheet.lang == language
