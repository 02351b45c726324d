"""Somebody whom the operator invited to read translations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lms.domain.permissions import Role
from tests.page import Page
from tests.world import World

SignedIn = Callable[[str], Page]


@pytest.fixture
def reviewer(world: World, signed_in_as: SignedIn) -> Page:
    world.add_person("rana", Role.REVIEWER)
    return signed_in_as("rana")
