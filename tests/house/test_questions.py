"""Every type of question is complete: how it is written, typed, shown, its points, documented."""

from __future__ import annotations

import re

import pytest
from flask import Flask, get_template_attribute

from lms.content.banks import TYPES
from lms.domain.questions import KINDS
from tests.domain.builders import KEYS
from tests.house.tree import ROOT


def test_every_type_can_be_written_and_has_a_valid_example() -> None:
    assert set(TYPES) == set(KINDS) == set(KEYS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_has_its_row_in_the_guide_for_authors(kind: str) -> None:
    guide = (ROOT / "docs/authoring.md").read_text("utf-8")
    row = re.search(rf"^\| `{kind}` \|(.+)\|(.+)\|$", guide, re.M)
    assert row, f"docs/authoring.md says nothing about {kind}"
    assert row.group(1).strip()
    assert row.group(2).strip()


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_says_its_points_to_the_reader(app: Flask, kind: str) -> None:
    with app.test_request_context():
        credit = get_template_attribute("_macros/questions.html", "credit")
        said = str(credit(kind))
    partial = kind not in ("single", "truefalse", "number", "text")
    assert said.startswith("Points:")
    assert (said == "Points: all or none.") != partial
