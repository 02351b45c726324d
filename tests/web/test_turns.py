"""Pages in turn, forms in turn: nobody waits for ever behind a slow one, and a page for no form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from time import sleep

import pytest
from flask import Flask

from lms.accounts import secrets
from lms.certification import checking
from lms.web.application import Application
from lms.web.turns import Crowd, Line


@pytest.fixture
def pages(app: Flask) -> tuple[Crowd | Line, ...]:
    """The turns of pages, the first and the second, which are taken from now on."""
    assert isinstance(app, Application)
    app.take_turns()
    return app.pages.lines


@pytest.fixture
def forms(app: Flask) -> tuple[Crowd | Line, ...]:
    assert isinstance(app, Application)
    app.take_turns()
    return app.forms.lines


@contextmanager
def seeing(app: Flask, look: Callable[[], bool]) -> Iterator[list[bool]]:
    """What ``look`` says in the middle of each request."""
    seen: list[bool] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(look()))
    try:
        yield seen
    finally:
        app.before_request_funcs[None].pop()


@contextmanager
def being_served(line: Crowd | Line) -> Iterator[None]:
    """Somebody's work that takes long."""
    assert line.join()
    yield
    line.leave()


def test_who_comes_first_is_served_first() -> None:
    line, served = Line(patience=60), []

    def come(number: int) -> None:
        assert line.join()
        served.append(number)
        line.leave()

    with being_served(line):
        threads = []
        for number in range(20):
            threads.append(Thread(target=come, args=[number]))
            threads[-1].start()
            while len(line._waiting) <= number:
                sleep(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(20))
    assert not line.locked()


def test_who_waited_in_vain_leaves_the_line_and_is_not_called() -> None:
    line = Line(patience=0.01)
    with being_served(line):
        assert not line.join()
        assert not line._waiting
    assert line.join()


def test_a_line_serves_one_at_a_time_whoever_gives_up_waiting() -> None:
    line, inside, most, came = Line(patience=0.002), 0, 0, []

    def come() -> None:
        nonlocal inside, most
        for _ in range(50):
            if line.join():
                inside += 1
                most = max(most, inside)
                sleep(0.0005)
                inside -= 1
                line.leave()
                came.append(True)
            else:
                came.append(False)

    threads = [Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert set(came) == {True, False}
    assert not line.locked()


def test_whoever_waits_behind_slow_pages_goes_on_all_the_same(
    app: Flask, pages: tuple[Crowd | Line, ...]
) -> None:
    with ExitStack() as slow:
        for line in pages:
            slow.enter_context(being_served(line))
        assert app.test_client().get("/healthz").status_code == 200
        assert all(line.locked() for line in pages)  # each still has its turn


def test_beside_a_slow_page_the_others_come_in_a_second_turn(
    app: Flask, pages: tuple[Crowd | Line, ...]
) -> None:
    first, second = pages
    with seeing(app, second.locked) as seen:
        with being_served(first):
            app.test_client().get("/healthz")
        app.test_client().get("/healthz")
    assert seen == [True, False]
    assert not first.locked()
    assert not second.locked()


def test_a_turn_is_given_back_also_when_a_page_fails(
    app: Flask, pages: tuple[Crowd | Line, ...]
) -> None:
    assert app.test_client().get("/absent").status_code == 404
    assert not pages[0].locked()


def test_a_form_takes_no_pages_turn_since_it_waits_for_the_disk(
    app: Flask, pages: tuple[Crowd | Line, ...], forms: tuple[Crowd | Line, ...]
) -> None:
    for lock, said in ((pages[0], [False, True]), (forms[0], [True, False])):
        with seeing(app, lock.locked) as seen:
            app.test_client().post("/verify", data={"token": "x"})
            app.test_client().get("/healthz")
        assert seen == said
    with being_served(forms[0]):  # somebody's form takes long
        assert app.test_client().post("/verify", data={"token": "x"}).status_code == 200


def test_a_form_that_only_looks_has_its_turn_among_the_pages(
    app: Flask, pages: tuple[Crowd | Line, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def check(*_asked: object, **_more: object) -> checking.Answer:
        seen.append(pages[0].locked())
        return checking.UNKNOWN

    monkeypatch.setattr(checking, "check", check)
    assert app.test_client().post("/verify", data={"token": "x"}).status_code == 200
    assert seen == [True]


def test_forms_go_on_while_a_secret_is_hashed(app: Flask, forms: tuple[Crowd | Line, ...]) -> None:
    assert isinstance(app, Application)
    with app.forms.next():
        assert forms[0].locked()
        secrets.matches(None, "steppe tulip lantern")
        assert not forms[0].locked()
    assert not forms[0].locked()
