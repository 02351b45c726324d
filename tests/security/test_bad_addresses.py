"""Every address with ids, names and questions that nobody meant: a page in words, no failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.page import Sheet, check_sheet
from tests.security.forms import LANGUAGES, SKIP
from tests.security.seeding import ANONYMOUS, Seeded
from tests.security.table import EVERYBODY, ROWS, Row
from tests.security.test_bad_input import ONE_IN, speak

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

# In place of an id or a name, as they stand in the address.
PARTS = {
    "no id": "not-an-id",
    "a number": "1",
    "minus one": "-1",
    "nothing but noughts": "00000000-0000-0000-0000-000000000000",
    "an id in braces": "%7B00000000-0000-4000-8000-000000000000%7D",
    "an id without its dashes": "00000000000040008000000000000000",
    "an id and more": "00000000-0000-4000-8000-000000000000x",
    "a way up": "..%2f..%2f..%2fetc%2fpasswd",
    "a way up in dots": "..",
    "a way up twice encoded": "%252e%252e%252f",
    "a null byte": "a%00b",
    "broken UTF-8": "a%ff%fe",
    "half a character": "%ed%a0%80",
    "Kazakh": quote("әңгіме"),
    "a picture": quote("👩‍🏫"),
    "markup": quote("<script>alert(1)</script>"),
    "quotes": quote("'\"`;--"),
    "a template": quote("{{7*7}}{%x%}"),
    "a line": "a%0d%0aSet-Cookie:%20x=y",
    "three thousand letters": "a" * 3000,
    "a space": "%20",
    "stars": "*",
}
QUESTIONS = (
    "format=exe",
    "format=csv&format=xlsx",
    "format=../../etc",
    "page=0",
    "page=-1",
    "page=99999999999999999999",
    "page=%D9%A3",  # a digit that is none of ours
    "page=²",
    "before=x",
    "before=999999999",
    "before=-1",
    "sort=login_skeleton",
    "sort=-",
    "sort=__class__",
    "q=" + "a" * 5000,
    "q=%00",
    "q=%ff",
    "q=" + quote("<b>'\"") + "&q=2",
    "q=" + quote("(((((((((((" * 50),
    "reason=x",
    "next=//evil.example",
    "&&&=&%zz",
    "a[b][c]=d",
    "=" * 2000,
)
# The pages that read anything from their question; to the others it is all one.
ASKS = (
    "search",
    "cohort",
    "rules",
    "shelf",
    "read_trail",
    "sign_in",
    "confirm_revoke",
    "elections",
)
# 204: no stream for who is in no room. 409: a pocket card that cannot be made, a key that is
# closed to who sits the paper.
ALLOWED = {200, 204, 303, 308, 400, 403, 404, 405, 409, 422}
# A part of an address that names something: an id in the table, or a word of the content tree.
NAMES = re.compile(r"<[^<>]+>|(?<=/)(basics|seeing|q-see|practice|exam|door|kk|house\.css)(?=/|$)")


def look(answer: object, language: str, where: str) -> None:
    status = answer.status_code  # type: ignore[attr-defined]  # a response
    assert status in ALLOWED, f"{where}: {status}"
    headers = answer.headers  # type: ignore[attr-defined]
    assert "x=y" not in str(headers.getlist("Set-Cookie")), where
    if status in (303, 308):
        assert re.match(r"/(?!/)|http://localhost/", headers["Location"]), where
        return
    taken_away = "attachment" in headers.get("Content-Disposition", "")
    if answer.mimetype == "text/html" and not taken_away:  # type: ignore[attr-defined]
        html = answer.get_data(as_text=True)  # type: ignore[attr-defined]
        sheet = Sheet(html)
        check_sheet(sheet, where)
        if "/styleguide" not in where and "/leave" not in where:
            assert sheet.lang == language, where
            assert SKIP[language] in html, where


def person(row: Row) -> str:
    """Somebody who may enter; the trainer and the trainee of one cohort where they may."""
    if row.door == EVERYBODY:
        return ANONYMOUS
    return next((p for p in ("aida", "tamara") if p in row.door.split()), row.door.split()[0])


def spoilt(seeded: Seeded, row: Row) -> Iterator[str]:
    """The row's first address with each of its names in turn replaced by each bad part."""
    pattern = next(iter(row.reach)).partition("?")[0]
    for name in NAMES.finditer(pattern):
        for part in PARTS.values():
            yield (
                seeded.address(pattern[: name.start()])
                + part
                + seeded.address(pattern[name.end() :])
            )


@pytest.mark.parametrize("number", range(len(LANGUAGES)), ids=LANGUAGES)
def test_an_address_that_nobody_meant_is_not_there_in_the_readers_language(
    number: int, seeded: Seeded
) -> None:
    language, tried = LANGUAGES[number], 0
    speak(seeded.app, language)
    for row in ROWS:
        login = person(row)
        for at, address in enumerate(spoilt(seeded, row)):
            if at % (len(LANGUAGES) * ONE_IN) == number:
                data = {"csrf_token": seeded.tokens[login]} if row.method == "POST" else None
                answer = seeded.client(login).open(
                    address, method=row.method, data=data, headers={"Accept-Language": language}
                )
                look(answer, language, f"{row.method} {address}"[:200])
                tried += 1
                answer.close()
    assert tried > 250


@pytest.mark.parametrize("number", range(len(LANGUAGES)), ids=LANGUAGES)
def test_a_question_in_an_address_that_makes_no_sense_does_no_harm(
    number: int, seeded: Seeded
) -> None:
    language = LANGUAGES[number]
    speak(seeded.app, language)
    for row in ROWS:
        if row.method != "GET" or row.endpoint.split(".")[0] in ("styleguide", "assets"):
            continue
        address = seeded.address(next(iter(row.reach))).partition("?")[0]
        step = len(LANGUAGES) if row.endpoint.split(".")[1] in ASKS else len(QUESTIONS) // 2
        for query in QUESTIONS[number::step]:
            client = seeded.client(person(row))
            where = f"{address}?{query}"
            answer = client.get(where, headers={"Accept-Language": language})
            look(answer, language, where[:200])
            answer.close()


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/.//evil.example", "//"])
def test_a_path_that_looks_like_another_site_stays_here(path: str, seeded: Seeded) -> None:
    answer = seeded.client(ANONYMOUS).get(path, environ_overrides={"PATH_INFO": path})
    look(answer, "en", path)
    if answer.status_code == 308:
        assert answer.headers["Location"].startswith("http://localhost/")


def test_any_path_at_all_has_an_answer(seeded: Seeded) -> None:
    client = seeded.client("aida")
    stems = sorted({re.split("[<?]", next(iter(row.reach)))[0] for row in ROWS})

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.sampled_from(stems), st.text(max_size=40), st.text(max_size=20))
    def try_it(stem: str, more: str, question: str) -> None:
        path = stem + quote(more.encode("utf-8", "replace"), safe="/")
        answer = client.get(path, query_string={"q": question, "page": question})
        look(answer, "en", path)
        answer.close()

    try_it()
