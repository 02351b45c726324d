"""Every form with everything that people, broken lines and hostile programs send.

Whatever comes: never a failure of ours, always a page in the reader's language, and what was typed
is on it again. Source: style, "When the answer is no"; security C-24, C-32.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms import db
from lms.accounts.models import Account
from tests.security.conftest import put_all_back
from tests.security.forms import FORMS, LANGUAGES, WITHOUT_TOKEN, Form, Sender
from tests.security.seeding import ANONYMOUS, Seeded

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

# One in so many of what each language would be sent: forms meet every kind of bad value all the
# same, each in some of their fields; the deep run sends all of them to all.
ONE_IN = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 2
VALUES: dict[str, str | bytes] = {
    "empty": "",
    "blank": " \t\u00a0 ",
    "one letter": "ы",
    "very long": "ж" * 6000,
    "null byte": "ab\0cd",
    "control characters": "ab\x01\x1b\x7fcd",
    "broken UTF-8": b"ab\xff\xfe\xe9cd",
    "half a character": b"ab\xed\xa0\x80cd",
    "markup": "<script>alert(1)</script>",
    "quotes": "\"'><img src=x onerror=alert(1)>",
    "right to left": "👩‍🏫 \u202eabc",
    "a huge number": "-1e999999999",
    "many digits": "9" * 4000,
    "a digit that is no number": "²",
    "digits of another script": "٣",
    "a template": "{{ 7*7 }} {% raw %} %(x)s {0.__class__}",
    "JSON": '{"a": [1, {"$ne": null}]}',
    "SQL": "'; DROP TABLE accounts; --",
    "a path": "../../../etc/passwd",
    "lines": "one\r\ntwo\r\n",
    "an id": "00000000-0000-4000-8000-000000000000",
}
# What a field that is chosen, not typed, is spoilt with: the rest would be more of the same.
FOR_CHOICES = ("empty", "very long", "null byte", "broken UTF-8", "markup", "an id")
FOR_CHOICES += ("a huge number", "a digit that is no number")
# Shown again they are not letter by letter what was sent: a browser would not show them either.
NOT_LITERAL = {"null byte", "control characters", "broken UTF-8", "half a character", "lines"}
# Forms whose deed can be done once: after it they would not read what is typed any more.
ONCE = {"accounts.new_account", "certification.certify_post", "drills.choose", "drills.write"}
ONCE |= {"certification.replace_post"}
DEEP = "[" * 20_000 + "]" * 20_000
BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": ("application/x-www-form-urlencoded", b""),
    "no type": ("", b"login=a"),
    "JSON": ("application/json", b'{"login": "aida", "secret": "x", "answer": ["marks"]}'),
    "deep JSON": ("application/json", DEEP.encode()),
    "text": ("text/plain", b"login=aida"),
    "XML": ("text/xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    "bytes": ("application/octet-stream", bytes(range(256))),
    "another alphabet": ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfea\0=\0b\0"),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "broken parts": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: fo"),
    "a part without a name": (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n",
    ),
    "a file for a word": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="login"; filename="a"\r\n\r\nb\r\n--x--\r\n',
    ),
    "too many parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 1100 + b"--x--\r\n",
    ),
    "separators": ("application/x-www-form-urlencoded", b"&&&===&%&%%&=%zz&a[b][c]=d&;"),
}


def test_every_endpoint_that_takes_a_form_is_tried(app: Flask) -> None:
    posts = {r.endpoint for r in app.url_map.iter_rules() if "POST" in (r.methods or set())}
    assert {form.endpoint for form in FORMS} == posts


def speak(app: Flask, language: str) -> None:
    with app.app_context(), db.transaction() as session:
        session.execute(sa.update(Account).values(language=language))


def senders(seeded: Seeded, language: str) -> Iterator[Sender]:
    """Each form in turn, in a world that is as it was."""
    speak(seeded.app, language)
    for form in FORMS:
        sender = Sender(seeded, form, language)
        yield sender
        if sender.was_taken:
            put_all_back(seeded.app)
            speak(seeded.app, language)


def mutations(sender: Sender) -> Iterator[tuple[str, str, list[tuple[str, str | bytes]]]]:
    """(field, kind of value, all fields): each field in turn missing, repeated and spoilt."""
    whole: list[tuple[str, str | bytes]] = list(sender.fields.items())
    yield "", "nothing at all", []
    yield "", "fields nobody asked for", [*whole, ("role", "admin"), ("id", "1"), ("", "")]
    for name in sender.fields:
        rest = [(n, v) for n, v in whole if n != name]
        yield name, "missing", rest
        yield name, "twice", [*whole, (name, sender.fields[name])]
        yield name, "twice, differently", [*whole, (name, "another")]
        yield name, "a thousand times", [*rest, *[(name, "x")] * 1000]
        yield name, "as a list", [*rest, (f"{name}[]", "x"), (f"{name}[0][a]", "y")]
        for kind in VALUES if name in sender.form.typed else FOR_CHOICES:
            yield name, kind, [*rest, (name, VALUES[kind])]


@pytest.mark.parametrize("number", range(len(LANGUAGES)), ids=LANGUAGES)
def test_spoilt_fields_give_a_page_in_the_readers_language_with_what_was_typed(
    number: int, seeded: Seeded
) -> None:
    """Each language takes a part of them, so that every form meets all three."""
    sent = 0
    for sender in senders(seeded, LANGUAGES[number]):
        for at, (name, kind, fields) in enumerate(mutations(sender)):
            if at % (len(LANGUAGES) * ONE_IN) != number:
                continue
            answer = sender.post(fields)
            if sender.was_taken and sender.form.endpoint in ONCE:
                sender.was_taken = False
                put_all_back(seeded.app)
                speak(seeded.app, LANGUAGES[number])
            value = dict(fields).get(name)
            if isinstance(value, str) and kind in VALUES and kind not in NOT_LITERAL:
                sender.gave_back(answer, name, value)
            for other in set(sender.form.typed) - {name}:
                if other in dict(fields):
                    sender.gave_back(answer, other, sender.fields[other])
        sent += sender.sent
    assert sent > 250


@pytest.mark.parametrize("language", LANGUAGES)
def test_bodies_that_are_no_forms_are_refused_in_words(language: str, seeded: Seeded) -> None:
    for at, sender in enumerate(senders(seeded, language)):
        for number, (kind, (content_type, body)) in enumerate(BODIES.items()):
            if number % len(LANGUAGES) == (at + LANGUAGES.index(language)) % len(LANGUAGES):
                answer = sender.post(body=body, content_type=content_type)
                usual = {400, 413} | ({422} if sender.form.endpoint in WITHOUT_TOKEN else set())
                assert answer.status_code in usual, (sender.form.endpoint, kind)


def test_one_byte_more_than_a_form_takes_is_too_much(seeded: Seeded) -> None:
    for sender in senders(seeded, "ru"):
        whole = b"x" * (sender.form.limit - 2)
        answer = sender.post(body=b"a=" + whole)
        assert answer.status_code != 413, sender.form.endpoint
        answer = sender.post(body=b"a=" + whole + b"x")
        assert answer.status_code == 413, sender.form.endpoint


def test_what_a_sender_says_about_the_length_is_not_believed(seeded: Seeded) -> None:
    for sender in senders(seeded, "kk"):
        answer = sender.post(body=b"a=b", headers={"Content-Length": "99999999999"})
        assert answer.status_code in {400, 413, 422}, sender.form.endpoint
        answer = sender.post(body=b"a=b", headers={"Content-Length": "-5"})
        assert answer.status_code in {400, 413, 422}, sender.form.endpoint


def test_a_form_that_was_cut_off_on_its_way_is_not_taken_for_a_short_one(app: Flask) -> None:
    environ = EnvironBuilder("/verify", method="POST", data={"token": "x"}).get_environ()
    assert run_wsgi_app(app, dict(environ))[1] == "200 OK"
    environ = EnvironBuilder("/verify", method="POST", data={"token": "x"}).get_environ()
    environ["CONTENT_LENGTH"] = "50"
    assert run_wsgi_app(app, environ)[1] == "400 BAD REQUEST"


# --- whatever there is ---------------------------------------------------------------------------

ANY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TYPED = [form for form in FORMS if form.typed]


@pytest.mark.parametrize("form", TYPED, ids=lambda form: form.address.rsplit("/", 1)[-1])
def test_any_text_at_all_can_be_typed(form: Form, seeded: Seeded) -> None:
    sender = Sender(seeded, form, "en")

    @ANY
    @given(st.data())
    def try_it(data: st.DataObject) -> None:
        text = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
        fields = {name: data.draw(text) for name in form.typed}
        sender.post([*{**sender.fields, **fields}.items()])

    try_it()


def test_any_bytes_at_all_can_be_sent(seeded: Seeded) -> None:
    kinds = [kind for kind, _body in BODIES.values()]

    @ANY
    @given(st.sampled_from(FORMS), st.sampled_from(kinds), st.binary(max_size=200))
    def try_it(form: Form, kind: str, body: bytes) -> None:
        Sender(seeded, form, "en").post(body=body, content_type=kind)

    try_it()


def test_a_form_answers_json_with_a_page_and_not_with_json(seeded: Seeded) -> None:
    sender = Sender(seeded, FORMS[0], "en")
    body = json.dumps({**sender.fields, "csrf_token": seeded.tokens[ANONYMOUS]}).encode()
    answer = sender.post(body=body, content_type="application/json")
    assert answer.mimetype == "text/html"
    assert answer.status_code == 400


def test_json_with_a_token_in_the_header_is_no_form_either(seeded: Seeded) -> None:
    """The token's check reads headers too; what is typed is read from forms only."""
    sender = Sender(seeded, FORMS[0], "en")
    answer = sender.post(
        body=b'{"login": 5, "secret": ["a"]}',
        content_type="application/json",
        token="",
        headers={"X-CSRFToken": seeded.tokens[ANONYMOUS]},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["名前", "Name \U0004e3e0"])
def test_a_name_that_cannot_be_printed_comes_back_to_be_mended(name: str, seeded: Seeded) -> None:
    form = next(f for f in FORMS if f.endpoint == "certification.certify_post")
    sender = Sender(seeded, form, "kk")
    speak(seeded.app, "kk")
    answer = sender.post([*{**sender.fields, "purpose": "training", "name": name}.items()])
    assert answer.status_code == 422
    sender.gave_back(answer, "name", name)
    assert "әріп" in answer.get_data(as_text=True)
