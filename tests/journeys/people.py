"""What a trainee and a trainer do, step by step, with any language and with or without script."""

from __future__ import annotations

import re

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
        """Play a scenario along its best path."""
        self.eyes.go(f"/scenarios/{scenario}")
        self.eyes.press("form[action$='/start'] button")
        for _scene, choice in path or self.books.scenarios[scenario]["best_path"]:
            self.page.check(f"input[name='choice'][value='{choice}']")
            self.eyes.press("form[action$='/choices'] button")
        assert self.eyes.path.endswith("/debrief")

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


def lessons_of(books: Library, programme: str) -> tuple[str, ...]:
    return books.programme(programme).requires.lessons
