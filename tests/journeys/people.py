"""What a trainee and a trainer do, step by step, with any language and with or without script."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from lms.content.library import Library
from lms.domain.questions import Answer
from lms.domain.rules import critical_rules
from lms.learning.pages import typed_again
from tests.journeys.looking import Eyes
from tests.journeys.site import Site


class Trainee:
    def __init__(self, eyes: Eyes, site: Site) -> None:
        self.eyes, self.page, self.books = eyes, eyes.page, site.books

    def join(self, code: str, login: str, language: str) -> str:
        """Join by a code and be given a passphrase, which is returned."""
        self.eyes.context.clear_cookies()
        self.page.goto(f"{self.eyes.address}/join")
        self.page.locator(f"button[formaction='/languages/{language}']").click()
        self.eyes.look()
        self.page.fill("#f-code", code)
        self.eyes.press("main form button")
        self.page.fill("#f-login", login)
        self.eyes.press("main form button")
        return self.page.locator("#passphrase").inner_text()

    def sign_in(self, login: str, secret: str) -> None:
        sign_in(self.eyes, login, secret)

    def read(self, lesson: str) -> None:
        self.eyes.go(f"/courses/{lesson}")
        self.eyes.press("form[action$='/finish'] button")

    def read_plainly(self, lesson: str) -> None:
        """The same by the page's own form, without drawing the page."""
        send, address = self.eyes.context.request, f"{self.eyes.address}/courses/{lesson}"
        shown = send.get(address)
        form = (
            shown.text().partition(f'action="/courses/{lesson}/finish"')[2].partition("</form>")[0]
        )
        fields = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', form))
        assert "csrf_token" in fields, (shown.status, lesson)
        done = send.post(f"{address}/finish", form=fields)
        assert done.status == 200, lesson

    def answer_check(self, lesson: str) -> None:
        """Answer the first question inside a lesson, wrongly and then rightly."""
        question_id = self.books.lessons[lesson]["questions"][0]
        question = self.books.questions[question_id]
        self.eyes.go(f"/courses/{lesson}")
        form = f"form[action$='/checks/{question_id}']"
        self.page.locator(f"{form} button").click()
        assert self.page.locator(f"{form} .error").count() >= 1, "an empty answer needs a sentence"
        self.fill(question.kind, question.right_answer, form)
        self.eyes.press(f"{form} button")
        assert self.page.locator(f"{form} .notice.good").count() == 1

    def sit(self, quiz: str, *, missing_critical: bool = False) -> None:
        """Sit a quiz to its end: everything right, or all but one critical rule."""
        self.eyes.go(f"/quizzes/{quiz}")
        self.eyes.press("form[action$='/start'] button")
        each = self.books.quizzes[quiz]["feedback"] == "each"
        missed = False
        for _ in range(60):
            found = re.fullmatch(r"/attempts/[^/]+/([^/]+)", self.eyes.path)
            if found is None or found[1] in ("finish", "result"):
                break
            question = self.books.questions[found[1]]
            skip = missing_critical and not missed and self._is_critical(question.rules)
            if skip:
                missed = True
                self.eyes.press("main form button")  # a blank answer: saved as nothing, go on
                continue
            self.fill(question.kind, question.right_answer)
            self.eyes.press("main form button")
            if each:
                assert self.page.locator(".notice.good").count() == 1, question.id
                self.eyes.press("p > a.button")
        assert self.eyes.path.endswith("/finish"), self.eyes.path
        self.eyes.press("form[action$='/finish'] button")
        assert self.eyes.path.endswith("/result")
        assert missed == missing_critical

    def _is_critical(self, rules: tuple[str, ...]) -> bool:
        return bool(critical_rules(self.books.rules.values(), None) & set(rules))

    def fill(self, kind: str, answer: Answer, form: str = "main") -> None:
        for name, values in typed_again(kind, answer).items():
            for value in values:
                if kind in ("single", "truefalse", "multiple"):
                    self.page.check(f"{form} input[name='{name}'][value='{value}']")
                elif kind in ("order", "match"):
                    self.page.select_option(f"{form} select[name='{name}']", value)
                else:
                    self.page.fill(f"{form} input[name='{name}']", value)

    def play(self, scenario: str, path: list[list[str]] | None = None) -> None:
        """Play a scenario along a path, the best one unless another is given, without the clock.

        Where chance leads elsewhere the best choice that is offered is made.
        """
        self.eyes.go(f"/scenarios/{scenario}")
        if self.page.locator("#f-pace-calm").count():
            self.page.check("#f-pace-calm")
        self.eyes.press("form[action$='/start'] button")
        wanted = {(scene, choice) for scene, choice in path or self._best(scenario)}
        for _ in range(60):
            if self.eyes.path.endswith("/debrief"):
                return
            if self.page.locator("form[action$='/papers']").count():
                self.page.fill("#f-text", "Precinct 17, 18:31. I saw it myself.")
                self.eyes.press("form[action$='/papers'] button")
                continue
            choice = self._decide(scenario, wanted)
            self.page.check(f"input[name='choice'][value='{choice}']")
            self.eyes.press("form[action$='/choices'] button")
        raise AssertionError(f"{scenario} does not end")

    def _best(self, scenario: str) -> list[list[str]]:
        found: list[list[str]] = self.books.scenarios[scenario]["best_path"]
        return found

    def _decide(self, scenario: str, wanted: set[tuple[str, str]]) -> str:
        options = self.page.locator("input[name='choice']").all()
        offered = [str(option.get_attribute("value")) for option in options]
        here = next(
            scene
            for scene in self.books.scenarios[scenario]["scenes"]
            if set(offered) <= {choice["id"] for choice in scene["choices"]}
            and self.page.locator("h1").inner_text()
            in [t["title"] for t in scene["texts"].values()]
        )
        grades = {choice["id"]: choice["grade"] for choice in here["choices"]}
        order = ("best", "ok", "weak", "fail")
        return min(offered, key=lambda c: ((here["id"], c) not in wanted, order.index(grades[c])))

    def sign_pledge(self) -> None:
        self.eyes.go("/my/pledge")
        self.eyes.press("form[action$='/my/pledge'] button")


def sign_in(eyes: Eyes, login: str, secret: str) -> None:
    eyes.context.clear_cookies()
    eyes.page.goto(f"{eyes.address}/sign-in")
    eyes.page.fill("#f-login", login)
    eyes.page.fill("#f-secret", secret)
    eyes.page.locator("main form button").click()
    eyes.page.wait_for_load_state()
    assert "/sign-in" not in eyes.path, eyes.text()


def enter(eyes: Eyes, login: str, secret: str) -> None:
    """Sign in without looking at the way in, in the language of these eyes."""
    asked, address = eyes.context.request, eyes.address
    found = re.search(r'name="csrf_token" value="([^"]+)"', asked.get(f"{address}/sign-in").text())
    assert found
    sent = {"csrf_token": found[1], "login": login, "secret": secret}
    answer = asked.post(f"{address}/sign-in", form=sent)
    assert answer.ok and "/sign-in" not in answer.url, answer.url
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text())
    assert found
    sent = {"csrf_token": found[1], "next": "/account"}
    assert asked.post(f"{address}/languages/{eyes.language}", form=sent).ok


def pass_drills(site: Site, login: str) -> None:
    """Let somebody have passed the drawn runs and the nights of the programme: as the one of the
    demo who has done everything did. Going through them is a journey of its own."""
    with closing(sqlite3.connect(site.folder / "lms.sqlite")) as database, database:
        for table in ("gates", "count_runs"):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            copied = ", ".join(name for name in columns if name not in ("id", "account_id"))
            person = "(SELECT id FROM accounts WHERE login = ?)"
            done = database.execute(
                f"INSERT INTO {table} (id, account_id, {copied}) "  # noqa: S608 - names of columns
                f"SELECT lower(hex(randomblob(16))), {person}, {copied} FROM {table} "
                f"WHERE account_id = {person}",
                (login, "ready"),
            )
            assert done.rowcount >= 1


def lessons_of(books: Library, programme: str) -> tuple[str, ...]:
    return books.programme(programme).requires.lessons
