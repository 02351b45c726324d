"""What goes out with an answer is what Werkzeug would send, and what every answer of ours says."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import create_environ

from lms.web.headers import FIXED, Answer

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20)
HEADERS = st.dictionaries(
    st.sampled_from(["Location", "Content-Location", "content-length", "Cache-Control", "ETag"]),
    TEXTS | st.sampled_from(["/attempts/5/finish?a=b&c=%20#d", "https://example.org/ü", "7"]),
)
BODIES = st.sampled_from([None, "", "text", "сөз", b"\xff\x00", ["a", "б"], [b"a", b"b"], iter])


def outgoing(answer: Response, method: str) -> tuple[str, dict[str, str], list[bytes]]:
    environ = create_environ("/", method=method)
    body, status, headers = answer.get_wsgi_response(environ)
    named = {name.lower(): value for name, value in headers}
    assert len(named) == len(headers), headers
    return status, named, list(body)


@given(
    status=st.sampled_from([100, 200, 201, 204, 302, 303, 304, 404, 422, 500]),
    said=HEADERS,
    body=BODIES,
    method=st.sampled_from(["GET", "HEAD", "POST"]),
)
def test_an_answer_is_werkzeugs_and_what_every_answer_says(
    status: int, said: dict[str, str], body: Any, method: str
) -> None:
    def made(kind: type[Response]) -> Response:
        content = iter([b"in", b"pieces"]) if body is iter else body
        answer = kind(content, status=status)
        for name, value in said.items():
            answer.headers[name] = value
        return answer

    of_werkzeug = outgoing(made(Response), method)
    fixed = {name.lower(): value for name, value in FIXED.items()}
    expected = (of_werkzeug[0], {**fixed, **of_werkzeug[1]}, of_werkzeug[2])
    assert outgoing(made(Answer), method) == expected


@pytest.mark.parametrize("code", [302, 303, 308])
def test_what_leads_on_has_no_page_of_its_own(app: Flask, code: int) -> None:
    with app.test_request_context():
        answer = app.redirect("/my/?after=ә", code)
    status, headers, body = outgoing(answer, "GET")
    assert status.startswith(str(code))
    assert headers["location"] == "/my/?after=%D3%99"
    assert (headers["content-length"], b"".join(body)) == ("0", b"")
