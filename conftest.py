"""Before any test: Hypothesis learns its two profiles, and one option chooses by database.

It lies in the project's folder so that a bare ``pytest`` finds ``lms`` and ``tests`` as well.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# Properties are about truth, not speed: a busy machine is no reason for one to fail.
settings.register_profile("usual", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "deep", parent=settings.get_profile("usual"), max_examples=2000, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "usual")
DEEPER = 20  # times the examples of a test that names a number of its own

# Whoever asks for one of these fixtures opens the application's database.
OPENS_DATABASE = {"app", "_published"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that open the application's database (see LMS_TEST_DATABASE_URL)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    deep = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
    for item in items:
        # Marked by what it asks for, so that none runs where there is no browser.
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    if deep:
        for item in items:
            _deepen(getattr(item, "obj", None))
    else:
        _leave_out(config, items, [i for i in items if i.get_closest_marker("deep")])
    if config.getoption("--database-only"):
        chosen = [
            item
            for item in items
            if _opens_database(item) and (deep or not item.get_closest_marker("any_database"))
        ]
        _leave_out(config, items, [item for item in items if item not in set(chosen)])


def _leave_out(config: pytest.Config, items: list[pytest.Item], out: list[pytest.Item]) -> None:
    if out:
        config.hook.pytest_deselected(items=out)
        left_out = set(out)
        items[:] = [item for item in items if item not in left_out]


def _opens_database(item: pytest.Item) -> bool:
    names = OPENS_DATABASE.intersection(getattr(item, "fixturenames", ()))
    return bool(names) or item.get_closest_marker("postgres") is not None


def _deepen(test: object) -> None:
    """Raise the number of examples that a test's own ``@settings`` names; once per function."""
    own = getattr(test, "_hypothesis_internal_use_settings", None)
    function = getattr(test, "__func__", test)
    if own is None or getattr(function, "_deepened", False):
        return
    usual = settings.get_profile("deep").max_examples
    if own.max_examples != usual:
        function._hypothesis_internal_use_settings = settings(  # type: ignore[attr-defined]
            own, max_examples=own.max_examples * DEEPER
        )
    function._deepened = True  # type: ignore[attr-defined]
