"""Pages in turn, forms in turn: nobody waits for ever behind a slow one, and a page for no form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

import pytest
from flask import Flask

from lms.accounts import secrets
from lms.certification import checking
from lms.web.application import Application


@pytest.fixture
def pages(app: Flask) -> tuple[Lock, ...]:
    """The turns of pages, the first and the second, which are taken from now on."""
    assert isinstance(app, Application)
    app.take_turns()
    return tuple(turn for turn, _patience in app.pages.all)


@pytest.fixture
def forms(app: Flask) -> tuple[Lock, ...]:
    assert isinstance(app, Application)
    app.take_turns()
    return tuple(turn for turn, _patience in app.forms.all)


@contextmanager
def seeing(app: Flask, look: Callable[[], bool]) -> Iterator[list[bool]]:
    """What ``look`` says in the middle of each request."""
    seen: list[bool] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(look()))
    try:
        yield seen
    finally:
        app.before_request_funcs[None].pop()


def test_whoever_waits_behind_slow_pages_goes_on_all_the_same(
    app: Flask, pages: tuple[Lock, ...]
) -> None:
    with ExitStack() as slow:
        for turn in pages:
            slow.enter_context(turn)
        assert app.test_client().get("/healthz").status_code == 200
        assert all(turn.locked() for turn in pages)  # each still has its turn


def test_beside_a_slow_page_the_others_come_in_a_second_turn(
    app: Flask, pages: tuple[Lock, ...]
) -> None:
    first, second = pages
    with seeing(app, second.locked) as seen:
        with first:
            app.test_client().get("/healthz")
        app.test_client().get("/healthz")
    assert seen == [True, False]
    assert not first.locked()
    assert not second.locked()


def test_a_turn_is_given_back_also_when_a_page_fails(app: Flask, pages: tuple[Lock, ...]) -> None:
    assert app.test_client().get("/absent").status_code == 404
    assert not pages[0].locked()


def test_a_form_takes_no_pages_turn_since_it_waits_for_the_disk(
    app: Flask, pages: tuple[Lock, ...], forms: tuple[Lock, ...]
) -> None:
    for lock, said in ((pages[0], [False, True]), (forms[0], [True, False])):
        with seeing(app, lock.locked) as seen:
            app.test_client().post("/verify", data={"token": "x"})
            app.test_client().get("/healthz")
        assert seen == said
    with forms[0]:  # somebody's form takes long
        assert app.test_client().post("/verify", data={"token": "x"}).status_code == 200


def test_a_form_that_only_looks_has_its_turn_among_the_pages(
    app: Flask, pages: tuple[Lock, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def check(*_asked: object, **_more: object) -> checking.Answer:
        seen.append(pages[0].locked())
        return checking.UNKNOWN

    monkeypatch.setattr(checking, "check", check)
    assert app.test_client().post("/verify", data={"token": "x"}).status_code == 200
    assert seen == [True]


def test_forms_go_on_while_a_secret_is_hashed(app: Flask, forms: tuple[Lock, ...]) -> None:
    assert isinstance(app, Application)
    with app.forms.next():
        assert forms[0].locked()
        secrets.matches(None, "steppe tulip lantern")
        assert not forms[0].locked()
    assert not forms[0].locked()
