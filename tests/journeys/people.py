"""What a trainee and a trainer do, step by step, with any language and with or without script."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from html import unescape

from lms.content.library import Library
from lms.domain.questions import Answer, Question
from lms.domain.rules import critical_rules
from lms.learning.pages import typed_again
from tests.journeys.looking import Eyes
from tests.journeys.plain import Plain
from tests.journeys.site import Site


class Trainee:
    def __init__(self, eyes: Eyes, site: Site) -> None:
        self.eyes, self.page, self.books = eyes, eyes.page, site.books
        self.plain = Plain(eyes.context, eyes.address)
        self._by_hand: set[tuple[str, bool]] = set()

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
        self.plain.get(f"/courses/{lesson}").submit("/finish", {})

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
        """Sit a quiz to its end: everything right, or all but one critical rule.

        By hand the first question of each type, and the one that is missed.
        """
        self.eyes.go(f"/quizzes/{quiz}")
        self.eyes.press("form[action$='/start'] button")
        each = self.books.quizzes[quiz]["feedback"] == "each"
        place, missed = self.eyes.path, False
        while (question := self._asked_at(place)) is not None:
            skip = missing_critical and not missed and self._is_critical(question.rules)
            if skip or (question.kind, each) not in self._by_hand:
                self._stand_at(place)
                place = self._answer_by_hand(question, each, blank=skip)
                missed |= skip
            else:
                place = self._answer_plainly(place, question, each)
        self._stand_at(place)
        assert self.eyes.path.endswith("/finish"), self.eyes.path
        self.eyes.press("form[action$='/finish'] button")
        assert self.eyes.path.endswith("/result")
        assert missed == missing_critical

    def _asked_at(self, place: str) -> Question | None:
        found = re.fullmatch(r"/attempts/[^/]+/([^/]+)", place)
        return self.books.questions.get(found[1]) if found else None

    def _stand_at(self, place: str) -> None:
        if self.eyes.path != place:
            self.eyes.go(place)

    def _answer_by_hand(self, question: Question, each: bool, *, blank: bool) -> str:
        """Give the right answer, or none; and the place to which that leads."""
        if blank:
            self.eyes.press("main form button")  # saved as nothing, go on
            return self.eyes.path
        self._by_hand.add((question.kind, each))
        self.fill(question.kind, question.right_answer)
        self.eyes.press("main form button")
        if each:
            assert self.page.locator(".notice.good").count() == 1, question.id
            self.eyes.press("p > a.button")
        return self.eyes.path

    def _answer_plainly(self, place: str, question: Question, each: bool) -> str:
        answer = typed_again(question.kind, question.right_answer)
        told = self.plain.get(place).submit(place, answer)
        if not each:
            return told.path
        assert "notice good" in told.html, question.id
        onward = re.search(r'<p><a [^>]*href="(/attempts/[^"]+)"', told.html)
        assert onward, (place, told.path)
        return onward[1]

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

    def play_plainly(self, scenario: str) -> None:
        """The same along the best path by the pages' own forms, without drawing the scenes; the
        debrief is looked at."""
        plain = self.plain.get(f"/scenarios/{scenario}").submit("/start", {"pace": "calm"})
        wanted = {(scene, choice) for scene, choice in self._best(scenario)}
        for _ in range(60):
            if plain.path.endswith("/debrief"):
                self.eyes.go(plain.path)
                return
            if any(str(form["action"]).endswith("/papers") for form in plain.sheet.forms):
                plain.submit("/papers", {"text": "Precinct 17, 18:31. I saw it myself."})
                continue
            offered = re.findall(r'<input type="radio" name="choice" value="([^"]+)"', plain.html)
            heading = re.search(r"<h1[^>]*>(.*?)</h1>", plain.html, re.S)
            assert heading, plain.path
            title = unescape(re.sub(r"<[^>]+>", "", heading[1])).strip()
            plain.submit("/choices", {"choice": self._best_of(scenario, title, offered, wanted)})
        raise AssertionError(f"{scenario} does not end")

    def _decide(self, scenario: str, wanted: set[tuple[str, str]]) -> str:
        options = self.page.locator("input[name='choice']").all()
        offered = [str(option.get_attribute("value")) for option in options]
        title = self.page.locator("h1").inner_text()
        return self._best_of(scenario, title, offered, wanted)

    def _best_of(
        self, scenario: str, title: str, offered: list[str], wanted: set[tuple[str, str]]
    ) -> str:
        here = next(
            scene
            for scene in self.books.scenarios[scenario]["scenes"]
            if set(offered) <= {choice["id"] for choice in scene["choices"]}
            and title in [t["title"] for t in scene["texts"].values()]
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
    plain = Plain(eyes.context, eyes.address)
    plain.get("/sign-in").submit("/sign-in", {"login": login, "secret": secret})
    assert "/sign-in" not in plain.path, plain.path
    found = re.search(r'name="csrf_token" value="([^"]+)"', plain.html)
    assert found
    sent = {"csrf_token": found[1], "next": "/account"}
    changed = f"{eyes.address}/languages/{eyes.language}"
    assert eyes.context.request.post(changed, form=sent).ok


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
