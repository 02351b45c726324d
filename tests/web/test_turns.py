"""Pages in turn: one at a time in a process, and nobody waits for ever behind a slow one."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.certification import checking


def test_whoever_waits_behind_a_slow_page_goes_on_all_the_same(app: Flask) -> None:
    app.takes_turns = True  # type: ignore[attr-defined]  # an attribute of our own Flask
    first, second = app._turns  # type: ignore[attr-defined]
    with first:  # somebody's page takes long
        assert app.test_client().get("/healthz").status_code == 200
        assert not second.locked()  # taken for the other page, and given back
        with second:
            assert app.test_client().get("/healthz").status_code == 200
        assert first.locked()  # and still has its turn


def test_beside_a_slow_page_the_others_come_in_a_second_turn(app: Flask) -> None:
    app.takes_turns = True  # type: ignore[attr-defined]
    first, second = app._turns  # type: ignore[attr-defined]
    seen: list[bool] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(second.locked()))
    try:
        with first:
            app.test_client().get("/healthz")
        app.test_client().get("/healthz")
    finally:
        app.before_request_funcs[None].pop()
    assert seen == [True, False]


def test_a_turn_is_given_back_also_when_a_page_fails(app: Flask) -> None:
    app.takes_turns = True  # type: ignore[attr-defined]
    assert app.test_client().get("/absent").status_code == 404
    assert not app._turns[0].locked()  # type: ignore[attr-defined]


def test_a_form_takes_no_turn_since_it_waits_for_the_disk(app: Flask) -> None:
    app.takes_turns = True  # type: ignore[attr-defined]
    seen: list[bool] = []
    app.before_request_funcs.setdefault(None, []).append(
        lambda: seen.append(app._turns[0].locked())  # type: ignore[attr-defined]
    )
    try:
        app.test_client().post("/verify", data={"token": "x"})
        app.test_client().get("/healthz")
    finally:
        app.before_request_funcs[None].pop()
    assert seen == [False, True]


def test_a_form_that_only_looks_has_its_turn(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.takes_turns = True  # type: ignore[attr-defined]
    seen: list[bool] = []

    def check(*_asked: object, **_more: object) -> checking.Answer:
        seen.append(app._turns[0].locked())  # type: ignore[attr-defined]
        return checking.UNKNOWN

    monkeypatch.setattr(checking, "check", check)
    assert app.test_client().post("/verify", data={"token": "x"}).status_code == 200
    assert seen == [True]
